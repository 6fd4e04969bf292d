/** A test by its name, as a runner told of it. */
import { z } from 'zod';

/** One test: groups and name joined by ` > `. */
export const TestCase = z.object({
  name: z.string().max(500),
  outcome: z.enum(['passed', 'failed', 'skipped']),
});
export type TestCase = z.infer<typeof TestCase>;

/** Parametrized cases (`test[1]`, `test[2]`, as pytest names them) as the one test that they are, with their number. */
export function byTest(names: readonly string[]): { readonly name: string; readonly cases: number }[] {
  const found = new Map<string, number>();
  for (const name of names.map((one) => one.replace(/\[.*\]$/su, '') || one))
    found.set(name, (found.get(name) ?? 0) + 1);
  return [...found].map(([name, cases]) => ({ name, cases }));
}

/** Finds the tests that one runner names. Linear in the size of the output. */
export type CaseReader = (lines: readonly string[]) => TestCase[];

/** A case with its parts joined; names are cut, so that no output makes them long. */
export function caseOf(parts: readonly string[], outcome: TestCase['outcome']): TestCase {
  const name = parts.filter((part) => part !== '').join(' > ');
  return { name: name.slice(0, 500), outcome };
}
