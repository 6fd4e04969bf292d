import { describe, expect, it } from 'vitest';
import type { Retrier } from '#local/states/definition.ts';
import { chooseRetrier, matches, retryDelay } from '#local/states/retry.ts';

const retrier: Retrier = {
  ErrorEquals: ['Busy'],
  IntervalSeconds: 2,
  BackoffRate: 3,
  MaxAttempts: 2,
  JitterStrategy: 'NONE',
};

describe('retry', () => {
  it('grows the delay by the backoff rate up to the maximum', () => {
    const delays = [0, 1, 2].map((used) => retryDelay({ ...retrier, MaxDelaySeconds: 10 }, used, () => 0.5));
    expect(delays).toEqual([2000, 6000, 10_000]);
  });

  it('takes a random part of the delay with full jitter', () => {
    expect(retryDelay({ ...retrier, JitterStrategy: 'FULL' }, 1, () => 0.25)).toBe(1500);
  });

  it('stops at the attempts of the first retrier that matches, even when a later one would match', () => {
    const all = [retrier, { ...retrier, ErrorEquals: ['States.ALL'] }];
    expect(chooseRetrier(all, 'Busy', [1])?.index).toBe(0);
    expect(chooseRetrier(all, 'Busy', [2])).toBeNull();
    expect(chooseRetrier(all, 'Other', [2])?.index).toBe(1);
  });

  it.each([
    [['States.ALL'], 'Anything', true],
    [['States.ALL'], 'States.Runtime', false],
    [['States.ALL'], 'States.DataLimitExceeded', false],
    [['States.DataLimitExceeded'], 'States.DataLimitExceeded', true],
    [['States.TaskFailed'], 'Busy', true],
    [['States.TaskFailed'], 'States.Timeout', false],
    [['States.Timeout'], 'States.HeartbeatTimeout', true],
    [['States.HeartbeatTimeout'], 'States.Timeout', false],
    [['A', 'B'], 'B', true],
    [['A'], 'B', false],
  ])('%s matches %s: %s', (names, error, expected) => {
    expect(matches(names, error)).toBe(expected);
  });
});
