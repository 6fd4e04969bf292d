import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addDays, daysBetween, parseDay, weekday } from '../src/days.js';
import { refusal } from './fixture.js';

test('adds days across a leap day', () => {
  assert.equal(addDays('2024-02-28', 2), '2024-03-01');
});

test('adds days across the end of a year', () => {
  assert.equal(addDays('2024-12-31', 1), '2025-01-01');
});

test('counts the days between two days, in both directions', () => {
  assert.equal(daysBetween('2025-03-04', '2025-04-04'), 31);
  assert.equal(daysBetween('2025-04-04', '2025-03-04'), -31);
});

test('knows the weekday', () => {
  assert.equal(weekday('2025-03-02'), 0);
  assert.equal(weekday('2025-03-08'), 6);
});

test('refuses a day that does not exist', () => {
  for (const text of ['2025-02-30', '2025-2-3', 'tomorrow', '']) {
    assert.throws(() => parseDay(text), refusal('bad-day'));
  }
});
