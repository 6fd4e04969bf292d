import { describe, expect, it } from 'vitest';
import { count, cut, duration, pad, usd, widthOf } from '#cli/progress/text.ts';

describe('text in columns', () => {
  it.each([
    ['abc', 3],
    ['優惠', 4],
    ['e\u0301', 1],
    ['🎉', 2],
    ['', 0],
  ])('%j takes %d', (text, width) => {
    expect(widthOf(text)).toBe(width);
  });

  it.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdef', 5, 'abcd…'],
    ['優惠券', 5, '優惠…'],
    ['優惠券', 4, '優…'],
    ['abc', 0, ''],
  ])('%s cut to %d is %s', (text, columns, expected) => {
    expect(cut(text, columns)).toBe(expected);
  });

  it('is padded to its column', () => {
    expect(pad('優', 4)).toBe('優  ');
    expect(pad('abcdef', 4)).toBe('abc…');
  });
});

describe('figures', () => {
  it.each([
    [0, '0:00'],
    [65_900, '1:05'],
    [3_847_000, '1:04:07'],
    [-5, '0:00'],
  ])('%d ms is %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  it.each([
    [0, '0.00 USD'],
    [420_000, '0.42 USD'],
    [1_200, '0.0012 USD'],
  ])('%d micro-USD is %s', (micros, text) => {
    expect(usd(micros)).toBe(text);
  });

  it('counts in the right number', () => {
    expect([count(1, 'task'), count(0, 'task')]).toEqual(['1 task', '0 tasks']);
  });
});
