import { describe, expect, it } from 'vitest';
import type { Turn } from '#agent/loop/history.ts';
import { judgeTurns, nudgeFor } from '#agent/loop/stuck.ts';

let ids = 0;
const turn = (name: string, result = 'same', isError = false): Turn => ({
  calls: [{ use: { type: 'tool_use', id: `${++ids}`, name, input: { path: 'a' } }, result, isError }],
  reply: [],
});
const silent: Turn = { calls: [], reply: [] };
const nudged = (one: Turn): Turn => ({
  ...one,
  reply: [{ type: 'text', text: nudgeFor('same-action', []) }],
});
const times = (count: number, make: (index: number) => Turn) =>
  Array.from({ length: count }, (_, index) => make(index));

describe('judgeTurns', () => {
  it('sees nothing in work that goes on', () => {
    expect(judgeTurns(times(20, (index) => turn('bash', `result ${index}`)))).toBeNull();
  });

  it.each([
    ['same-action', 4, () => turn('read')],
    ['same-error', 3, (index: number) => turn('bash', `error ${index}`, true)],
    ['back-and-forth', 6, (index: number) => turn(index % 2 ? 'read' : 'search')],
    ['no-action', 3, () => silent],
  ] as const)('names %s after %i turns, and not before', (pattern, count, make) => {
    expect(judgeTurns(times(count - 1, make))).toBeNull();
    expect(judgeTurns(times(count, make))).toEqual({ type: 'nudge', pattern });
  });

  it('does not take different durations of the same test run for progress', () => {
    expect(judgeTurns(times(4, (index) => turn('bash', `3 tests passed in ${index}.2 s`)))?.pattern).toBe(
      'same-action',
    );
  });

  it('begins anew after a nudge, and ends when it happens again', () => {
    const before = [...times(3, () => turn('read')), nudged(turn('read'))];
    expect(judgeTurns([...before, ...times(3, () => turn('read'))])).toBeNull();
    expect(judgeTurns([...before, ...times(4, () => turn('read'))])).toEqual({
      type: 'end',
      pattern: 'same-action',
    });
  });

  it('forgets a nudge that has done its work', () => {
    const between = times(20, (index) => turn('bash', `${index}`));
    const turns = [nudged(turn('read')), ...between, ...times(4, () => turn('read'))];
    expect(judgeTurns(turns)).toEqual({ type: 'nudge', pattern: 'same-action' });
  });
});
