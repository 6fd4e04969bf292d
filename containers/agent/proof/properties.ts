/**
 * Property tests by another run than the author's: merged with the work, run by themselves on the merge result, and once
 * more on the ticket's base commit, where a property that holds as well proves nothing new.
 */
import type { TaskId } from '#core/id.ts';
import type { CheckPlan, CheckWork, CommandResult } from '#core/verify/check.ts';
import {
  type IndependentProof,
  type IndependentRun,
  independentProofs,
  missingProofs,
  type PropertyPlan,
  runNamed,
  untold,
} from '#core/verify/properties/independent.ts';
import { type Asked, askedFor, propertiesOf } from '#core/verify/properties/properties.ts';
import { minCases, type PropertyRun, PropertySeed } from '#core/verify/properties/run.ts';
import { withoutTests } from '../checkout/blind.ts';
import type { Host } from '../host.ts';
import { lay, layAfresh } from './lay.ts';
import { readEnd } from './log.ts';
import { logOf, measure, patience, runAside, testEnvironment } from './measure.ts';

type Written = Extract<PropertyPlan, { type: 'written' }>;
/** Tests that can be merged and run. */
export type WrittenTests = Written['tests'];

/** The property tests that come with a work; null where there are none. */
export function testsOf({ proof }: CheckPlan, { taskId }: Pick<CheckWork, 'taskId'>): WrittenTests | null {
  const plan = proof?.properties?.find((one) => one.taskId === taskId);
  return plan?.type === 'written' ? plan.tests : null;
}

/** Why the tests cannot be added to this work on this commit; null when they can. No file of anybody else is overwritten. */
export async function inTheWay(
  { repository }: Host,
  onto: string,
  { merge }: CheckWork,
  { files }: WrittenTests,
): Promise<string | null> {
  const lists = [await present(repository, onto, files), await present(repository, merge.tip, files)];
  const there = [...new Set(lists.flat())];
  return there.length === 0 ? null : `${there.join(', ')} is there already, from elsewhere`;
}

async function present(
  repository: Host['repository'],
  commit: string,
  files: readonly string[],
): Promise<string[]> {
  const all = await repository.paths(commit);
  return files.filter((path) => all.has(path));
}

interface Place {
  readonly commit: string;
  /** Why the tests of a task are not in the commit. */
  readonly left: ReadonlyMap<TaskId, string>;
  /** What a clean checkout has beside its files. */
  readonly ground: ReadonlySet<string>;
}

/** Runs the tests of each task of the plan. Leaves the workspace as `commit` has it. */
export async function runProperties(
  host: Host,
  { proof, commands: own }: CheckPlan,
  place: Place,
  measured: readonly CommandResult[],
): Promise<{ readonly commands: CommandResult[]; readonly independent: IndependentProof[] }> {
  const { commit, left } = place;
  const broken = measured.find(({ name, exitCode }) => exitCode !== 0 && isGround(name));
  const missing: IndependentProof[] = [];
  const apart: { plan: Written; why: string }[] = [];
  const tried: { plan: Written; result: CommandResult; told: PropertyRun[] }[] = [];
  for (const plan of proof?.properties ?? []) {
    if (plan.type === 'missing') {
      missing.push(...missingProofs(plan.task, plan.criteria, plan.reason));
      continue;
    }
    const why = broken ? null : await leftOut(host, commit, left, plan);
    if (broken)
      missing.push(...missingProofs(plan.task, criteriaOf(plan), `${broken.name} fails`, plan.tests));
    else if (why !== null) apart.push({ plan, why });
    else {
      const seeds = [...plan.tests.seeds, ...(await seedsAgainst(host, plan, measured))];
      tried.push({ plan, ...(await tryWithSeeds(host, plan, commit, seeds)) });
    }
  }
  const independent: IndependentProof[] = [];
  for (const { plan, told, result } of tried) {
    const onBase = await tryOnBase(host, plan, own.build, place, result.durationMs);
    independent.push(...independentProofs(plan.task, plan.tests.properties, told, onBase));
  }
  for (const { plan, why } of apart)
    independent.push(...(await proveApart(host, plan, own.build, place, why)));
  if (tried.length + apart.length > 0) await host.repository.checkout(commit);
  return { commands: tried.map(({ result }) => result), independent: [...independent, ...missing] };
}

/**
 * Tests that do not go together with the author's (in Go one name twice in a package is enough) run beside the commit:
 * its product with them and without the author's. What they say so counts as if they were in it; where they say nothing,
 * it is told why.
 */
async function proveApart(
  host: Host,
  plan: Written,
  build: string | undefined,
  place: Place,
  why: string,
): Promise<IndependentProof[]> {
  const { repository, brief, pulse } = host;
  const { commit } = place;
  const { task, tests } = plan;
  pulse.doing(`property tests of ${task} without the author's`);
  const product = await withoutTests(repository, brief.source.base, commit);
  await lay(host, await repository.overlaid(product, tests.tip, tests.files));
  const began = Date.now();
  const built = build === undefined || (await runAside(host, 'apart', build)).exitCode === 0;
  let told: PropertyRun[] = [];
  for (const asked of built ? [askedFor(commit), ...tests.seeds.map(withSeed)] : []) {
    const { log } = await runAside(host, 'apart', tests.command, { env: testEnvironment(asked) });
    told = await toldIn(log.path, log.bytes, asked);
    if (told.some(({ outcome }) => outcome === 'failed')) break;
  }
  // Without a counterexample a failure may be the tests' own, which costs no builder a round.
  const dumb = untold(tests.properties, told);
  if (dumb !== null) return missingProofs(task, criteriaOf(plan), why, tests);
  const onBase = await tryOnBase(host, plan, build, place, Date.now() - began, tests.tip);
  return independentProofs(task, tests.properties, told, onBase, why);
}

const withSeed = (seed: string): Asked => ({ seed, cases: minCases });

/** What everything else stands on. */
const isGround = (name: CommandResult['name']) => name === 'setup' || name === 'build';

/** The criteria that ask for a property test; an example has its author's. */
const criteriaOf = ({ tests }: Written) =>
  tests.properties.flatMap(({ criterion, least }) => (least === undefined ? [criterion] : []));

/** Why the tests of a task are not in the commit; null when they are. */
async function leftOut(
  { repository }: Host,
  commit: string,
  left: Place['left'],
  plan: Written,
): Promise<string | null> {
  const why = left.get(plan.taskId);
  if (why !== undefined) return why;
  // Left out when its task was merged, or taken away since.
  const there = await present(repository, commit, plan.tests.files);
  return there.length === plan.tests.files.length ? null : 'its property tests are not on the branch';
}

async function toldIn(log: string, bytes: number, asked: Asked): Promise<PropertyRun[]> {
  return propertiesOf(await readEnd(log, bytes), asked);
}

/** Seeds by which a property failed just now in the project's own test command: what the team would see. */
async function seedsAgainst(
  host: Host,
  { tests }: Written,
  measured: readonly CommandResult[],
): Promise<string[]> {
  const test = measured.find(({ name, exitCode }) => name === 'test' && exitCode !== 0);
  if (!test) return [];
  const told = propertiesOf(await readEnd(logOf(host, 'test'), test.log.bytes), askedFor(''));
  const failed = told.filter(({ outcome }) => outcome === 'failed');
  const seeds = tests.properties.map(({ name }) => runNamed(name, failed)?.seed ?? '');
  return [...new Set(seeds)].filter((seed) => PropertySeed.safeParse(seed).success);
}

/**
 * With the commit's seed, then with those that refuted something before: a rare input found once is tried again, whatever
 * the commit's seed draws. The first that fails counts, else the commit's.
 */
async function tryWithSeeds(
  host: Host,
  { task, taskId, tests }: Written,
  commit: string,
  seeds: readonly string[],
): Promise<{ readonly result: CommandResult; readonly told: PropertyRun[] }> {
  const once = async (asked: Asked) => {
    const result = await measure(host, 'property', tests.command, commit, { trial: { task, taskId, asked } });
    return { result, told: await toldIn(logOf(host, `property-${task}`), result.log.bytes, asked) };
  };
  const first = await once(askedFor(commit));
  if (first.result.exitCode !== 0) return first;
  for (const seed of seeds) {
    const again = await once(withSeed(seed));
    if (again.result.exitCode !== 0) return again;
  }
  return first;
}

/** How each property goes without the work: on the ticket's base commit with nothing but these tests on it. */
async function tryOnBase(
  host: Host,
  { task, tests }: Written,
  build: string | undefined,
  { commit, ground }: Place,
  usualMs: number,
  /** The commit that has the tests. */
  from: string = commit,
): Promise<(name: string) => IndependentRun['onBase']> {
  const { repository, brief, pulse } = host;
  pulse.doing(`property tests of ${task} on the base commit`);
  await layAfresh(host, await repository.overlaid(brief.source.base, from, tests.files), ground);
  const env = testEnvironment(askedFor(commit));
  if (build !== undefined && (await runAside(host, 'base', build, { env })).exitCode !== 0)
    return () => 'failed';
  // What ends on the work may look for ever here.
  const timeoutMs = patience(host, usualMs);
  const { exitCode, log } = await runAside(host, 'base', tests.command, { env, timeoutMs });
  const told = await toldIn(log.path, log.bytes, askedFor(commit));
  return (name) => runNamed(name, told)?.outcome ?? (exitCode === 0 ? 'passed' : 'failed');
}
