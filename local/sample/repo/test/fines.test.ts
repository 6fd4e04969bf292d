import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fineFor, fineOwed } from '../src/fines.js';
import type { Library, Loan } from '../src/library.js';
import { smallLibrary } from './fixture.js';

function late(memberId: string): Loan {
  return { bookId: 'B1', memberId, lentOn: '2025-03-04', dueOn: '2025-03-25', renewals: 0 };
}

test('nothing is owed on the due day', () => {
  assert.equal(fineFor(smallLibrary(), late('M1'), '2025-03-25'), 0);
});

test('each day costs 20 cents, 5 for a child', () => {
  assert.equal(fineFor(smallLibrary(), late('M1'), '2025-04-01'), 140);
  assert.equal(fineFor(smallLibrary(), late('M3'), '2025-04-01'), 35);
});

test('a fine stops at 8 euros a loan', () => {
  assert.equal(fineFor(smallLibrary(), late('M1'), '2026-03-25'), 800);
});

test('a member owes the sum of their loans', () => {
  const second = { ...late('M1'), bookId: 'B2', dueOn: '2025-03-31' };
  const library: Library = { ...smallLibrary(), loans: [late('M1'), second, late('M2')] };
  assert.equal(fineOwed(library, 'M1', '2025-04-01'), 160);
});
