/** A property test as it went: which generator ran it, on how many cases, from which seed, and what refuted it. */
import { z } from 'zod';

/** What draws the cases; `plain` is a test that prints our own line. */
export const PropertyFramework = z.enum([
  'fast-check',
  'hypothesis',
  'rapid',
  'testing/quick',
  'proptest',
  'jqwik',
  'plain',
]);
export type PropertyFramework = z.infer<typeof PropertyFramework>;

/** One property. What its framework does not tell is null, and shown as unknown. */
export const PropertyRun = z.object({
  name: z.string().max(300),
  framework: PropertyFramework,
  outcome: z.enum(['passed', 'failed']),
  seed: z.string().max(100).nullable(),
  cases: z.number().int().nonnegative().nullable(),
  /** The smallest input found that refutes it, as the framework prints it. */
  counterexample: z.string().max(2000).nullable(),
});
export type PropertyRun = z.infer<typeof PropertyRun>;

/** What the platform asks for: fewer have in trials missed faults at the edges of a date or a length. */
export const minCases = 200;

/** 32 bits are a seed for all frameworks. */
export const PropertySeed = z.string().regex(/^\d{1,10}$/, 'must be a number of at most ten digits');

/** Finds the properties of one framework. Linear in the size of the output. */
export type PropertyReader = (lines: readonly string[]) => PropertyRun[];

/** A run with its texts cut to what is stored. */
export function propertyRun(
  framework: PropertyFramework,
  run: Partial<PropertyRun> & Pick<PropertyRun, 'name' | 'outcome'>,
): PropertyRun {
  const { name, outcome, seed = null, cases = null, counterexample = null } = run;
  return {
    name: name.slice(0, 300),
    framework,
    outcome,
    seed: seed?.slice(0, 100) ?? null,
    cases,
    counterexample: counterexample?.trim().slice(0, 2000) ?? null,
  };
}

/** Lines from `from` on while they are indented more than `indent`, joined; `end` stops them. */
export function blockAt(lines: readonly string[], from: number, end: (line: string) => boolean): string[] {
  const taken: string[] = [];
  // A counterexample of more lines is no help to anybody.
  for (let at = from; at < lines.length && taken.length < 60; at += 1) {
    const line = lines[at] ?? '';
    if (end(line)) break;
    taken.push(line);
  }
  return taken;
}
