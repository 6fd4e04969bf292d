import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bookOf, findBooks, freeCopies, memberOf } from '../src/library.js';
import { lend } from '../src/loans.js';
import { refusal, smallLibrary } from './fixture.js';

test('finds books by words of title and author', () => {
  const found = findBooks(smallLibrary(), ['guin', 'the', 'left']);
  assert.deepEqual(found.map((book) => book.id), ['B1']);
});

test('counts the copies on the shelf', () => {
  const library = smallLibrary();
  assert.equal(freeCopies(library, 'B2'), 2);
  assert.equal(freeCopies(lend(library, 'B2', 'M1', '2025-03-04'), 'B2'), 1);
});

test('refuses books and members that it does not know', () => {
  assert.throws(() => bookOf(smallLibrary(), 'B9'), refusal('unknown-book'));
  assert.throws(() => memberOf(smallLibrary(), 'M9'), refusal('unknown-member'));
});
