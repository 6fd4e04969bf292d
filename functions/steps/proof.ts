/**
 * What a check is to look for beside its commands: tests that claims name, property tests, whose lines to mutate, and where
 * the tests are as they were.
 */
import type { Sha } from '#core/id.ts';
import { mergedIn } from '#core/merge/landed.ts';
import { joinedIn } from '#core/merge/stale.ts';
import { protectedPaths } from '#core/project/project.ts';
import { baselineOf, checkOutcome } from '#core/run/checked.ts';
import type { Run } from '#core/run/run.ts';
import { latestWork, testFiles } from '#core/run/work.ts';
import type { Task } from '#core/task/task.ts';
import type { Ticket } from '#core/ticket/ticket.ts';
import type { CheckPlan, CheckResult } from '#core/verify/check.ts';
import { type NamedClaim, namesIn, perhapsIn } from '#core/verify/claims.ts';
import { certainIn, flakyAmong } from '#core/verify/flaky.ts';
import { failingTests } from '#core/verify/judge.ts';
import type { PropertyPlan } from '#core/verify/properties/independent.ts';
import type { ProofPlan } from '#core/verify/report.ts';
import { acceptedIn } from './accepted.ts';
import { type Desk, theProject } from './desk.ts';
import { propertyPlan } from './properties.ts';

/**
 * Claims of the works in the check, and of all that was merged before: what passed once is proven again whenever later
 * work may have touched it.
 */
export async function proofPlan(
  desk: Desk,
  ticket: Ticket,
  { purpose, works }: Pick<CheckPlan, 'purpose' | 'works'>,
): Promise<ProofPlan> {
  if (purpose === 'baseline') return { claims: [], accepted: [], mutate: [], protected: [] };
  const tasks = await desk.tx.tasks.list(ticket.id);
  const inside = new Set(works.map(({ taskId }) => taskId));
  const claims: NamedClaim[] = [];
  const properties: PropertyPlan[] = [];
  const written: string[] = [];
  for (const task of tasks) {
    if (task.state.status !== 'done' && !inside.has(task.id)) continue;
    const runs = await desk.tx.runs.list({ ticketId: ticket.id, taskId: task.id });
    claims.push(...claimsOf(runs, task));
    written.push(...testFiles(runs));
    // What is on the branch is run by the project's own tests; at the end once more by itself, for the record.
    const plan = purpose === 'final' || inside.has(task.id) ? await propertyPlan(desk, ticket, task) : null;
    if (plan) properties.push(plan);
  }
  const entries = await desk.tx.merges.list(ticket.id);
  // A task that began anew has lines in each of its commits.
  const mutate = tasks.flatMap(({ id, state, criteria }) =>
    purpose === 'final' && state.status === 'done' && criteria.length > 0
      ? [...new Set([...mergedIn(entries, id), state.commit])].map((commit) => ({ taskId: id, commit }))
      : [],
  );
  const accepted = (await acceptedIn(desk, ticket)).slice(0, 100);
  const guarded = protectedPaths(await theProject(desk, ticket));
  const tests = { properties: properties.slice(0, 500), written: written.slice(0, 2000) };
  const known = { claims: claims.slice(0, 5000), accepted, mutate, ...tests };
  const former = purpose === 'final' ? await formerOf(desk, ticket) : null;
  const checks = await desk.tx.runs.list({ ticketId: ticket.id, kind: 'check' });
  const failing = failingBefore(baselineOf(checks));
  const certain = certainTests(checks, works);
  const insist = purpose === 'batch' && works.length === 1 ? tasks.filter((task) => inside.has(task.id)) : [];
  const mayMend = insist.filter(({ round }) => round === 1).map(({ key }) => key);
  const flaky = flakyAmong(await desk.tx.evidence.list(ticket.id)).slice(0, 200);
  return {
    ...known,
    insist: mayMend,
    failing,
    flaky,
    certain,
    protected: guarded,
    ...(former && { former }),
  };
}

/** The default branch as the ticket last knew it: what differs from there is the ticket's own. */
async function formerOf(desk: Desk, { id, baseCommit }: Ticket): Promise<Sha | null> {
  return joinedIn(await desk.tx.merges.list(id)).at(-1)?.upstream ?? baseCommit;
}

/** The tests that fail on the base commit. */
function failingBefore(baseline: CheckResult | null): string[] {
  if (baseline?.type !== 'checked') return [];
  return baseline.commands.flatMap(failingTests).slice(0, 50);
}

/** The tests that failed for certain in an earlier check with one of these works. */
function certainTests(checks: readonly Run[], works: CheckPlan['works']): string[] {
  const tips = new Set(works.map(({ merge }) => merge.tip));
  const before = checks.filter(({ check }) => check?.works.some(({ merge }) => tips.has(merge.tip)));
  const results = before.map(checkOutcome);
  const names = results.flatMap((one) => (one.type === 'checked' ? one.commands.flatMap(certainIn) : []));
  return [...new Set(names)].slice(0, 200);
}

function claimsOf(runs: readonly Run[], task: Task): NamedClaim[] {
  const said = latestWork(runs)?.submission.claims ?? [];
  return task.criteria.map((criterion) => {
    const own = said.filter((claim) => claim.criterion === criterion);
    const names = own.flatMap(({ how }) => namesIn(how)).slice(0, 20);
    const perhaps = own.flatMap(({ how }) => perhapsIn(how)).slice(0, 20);
    const interpretation = own.findLast((claim) => claim.interpretation !== undefined)?.interpretation;
    const command = own.findLast((claim) => claim.command !== undefined)?.command;
    return {
      ...{ task: task.key, criterion, names },
      ...(perhaps.length === 0 ? {} : { perhaps }),
      ...(interpretation === undefined ? {} : { interpretation }),
      ...(command === undefined ? {} : { command }),
    };
  });
}
