import { expect, test } from 'vitest';
import { models } from '#core/agent/models.ts';
import { limitsFor } from '#core/run/limits.ts';
import { Role, type Run } from '#core/run/run.ts';
import { latestWork, leftWork, testFiles, thisGeneration } from '#core/run/work.ts';
import { idOf, minute, runRow, sha } from '../rows.ts';

function handed(number: number, over: Partial<Run> = {}, tip = sha('b')): Run {
  const submission = { tip, bundle: `bundle-${number}`, summary: '', claims: [] };
  const outcome = { type: 'work' as const, submission };
  const state = { status: 'ended' as const, outcome, at: minute(number), startedAt: null };
  return runRow({ id: idOf('run', number), role: 'builder', createdAt: minute(number), state, ...over });
}

test('the newest work of a task counts, whoever handed it in', () => {
  const runs = [handed(1), handed(3, { role: 'integrator', round: 1 }), handed(2, { round: 2 })];
  expect(latestWork(runs)?.submission.bundle).toBe('bundle-3');
});

test('work from before the task was re-opened is history', () => {
  const again = runRow({ id: idOf('run', 5), role: 'builder', round: 1, createdAt: minute(5) });
  const runs = [handed(1), handed(2, { round: 2 }), again];
  expect(thisGeneration(runs).map(({ id }) => id)).toEqual([again.id]);
  expect(latestWork(runs)).toBeNull();
});

test('what a re-opened task left behind is gone on with, unless it was merged', () => {
  const again = runRow({ id: idOf('run', 5), role: 'builder', round: 1, createdAt: minute(5) });
  const runs = [handed(1), handed(2, { round: 2 }), again];
  expect(leftWork(runs, new Set())?.submission.bundle).toBe('bundle-2');
  expect(leftWork(runs, new Set([idOf('run', 1)]))?.submission.bundle).toBe('bundle-2');
  // Merged last, so what was handed in before it is part of it.
  expect(leftWork(runs, new Set([idOf('run', 2)]))).toBeNull();
  expect(leftWork([again], new Set())).toBeNull();
});

test('a failed round falls back to the work before it; a tip that is the start carries nothing', () => {
  const outcome = { type: 'failed' as const, reason: 'stuck' as const, message: '' };
  const failed = handed(2, { round: 2, state: { status: 'ended', outcome, at: minute(2), startedAt: null } });
  expect(latestWork([handed(1), failed])?.submission.bundle).toBe('bundle-1');
  expect(latestWork([handed(1), handed(2, { round: 2 }, sha('a'))])?.submission.bundle).toBe('bundle-1');
});

test('files of verifiers are known whatever generation they are of, each once', () => {
  const tested = (number: number, files: string[]): Run => {
    const blob = { tip: sha('c'), bundle: 'bundle', summary: '', command: 'npm test' };
    const tests = { ...blob, files, properties: [], refuted: [], seeds: [] };
    const outcome = { type: 'tests' as const, tests };
    const state = { status: 'ended' as const, outcome, at: minute(number), startedAt: null };
    return runRow({ id: idOf('run', number), role: 'verifier', createdAt: minute(number), state });
  };
  const runs = [handed(1), tested(2, ['test/a.ts']), handed(3), tested(4, ['test/b.ts', 'test/a.ts'])];
  expect(testFiles(runs)).toEqual(['test/a.ts', 'test/b.ts']);
});

test('without runs there is no work', () => {
  expect(latestWork([])).toBeNull();
});

test('every role has limits, and its context ends before the window of the model does', () => {
  for (const role of Role.options) {
    for (const [model, window] of [
      ['claude-sonnet-5-5', 1_000_000],
      ['some-model', 200_000],
    ] as const) {
      const limits = limitsFor(role, model, { limit: 10_000_000, free: 10_000_000 });
      expect(limits.turns).toBeGreaterThan(0);
      expect(limits.contextTokens + limits.maxOutputTokens).toBeLessThan(window);
      expect(limits.contextTokens).toBeLessThanOrEqual(180_000);
    }
  }
});

test('asks for shorter answers where the budget is small, so that a call still fits', () => {
  const { id, maxOutput } = models[0];
  expect(limitsFor('builder', id, { limit: 10_000_000, free: 10_000_000 }).maxOutputTokens).toBe(maxOutput);
  expect(limitsFor('builder', id, { limit: 10_000_000, free: 100_000 }).maxOutputTokens).toBe(5_000);
  expect(limitsFor('builder', id, { limit: 10_000_000, free: 0 }).maxOutputTokens).toBe(4_000);
});
