/** fast-check, which speaks only when it fails, and our own line for tests that draw cases by themselves. */
import { type PropertyReader, type PropertyRun, propertyRun } from './run.ts';

const LINE =
  /(?:^|[ #ℹ])property "((?:[^"\\]|\\.){1,300})": seed=(-?[\w.]+) cases=(\d+)(?: counterexample=(.+))?$/;

/** `property "name": seed=7 cases=200` and, where it failed, `counterexample=<input>`. */
export const readPlain: PropertyReader = (lines) =>
  lines.flatMap((line): PropertyRun[] => {
    const [, name, seed, cases, counterexample] = LINE.exec(line.trimEnd()) ?? [];
    if (name === undefined || seed === undefined) return [];
    const outcome = counterexample === undefined ? 'passed' : 'failed';
    const given = counterexample === undefined ? {} : { counterexample };
    return [propertyRun('plain', { name, outcome, seed, cases: Number(cases), ...given })];
  });

/** `Property failed after 2 tests`, seed and path, the counterexample; the name is the failing test's mark above it. */
export const readFastCheck: PropertyReader = (lines) => {
  const found: PropertyRun[] = [];
  let title = '';
  lines.forEach((line, at) => {
    const mark = /^ *(?:[✖✕×✗] |● |not ok \d+ - | ?FAIL {2})(.+?)(?: \([\d.]+ ?ms\)| \d+ms)?$/.exec(
      line,
    )?.[1];
    if (mark !== undefined) title = mark;
    const cases = /(?:^|[\s:'"])Property failed after (\d+) tests?$/.exec(line)?.[1];
    if (cases === undefined) return;
    const seed = /\{ seed: (-?\d+), path: "[\d:]*"/.exec(lines[at + 1] ?? '')?.[1] ?? null;
    const counterexample = /Counterexample: (.+)$/.exec(lines[at + 2] ?? '')?.[1] ?? null;
    const name = title.split(/ [>›] /).at(-1) ?? title;
    found.push(
      propertyRun('fast-check', { name, outcome: 'failed', seed, cases: Number(cases), counterexample }),
    );
  });
  return found;
};
