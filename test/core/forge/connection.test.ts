import { expect, it } from 'vitest';
import { problemsOfAll, problemsOfRepository, type Standing } from '#core/forge/connection.ts';

const installation = {
  account: 'acme',
  repositories: 'all',
  suspended: false,
  url: null,
  missing: [],
} as const;
const standing = (over: Partial<Standing> = {}): Standing => ({
  ...{ kind: 'app', as: 'omoios', webUrl: 'https://github.com', manageUrl: null, installUrl: null },
  ...{ installations: [{ ...installation, missing: [] }], missing: [], problems: [], fixed: false },
  ...{ connectedBy: null, connectedAt: null },
  ...over,
});
const asleep = { ...installation, account: 'Globex', suspended: true, missing: [] };

it('one installation stands in the way of its own repositories only', () => {
  const two = standing({
    installations: [{ ...installation, missing: ['Checks'] }, asleep],
    problems: ['a', 'b'],
  });
  expect(problemsOfAll(two)).toEqual([]);
  expect(problemsOfRepository(two, 'https://github.com/globex/shop')).toEqual([
    expect.stringContaining('suspended'),
  ]);
  expect(problemsOfRepository(two, 'https://github.com/acme/shop')).toEqual([
    expect.stringContaining('Checks'),
  ]);
  expect(problemsOfRepository(two, 'https://github.com/acmeco/shop')).toEqual([]);
});

it('what the App itself lacks is told once, and not again of each installation', () => {
  const lacking = standing({
    ...{ missing: ['Checks'], problems: ['The App lacks Checks.', 'Globex is asleep.'] },
    installations: [{ ...installation, missing: ['Checks'] }],
  });
  expect(problemsOfAll(lacking)).toEqual(['The App lacks Checks.']);
  expect(problemsOfRepository(lacking, 'https://github.com/acme/shop')).toEqual([]);
});

it('a GitHub that cannot be asked now stands in nobody’s way', () => {
  expect(problemsOfAll(standing({ as: null, installations: [], problems: ['GitHub is down.'] }))).toEqual([]);
});
