import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Library } from '../src/library.js';
import { giveBack, lend, loanOf, renew } from '../src/loans.js';
import { refusal, smallLibrary } from './fixture.js';

test('a loan is due 21 days later', () => {
  const library = lend(smallLibrary(), 'B1', 'M1', '2025-03-04');
  assert.equal(loanOf(library, 'B1', 'M1').dueOn, '2025-03-25');
});

test('a renewal adds 14 days to the due day', () => {
  const library = lend(smallLibrary(), 'B1', 'M1', '2025-03-04');
  const renewed = renew(library, 'B1', 'M1', '2025-03-11');
  assert.equal(loanOf(renewed, 'B1', 'M1').dueOn, '2025-04-08');
});

test('refuses a third renewal', () => {
  let library = lend(smallLibrary(), 'B1', 'M1', '2025-03-04');
  library = renew(library, 'B1', 'M1', '2025-03-05');
  library = renew(library, 'B1', 'M1', '2025-03-06');
  assert.throws(() => renew(library, 'B1', 'M1', '2025-03-07'), refusal('renewed-too-often'));
});

test('refuses to renew what is overdue', () => {
  const library = lend(smallLibrary(), 'B1', 'M1', '2025-03-04');
  assert.throws(() => renew(library, 'B1', 'M1', '2025-06-01'), refusal('overdue'));
});

test('refuses to lend when no copy is free', () => {
  const library = lend(smallLibrary(), 'B1', 'M1', '2025-03-04');
  assert.throws(() => lend(library, 'B1', 'M2', '2025-03-04'), refusal('no-copy-free'));
});

test('refuses a second copy of the same book to one member', () => {
  const library = lend(smallLibrary(), 'B2', 'M1', '2025-03-04');
  assert.throws(() => lend(library, 'B2', 'M1', '2025-03-04'), refusal('already-lent'));
});

test('a child has three books at most', () => {
  const start = smallLibrary();
  const fourth = { id: 'B4', title: 'Tehanu', author: 'Ursula K. Le Guin', copies: 1 };
  let library: Library = { ...start, books: [...start.books, fourth] };
  for (const id of ['B1', 'B2', 'B3']) library = lend(library, id, 'M3', '2025-03-04');
  assert.throws(() => lend(library, 'B4', 'M3', '2025-03-04'), refusal('limit-reached'));
});

test('a returned copy is free again', () => {
  const library = lend(smallLibrary(), 'B1', 'M1', '2025-03-04');
  const returned = giveBack(library, 'B1', 'M1');
  assert.equal(returned.loans.length, 0);
  assert.throws(() => giveBack(returned, 'B1', 'M1'), refusal('not-lent'));
});
