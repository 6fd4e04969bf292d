/** proptest under cargo test. */
import { type PropertyReader, type PropertyRun, propertyRun } from './run.ts';

/** `minimal failing input: n = 1001` below the name of the thread that panicked; what passes says nothing. */
export const readProptest: PropertyReader = (lines) => {
  let test = '';
  return lines.flatMap((line, at): PropertyRun[] => {
    test = /^---- (\S+) stdout ----$/.exec(line)?.[1] ?? test;
    const first = /^minimal failing input: (.*)$/.exec(line)?.[1];
    if (first === undefined) return [];
    const below: string[] = [first];
    let successes: string | undefined;
    for (let next = at + 1; next < lines.length && next < at + 60 && successes === undefined; next += 1) {
      successes = /^\tsuccesses: (\d+)$/.exec(lines[next] ?? '')?.[1];
      if (successes === undefined) below.push((lines[next] ?? '').trim());
    }
    const name = test.split('::').at(-1) ?? test;
    // The case that failed comes on top of those that passed.
    const cases = successes === undefined ? null : Number(successes) + 1;
    return [propertyRun('proptest', { name, outcome: 'failed', cases, counterexample: below.join(' ') })];
  });
};
