/** The merge queue's rows as the core wants to see them. */
import type { TaskId } from '#core/id.ts';
import type { MergeEntry } from '#core/merge/entry.ts';
import type { Measured, Queue } from '#core/merge/queue.ts';
import { baselineOf, checkOutcome } from '#core/run/checked.ts';
import type { Run } from '#core/run/run.ts';
import type { CheckPlan, CheckResult } from '#core/verify/check.ts';
import { judge, refutedIn } from '#core/verify/judge.ts';
import { wasRefuted } from '#core/verify/properties/independent.ts';
import type { Desk } from './desk.ts';
import type { atWork } from './runs.ts';

/** The queue of a ticket, and the rows that it was read from. */
export interface Known {
  readonly queue: Queue;
  readonly entries: readonly MergeEntry[];
  /** The checks of the queue, oldest first. */
  readonly checks: readonly Run[];
  readonly baseline: CheckResult | null;
  /** Those that measured something of which no evidence is stored yet. */
  readonly fresh: readonly {
    readonly run: Run;
    readonly result: CheckResult & { type: 'checked' };
    readonly green: boolean;
  }[];
}

const byAge = (a: Run, b: Run) =>
  a.createdAt === b.createdAt ? (a.id < b.id ? -1 : 1) : a.createdAt < b.createdAt ? -1 : 1;

/** Reads the queue as it stands. */
export async function queueOf(desk: Desk, ticket: ReturnType<typeof atWork>): Promise<Known> {
  const entries = await desk.tx.merges.list(ticket.id);
  // Runs of agents are many, and hold whole submissions: nothing of them is used here.
  const runs = await desk.tx.runs.list({ ticketId: ticket.id, kind: 'check' });
  const baseline = baselineOf(runs);
  const checks = runs.filter(({ check }) => check?.purpose === 'batch').sort(byAge);
  const ended = checks.filter(({ state }) => state.status === 'ended');
  const kept = new Set(await desk.tx.evidence.runs(ticket.id));
  const fresh = ended.flatMap((run) => {
    const result = checkOutcome(run);
    if (result.type !== 'checked' || result.commands.length === 0 || kept.has(run.id)) return [];
    return [{ run, result, green: judge(result, baseline).type === 'passed' }];
  });
  const queue: Queue = {
    head: ticket.headCommit,
    waiting: entries.filter(({ state }) => state.status === 'waiting').map(waitingOf),
    landed: entries.flatMap(({ taskId, key, state }) =>
      // What stood as it was is no step of the history.
      state.status === 'merged' && state.onto !== state.commit
        ? [{ taskId, key, onto: state.onto, commit: state.commit }]
        : [],
    ),
    measured: ended.flatMap((run) => measuredBy(run, baseline)),
    checking: checks.length > ended.length,
  };
  return { queue, entries, checks, baseline, fresh };
}

const waitingOf = ({ runId, taskId, key, merge, base, since }: MergeEntry) => ({
  ...{ runId, taskId, key, tip: merge.tip, base, since },
});

const isCancelled = ({ state }: Run): boolean =>
  state.status === 'ended' && state.outcome.type === 'failed' && state.outcome.reason === 'cancelled';

/** Works that fail whatever they are merged with: an input refuted them by themselves, or a claim's tests did not run. */
function failingAlone({ works, proof }: CheckPlan, result: CheckResult & { type: 'checked' }): TaskId[] {
  // Insisted on where there is but one.
  if ((result.proof?.unrun ?? []).length > 0) return works.map(({ taskId }) => taskId);
  const refuted = refutedIn(result.proof);
  return works.flatMap(({ taskId, merge }) => {
    const plan = proof?.properties?.find((one) => one.taskId === taskId);
    const own =
      plan && refuted.some(({ task, run }) => task === plan.task && wasRefuted(plan, merge.tip, run.name));
    return own ? [taskId] : [];
  });
}

function measuredBy(run: Run, baseline: CheckResult | null): Measured[] {
  if (!run.check) return [];
  const { head, works } = run.check;
  const asked = works.map(({ taskId, merge }) => ({ taskId, tip: merge.tip }));
  const known = { runId: run.id, at: run.createdAt, head, asked };
  // Ended by the platform itself: that it came to no end says nothing of the work.
  if (isCancelled(run)) return [];
  const result = checkOutcome(run);
  if (result.type === 'none') return [{ ...known, works: [], refused: [], verdict: 'none' }];
  const refused = result.refused.flatMap((one) =>
    one.reason === 'tampered' || one.onHead ? [one.taskId] : [],
  );
  if (result.type === 'unmerged') return [{ ...known, works: [], refused, verdict: 'red' }];
  const merged = result.works.map(({ taskId, commit }) => {
    const tip = asked.find((one) => one.taskId === taskId)?.tip ?? commit;
    return { taskId, commit, tip };
  });
  const verdict = judge(result, baseline).type === 'passed' ? 'green' : 'red';
  return [{ ...known, works: merged, refused, alone: failingAlone(run.check, result), verdict }];
}
