import { describe, expect, it } from 'vitest';
import { retried, sqlState } from '#adapters/postgres/retry.ts';

const failure = (code: string): Error => Object.assign(new Error(code), { code });

/** Fails with each code in turn, then succeeds. */
function failing(...codes: string[]): { run: () => Promise<string>; calls: () => number } {
  let calls = 0;
  return {
    calls: () => calls,
    run: async () => {
      const code = codes[calls];
      calls += 1;
      if (code !== undefined) throw failure(code);
      return 'done';
    },
  };
}

describe('a transaction', () => {
  it('is run again after a serialization failure or a deadlock', async () => {
    const { run, calls } = failing('40001', '40P01');
    expect(await retried(run)).toBe('done');
    expect(calls()).toBe(3);
  });

  it('is given up after five tries', async () => {
    const { run, calls } = failing(...Array.from({ length: 9 }, () => '40001'));
    await expect(retried(run)).rejects.toThrow('40001');
    expect(calls()).toBe(5);
  });

  it('is not run again after any other failure', async () => {
    const { run, calls } = failing('23505');
    await expect(retried(run)).rejects.toThrow('23505');
    expect(calls()).toBe(1);
  });
});

describe('the SQLSTATE of an error', () => {
  it('is null where there is none', () => {
    expect([sqlState(failure('40001')), sqlState(new Error('x')), sqlState('40001'), sqlState(null)]).toEqual(
      ['40001', null, null, null],
    );
  });
});
