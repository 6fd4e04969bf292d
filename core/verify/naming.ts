/** Runners that call their tests by name only when asked: a claim is proven by a test that is told by its name. */
import type { CommandResult, TestCounts } from './check.ts';

type Framework = TestCounts['framework'];

/** How each is asked. What is not here names them by itself, is asked by the platform, or writes reports. */
const asked: Partial<Record<Framework, string>> = {
  vitest: '--reporter=verbose',
  jest: '--verbose',
  mocha: '--reporter spec',
  'node:test': '--test-reporter=spec',
  unittest: '-v',
};

/** What to change in a test command that leaves most of its tests unnamed; null where nothing is to be changed. */
export function unnamed({ command, tests }: Pick<CommandResult, 'command' | 'tests'>): string | null {
  if (!tests || tests.framework === 'unknown' || tests.named === undefined) return null;
  const { framework, run, named } = tests;
  const how = asked[framework];
  // Tests of one name in several files are one name.
  if (how === undefined || run === 0 || named * 2 >= run) return null;
  return `\`${command}\` names ${named} of the ${run} tests that it runs, and a claim is proven only by a test that is told by its name. Let ${framework} name them all, with \`${how}\` (behind \`--\` where a script of npm is called).`;
}
