/** rapid and testing/quick under `go test -v`. */
import { blockAt, type PropertyReader, type PropertyRun, propertyRun } from './run.ts';

/** `[rapid] OK, passed 200 tests` or `[rapid] failed after 2 tests: …` with the values that it drew. */
export const readRapid: PropertyReader = (lines) =>
  inTests(lines, (name, line, at): PropertyRun | undefined => {
    const passed = /\[rapid\] OK, passed (\d+) tests?/.exec(line)?.[1];
    if (passed !== undefined) return propertyRun('rapid', { name, outcome: 'passed', cases: Number(passed) });
    const failed = /\[rapid\] (?:failed|panic|flaky test)? ?after (\d+) tests?/.exec(line)?.[1];
    if (failed === undefined) return undefined;
    const told = blockAt(lines, at + 1, (one) => /^--- |^=== /.test(one));
    const seed = /-rapid\.seed=(\d+)/.exec(told.join('\n'))?.[1] ?? null;
    const drawn = told.flatMap((one) => /\[rapid\] draw (.+)$/.exec(one)?.[1] ?? []);
    const counterexample = drawn.length > 0 ? drawn.join(', ') : null;
    return propertyRun('rapid', { name, outcome: 'failed', seed, cases: Number(failed), counterexample });
  });

/** `#1: failed on input …`; what passes says nothing. */
export const readQuick: PropertyReader = (lines) =>
  inTests(lines, (name, line): PropertyRun | undefined => {
    const [, cases, input] = /: #(\d+): failed on input (.+)$/.exec(line) ?? [];
    if (input === undefined) return undefined;
    return propertyRun('testing/quick', {
      name,
      outcome: 'failed',
      cases: Number(cases),
      counterexample: input,
    });
  });

function inTests(
  lines: readonly string[],
  read: (test: string, line: string, at: number) => PropertyRun | undefined,
): PropertyRun[] {
  let test = '';
  return lines.flatMap((line, at) => {
    test = /^=== (?:RUN|CONT|NAME) +(\S+)$/.exec(line)?.[1] ?? /^ *--- FAIL: (\S+) /.exec(line)?.[1] ?? test;
    return read(test, line, at) ?? [];
  });
}
