import { describe, expect, it } from 'vitest';
import { Timers } from '#local/states/timers.ts';
import { HandClock } from './clock.ts';

describe('timers', () => {
  it('keeps one timer, for the nearest instant, and none when nothing is due', () => {
    const clock = new HandClock();
    const timers = new Timers(clock);
    const seen: string[] = [];
    const in1 = clock.now() + 1000;
    timers.set('a', 'x', in1 + 5000, () => seen.push('a'));
    timers.set('b', 'x', in1, () => seen.push('b'));
    expect([clock.armed, clock.next]).toEqual([1, 1000]);
    clock.go(1000);
    expect([seen, clock.armed, clock.next]).toEqual([['b'], 1, 5000]);
    timers.clear('a');
    expect(clock.armed).toBe(0);
  });

  it('moves an instant without calling at the old one', () => {
    const clock = new HandClock();
    const timers = new Timers(clock);
    let calls = 0;
    timers.set('a', 'x', clock.now() + 1000, () => calls++);
    timers.set('a', 'x', clock.now() + 3000, () => calls++);
    clock.go(1000);
    expect(calls).toBe(0);
    clock.go(2000);
    expect(calls).toBe(1);
  });

  it('reaches a year in hops that setTimeout can take', () => {
    const clock = new HandClock();
    const timers = new Timers(clock);
    let calls = 0;
    const year = 365 * 24 * 3600 * 1000;
    timers.set('gate', 'timeout', clock.now() + year, () => calls++);
    let hops = 0;
    for (; clock.next !== null && calls === 0; hops++) {
      expect(clock.next).toBeLessThanOrEqual(2 ** 31 - 1);
      clock.go(clock.next);
    }
    expect([calls, hops]).toEqual([1, 15]);
  });
});
