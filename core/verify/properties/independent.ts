/**
 * Property tests by another run than the author's, written from the requirements alone: what is handed in, what a check
 * is to do with it, and what came of it. A property that holds on the base commit as well proves nothing new.
 */
import { z } from 'zod';
import { Sha, TaskId } from '../../id.ts';
import type { IndependentPolicy } from '../../project/project.ts';
import { TaskKey } from '../../task/task.ts';
import { minCases, PropertyRun, PropertySeed } from './run.ts';

/** The criteria of a task for whose sake another run is asked for tests; it is given all of them. */
export function askedOfOthers(
  policy: IndependentPolicy,
  criteria: readonly { readonly id: string; readonly kind: 'example' | 'property' }[],
): string[] {
  return criteria.flatMap(({ id, kind }) => (policy === 'criteria' || kind === 'property' ? [id] : []));
}

/** A property as the tests' output names it, and the criterion that it could refute. */
export const NamedProperty = z.object({
  criterion: z.string().max(40),
  name: z.string().min(1).max(300),
  /** How many cases it has to try, where not as many as a property of every input: an example has its own. */
  least: z.number().int().min(1).optional(),
});
export type NamedProperty = z.infer<typeof NamedProperty>;

/** What a verifier hands in: new test files and nothing else, as a commit on the one that its checkout starts from. */
export const PropertyTests = z.object({
  tip: Sha,
  bundle: z.string(),
  summary: z.string().max(4000),
  /** Their paths; none of them was there before. */
  files: z.array(z.string().min(1).max(500)).min(1).max(20),
  /** Runs these tests alone, with seed and number of cases from the environment. */
  command: z.string().min(1).max(1000),
  properties: z.array(NamedProperty).min(1).max(50),
  /** What an input refuted when they were handed in, on the work as it was then. */
  refuted: z
    .array(z.object({ name: z.string().max(300), counterexample: z.string().max(2000) }))
    .max(50)
    .default([]),
  /** Seeds that refuted one of them while they were written: every check tries them beside its own. */
  seeds: z.array(PropertySeed).max(5).default([]),
});
export type PropertyTests = z.infer<typeof PropertyTests>;

/** What a check is to do about the property criteria of one task. */
export const PropertyPlan = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('written'),
    taskId: TaskId,
    task: TaskKey,
    tests: PropertyTests.omit({ summary: true }),
    /** Tip of the work that they were written on. */
    of: Sha.nullable().default(null),
  }),
  /** There are no tests; the check says so where it says everything else. */
  z.object({
    type: z.literal('missing'),
    taskId: TaskId,
    task: TaskKey,
    criteria: z.array(z.string()).max(50),
    reason: z.string().max(500),
  }),
]);
export type PropertyPlan = z.infer<typeof PropertyPlan>;

/** Whether a property that an input refutes now was refuted on this very work, by itself, when its tests were handed in. */
export function wasRefuted(plan: PropertyPlan, tip: Sha, name: string): boolean {
  return plan.type === 'written' && plan.of === tip && plan.tests.refuted.some((one) => one.name === name);
}

/** A property as it went on the checked commit and on the ticket's base commit. */
export const IndependentRun = PropertyRun.extend({
  onBase: z.enum(['passed', 'failed']),
  least: NamedProperty.shape.least,
});
export type IndependentRun = z.infer<typeof IndependentRun>;

/** What speaks for or against one property criterion, beside the author's own tests. */
export const IndependentProof = z.object({
  task: z.string(),
  criterion: z.string(),
  /** Why no such test ran; null where one did. */
  missing: z.string().max(500).nullable(),
  /** Why they are no part of the commit and ran beside it, without its author's tests; left out where they are. */
  aside: z.string().max(500).optional(),
  /** None ran, and when they were handed in an input refuted one: nothing is proven until one has run. */
  refuted: z.literal(true).optional(),
  runs: z.array(IndependentRun).max(50),
});
export type IndependentProof = z.infer<typeof IndependentProof>;

/** The run that a verifier's name for a property means; runners put a path before it. */
export function runNamed<T extends Pick<PropertyRun, 'name'>>(
  name: string,
  runs: readonly T[],
): T | undefined {
  return runs.find(
    (run) => name === run.name || [' > ', '::', '.'].some((by) => name.endsWith(by + run.name)),
  );
}

/** What is wrong with tests before they are taken: each property has to tell how many cases it tried. Null when nothing is. */
export function untold(properties: readonly NamedProperty[], runs: readonly PropertyRun[]): string | null {
  const wrong = properties.flatMap((one) => untoldOf(one, runNamed(one.name, runs)) ?? []);
  return wrong.length === 0 ? null : wrong.join(' ');
}

function untoldOf({ name, least = minCases }: NamedProperty, run: PropertyRun | undefined): string | null {
  if (!run) return `The output of the command does not tell of the property "${name}".`;
  if (run.outcome === 'failed')
    return run.counterexample === null ? `The property "${name}" fails without a counterexample.` : null;
  if ((run.cases ?? 0) >= least) return null;
  const how = least > 1 ? ' What a property names by hand is tried beside what it draws, in one test.' : '';
  return `The property "${name}" was tried on ${run.cases ?? 'an unknown number of'} cases; ${least} ${least === 1 ? 'is' : 'are'} the least.${how}`;
}

/** The proof of each criterion of the tests. `onBase` tells how a property went on the base commit. */
export function independentProofs(
  task: TaskKey,
  properties: readonly NamedProperty[],
  runs: readonly PropertyRun[],
  onBase: (name: string) => IndependentRun['onBase'],
  aside?: string,
): IndependentProof[] {
  const criteria = [...new Set(properties.map(({ criterion }) => criterion))];
  return criteria.map((criterion) => {
    const found = properties.flatMap(({ name, least, ...one }) => {
      const run = one.criterion === criterion ? runNamed(name, runs) : undefined;
      return run ? [{ ...run, onBase: onBase(name), ...(least === undefined ? {} : { least }) }] : [];
    });
    const missing = found.length > 0 ? null : 'its property tests told of nothing that they tried';
    return {
      task,
      criterion,
      missing,
      runs: found,
      ...(aside === undefined ? {} : { aside: inLine(aside) }),
    };
  });
}

/** The proofs of criteria for which nothing ran; with what refuted them when the tests were handed in. */
export function missingProofs(
  task: TaskKey,
  criteria: readonly string[],
  reason: string,
  { properties, refuted }: Pick<PropertyTests, 'properties' | 'refuted'> = { properties: [], refuted: [] },
): IndependentProof[] {
  return [...new Set(criteria)].map((criterion) => {
    const named = properties.filter((one) => one.criterion === criterion);
    const before = refuted.find(({ name }) => named.some((one) => runNamed(one.name, [{ name }])));
    const known = { task, criterion, runs: [] };
    if (!before) return { ...known, missing: inLine(reason) };
    const said = `; when it was handed in, ${before.name} was refuted: ${before.counterexample}`;
    return { ...known, missing: inLine(reason + said), refuted: true };
  });
}

const inLine = (text: string) => text.replace(/\s+/gu, ' ').slice(0, 500);

/** Whether property tests alone prove it: enough cases, all passed, and not as well without the work. */
export function propertiesSpeak(runs: readonly IndependentRun[]): boolean {
  return runs.some(isNews) && runs.every(({ outcome }) => outcome === 'passed');
}

const isNews = ({ onBase, cases, least = minCases }: IndependentRun) =>
  onBase === 'failed' && (cases ?? 0) >= least;

/** Whether it says nothing of the work: a property that holds as well without it. An example may ask for what stays. */
export const isOld = ({ onBase, least }: IndependentRun): boolean =>
  onBase === 'passed' && least === undefined;

/** One run for people: cases and seed, what refutes it, and whether it says anything new. */
export function runInWords(run: IndependentRun): string {
  const { name, outcome, seed, cases, counterexample, least } = run;
  const drawn = least === undefined ? `, seed ${seed ?? 'unknown'}` : '';
  const tried = `${cases ?? 'an unknown number of'} ${cases === 1 ? 'case' : 'cases'}${drawn}`;
  const end = counterexample === null ? '' : `: ${counterexample}`;
  const few =
    outcome === 'passed' && (cases ?? 0) < (least ?? minCases) ? `, fewer than ${least ?? minCases}` : '';
  const old = isOld(run) ? '; it passes on the base commit too, so it proves nothing new' : '';
  return `${name} ${outcome === 'passed' ? 'holds' : 'is refuted'} (${tried}${few})${end}${old}`;
}
