/** Hypothesis under pytest: its statistics (`--hypothesis-show-statistics`) and its failing example. */
import { blockAt, type PropertyReader, type PropertyRun, propertyRun } from './run.ts';

/** One block of statistics for each test: the cases of its generate phase, passing and failing. */
export const readHypothesis: PropertyReader = (lines) => {
  const examples = examplesOf(lines);
  const seed = seedOf(lines);
  const found: PropertyRun[] = [];
  let id: string | undefined;
  let phase = '';
  for (const line of lines) {
    id = /^(\S+\.py::\S.*):$/.exec(line)?.[1] ?? id;
    if (/^=+ .* =+$/.test(line)) id = undefined;
    phase = /^ {2}- during (\w+) phase/.exec(line)?.[1] ?? phase;
    const [, passing, failing] =
      /^ {4}- (\d+) passing(?: examples)?, (\d+) failing(?: examples)?, and \d+ invalid/.exec(line) ?? [];
    if (id === undefined || passing === undefined || phase !== 'generate') continue;
    const name = id.split('::').at(-1) ?? id;
    const counterexample = examples.get(name) ?? null;
    const cases = Number(passing) + Number(failing);
    const outcome = Number(failing) > 0 || counterexample !== null ? 'failed' : 'passed';
    found.push(propertyRun('hypothesis', { name, outcome, seed, cases, counterexample }));
    id = undefined;
  }
  return found;
};

/** `Failing test case: test_x(` (`Falsifying example:` in older ones), its arguments, `)`; by the test's name. */
function examplesOf(lines: readonly string[]): Map<string, string> {
  const examples = new Map<string, string>();
  lines.forEach((line, at) => {
    const [, prefix = '', name, rest = ''] =
      /^((?:E {3})? *)(?:Failing test case|Falsifying example|Falsifying explicit example): ([\w.]+)\((.*)$/.exec(
        line,
      ) ?? [];
    if (name === undefined) return;
    const inner = rest.endsWith(')')
      ? [rest.slice(0, -1)]
      : blockAt(lines, at + 1, (one) => one.slice(prefix.length) === ')').map((one) =>
          one.slice(prefix.length).trim(),
        );
    examples.set(name.split('.').at(-1) ?? name, inner.join(' ').replace(/,$/, ''));
  });
  return examples;
}

/** Given by `--hypothesis-seed`, which pytest does not repeat; or advised for reproduction. */
function seedOf(lines: readonly string[]): string | null {
  const line = lines.find((one) => /--hypothesis-seed=\d+|^@seed\(\d+\)/.test(one));
  return /(?:seed=|seed\()(\d+)/.exec(line ?? '')?.[1] ?? null;
}
