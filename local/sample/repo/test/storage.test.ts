import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lend } from '../src/loans.js';
import { formatLibrary, parseLibrary } from '../src/storage.js';
import { refusal, smallLibrary } from './fixture.js';

test('reads back what it wrote', () => {
  const library = lend(smallLibrary(), 'B1', 'M1', '2025-03-04');
  assert.deepEqual(parseLibrary(formatLibrary(library)), library);
});

test('opens a file of version 1', () => {
  const library = parseLibrary('{"version":1,"books":[],"members":[],"loans":[]}');
  assert.equal(library.loans.length, 0);
});

test('says what is damaged', () => {
  const broken = [
    ['{"version":1', /not JSON/],
    ['{"version":1,"books":{}}', /books is not a list/],
    ['{"version":1,"books":[{"id":"B1"}]}', /title is missing/],
    ['{"version":99}', /newer version/],
  ] as const;
  for (const [json, message] of broken) {
    assert.throws(() => parseLibrary(json), { ...refusal('bad-file'), message });
  }
});
