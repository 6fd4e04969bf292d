/** jqwik: a box of figures for each property, and the shrunk sample below it. */
import { blockAt, type PropertyReader, type PropertyRun, propertyRun } from './run.ts';

/** Reads each report that begins with `timestamp = …, Class:property =`. */
export const readJqwik: PropertyReader = (lines) =>
  lines.flatMap((line, at): PropertyRun[] => {
    const name = /^timestamp = \S+, (?:.*:)?([^:]+) = ?$/.exec(line)?.[1];
    if (name === undefined) return [];
    const told = blockAt(lines, at + 1, (one) => one.startsWith('timestamp = '));
    const figure = (word: string) =>
      told.flatMap((one) => new RegExp(`^${word} = (\\S+) +\\|`).exec(one)?.[1] ?? [])[0] ?? null;
    const cases = figure('checks') ?? figure('tries');
    const sample =
      sampleOf(told, 'Shrunk Sample') ?? sampleOf(told, 'Sample') ?? sampleOf(told, 'Original Sample');
    const failed =
      sample !== null || told.slice(0, 3).some((one) => /\] failed with|AssertionFailedError/.test(one));
    return [
      propertyRun('jqwik', {
        name,
        outcome: failed ? 'failed' : 'passed',
        seed: figure('seed'),
        cases: cases === null ? null : Number(cases),
        counterexample: sample,
      }),
    ];
  });

function sampleOf(told: readonly string[], title: string): string | null {
  const at = told.findIndex(
    (one, index) => one.startsWith(title) && (told[index + 1] ?? '').startsWith('---'),
  );
  if (at < 0) return null;
  return blockAt(told, at + 2, (one) => !/^ {2}\S/.test(one))
    .map((one) => one.trim())
    .join(', ');
}
