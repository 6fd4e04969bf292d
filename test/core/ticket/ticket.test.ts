import fc from 'fast-check';
import { expect, test } from 'vitest';
import { branchName, column, ticketName } from '#core/ticket/ticket.ts';

test('a ticket is called TKT and its number', () => {
  expect(ticketName(12)).toBe('TKT-12');
});

test.each([
  ['Coupons in the cart', 'omoi/TKT-3-coupons-in-the-cart'],
  ['  Zoë’s Größe: 50 % off!  ', 'omoi/TKT-3-zoe-s-gro-e-50-off'],
  ['日本語だけ', 'omoi/TKT-3'],
  ['..', 'omoi/TKT-3'],
  [`${'a'.repeat(39)} b`, `omoi/TKT-3-${'a'.repeat(39)}`],
])('the branch for %j is %s', (title, branch) => {
  expect(branchName(3, title)).toBe(branch);
});

test('every title gives a branch that git and any shell can name', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (title) => {
      expect(branchName(1, title)).toMatch(/^omoi\/TKT-1(-[a-z0-9]+)*$/);
    }),
  );
});

test.each([
  ['explore', 'running', 'spec'],
  ['tasks', 'running', 'spec'],
  ['execution', 'running', 'building'],
  ['delivery', 'running', 'building'],
  ['design', 'waiting', 'needs you'],
  ['execution', 'paused', 'needs you'],
  ['delivery', 'completed', 'done'],
  ['execution', 'failed', 'stopped'],
  ['explore', 'cancelled', 'stopped'],
] as const)('a ticket in %s that is %s stands under "%s"', (phase, status, expected) => {
  expect(column({ phase, status })).toBe(expected);
});
