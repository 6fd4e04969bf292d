/** A test by its name, as a runner told of it. */
import { z } from 'zod';

/** One test: groups and name joined by ` > `. */
export const TestCase = z.object({
  name: z.string().max(500),
  outcome: z.enum(['passed', 'failed', 'skipped']),
});
export type TestCase = z.infer<typeof TestCase>;

/** Finds the tests that one runner names. Linear in the size of the output. */
export type CaseReader = (lines: readonly string[]) => TestCase[];

/** A case with its parts joined; names are cut, so that no output makes them long. */
export function caseOf(parts: readonly string[], outcome: TestCase['outcome']): TestCase {
  const name = parts.filter((part) => part !== '').join(' > ');
  return { name: name.slice(0, 500), outcome };
}
