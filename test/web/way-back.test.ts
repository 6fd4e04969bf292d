import { expect, it } from 'vitest';
import { readWayBack } from '../../web/src/features/github/way-back.ts';

it.each([
  ['', 'a', { type: 'none' }],
  ['?code=1', 'a', { type: 'none' }],
  ['?installation_id=7&setup_action=install', 'a', { type: 'none' }],
  ['?code=1&state=a', 'a', { type: 'ours', code: '1', state: 'a' }],
  ['?code=1&state=b', 'a', { type: 'foreign' }],
  ['?code=1&state=', null, { type: 'foreign' }],
  ['?code=1&state=null', null, { type: 'foreign' }],
])('an address with %s, where %s was expected, means %o', (search, expected, means) => {
  expect(readWayBack(search, expected)).toEqual(means);
});
