import { expect, it } from 'vitest';
import { longest } from '#agent/proof/measure.ts';
import { RunBrief } from '#core/run/protocol.ts';
import { briefFor } from '../scene.ts';

it('gives a command as long as it takes by far, and never longer than any may', () => {
  const { limits } = briefFor('a'.repeat(40));
  const usualMs = { setup: 1000, test: 3000, build: 60_000, lint: 200_000 };
  const brief = RunBrief.parse(
    briefFor('a'.repeat(40), { usualMs, limits: { ...limits, checkSeconds: 1800 } }),
  );
  expect(longest(brief, 'test')).toBe(300_000);
  expect(longest(brief, 'build')).toBe(1_200_000);
  for (const name of ['lint', 'setup', 'property'] as const) expect(longest(brief, name)).toBe(1_800_000);
  expect(longest({ ...brief, usualMs: {} }, 'test')).toBe(1_800_000);
});
