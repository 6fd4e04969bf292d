/** Delivery: all checks once more on the commit that is handed over, then one pull request that says what is proven. */
import { z } from 'zod';
import { IllegalTransition } from '#core/errors.ts';
import { pullBody, pullTitle } from '#core/forge/body.ts';
import { TicketId } from '#core/id.ts';
import { latestWork } from '#core/run/work.ts';
import { Design } from '#core/spec/design.ts';
import { Requirements } from '#core/spec/requirements.ts';
import { isSettled, type Task, type TaskKey } from '#core/task/task.ts';
import type { Ticket } from '#core/ticket/ticket.ts';
import { judge as judgeCheck } from '#core/verify/judge.ts';
import { type Answer, type Desk, moveTicket, type Step, step, tell, theProject, theTicket } from './desk.ts';
import { approvedDocument, requireDocument } from './documents.ts';
import { baselineOf, storeEvidence } from './evidence.ts';
import { atWork, checkedRun, checkOutcome, checksExhausted, failure, RunAnswer, startCheck } from './runs.ts';

const one = z.looseObject({ ticketId: TicketId });

const check = step(one.extend({ token: z.string().min(1) }), async ({ ticketId, token }, desk) => {
  const ticket = atWork(await theTicket(desk, ticketId));
  const entered = await moveTicket(desk, ticket, { type: 'enterPhase', phase: 'delivery' });
  const commands = ticket.commands ?? {};
  const head = ticket.headCommit;
  const asked = { purpose: 'final', task: null, head, works: [], commands, token } as const;
  return { runId: (await startCheck(desk, entered, asked)).id };
});

const judge = step(
  one.extend({ outcome: RunAnswer }),
  async ({ ticketId, outcome }, desk): Promise<Answer> => {
    const ticket = atWork(await theTicket(desk, ticketId));
    const run = await checkedRun(desk, ticket, outcome);
    const tasks = await desk.tx.tasks.list(ticketId);
    // Requirements changed meanwhile, and tasks were re-opened.
    if (tasks.some((task) => !isSettled(task))) return { next: 'execute', ticketId };
    const result = checkOutcome(run);
    if (result.type === 'none') {
      const runs = await desk.tx.runs.list({ ticketId });
      if (!checksExhausted(runs.filter((other) => other.check?.purpose === 'final')))
        return { next: 'check', ticketId };
      return failure('CheckFailed', `The finished branch could not be checked: ${result.message}`);
    }
    if (run.check?.head !== ticket.headCommit) return { next: 'check', ticketId };
    const baseline = await baselineOf(desk, ticket);
    const done = tasks.filter(({ state }) => state.status === 'done');
    const criteria = [...new Set(done.flatMap((task) => task.criteria))];
    if (result.type === 'checked')
      await storeEvidence(desk, ticket, { run, result, task: null, criteria, baseline });
    const verdict = judgeCheck(result, baseline);
    if (verdict.type === 'failed')
      return failure(
        'FinalCheckFailed',
        `The finished branch fails: ${verdict.reason}.\n\n${verdict.log}`.trim(),
      );
    const { repo } = await theProject(desk, ticket);
    const bundles = ticket.branchBundle === null ? [] : [ticket.branchBundle];
    return { next: 'push', repo, branch: ticket.branch, commit: ticket.headCommit, bundles };
  },
);

/** What the builder (or integrator) of each task said of the work that was taken. */
async function summariesOf(
  { tx }: Desk,
  { id: ticketId }: Ticket,
  tasks: readonly Task[],
): Promise<Map<TaskKey, string>> {
  const runs = await tx.runs.list({ ticketId });
  const summaries = new Map<TaskKey, string>();
  for (const { id, key } of tasks) {
    const work = latestWork(runs.filter(({ taskId }) => taskId === id));
    if (work) summaries.set(key, work.submission.summary);
  }
  return summaries;
}

/** Opens exactly one pull request, on the branch that the forge could give. */
const open = step(one.extend({ branch: z.string().min(1) }), async ({ ticketId, branch }, desk) => {
  const ticket = atWork(await theTicket(desk, ticketId));
  const project = await theProject(desk, ticket);
  if (project.defaultBranch === null)
    throw new IllegalTransition('The default branch is not known.', { projectId: project.id });
  const tasks = await desk.tx.tasks.list(ticketId);
  const body = pullBody({
    ticket,
    requirements: await requireDocument(desk, ticket, 'requirements', Requirements),
    design: await approvedDocument(desk, ticket, 'design', Design),
    tasks,
    summaries: await summariesOf(desk, ticket, tasks),
    forecast: (await desk.tx.gates.list(ticketId)).at(-1)?.forecast ?? null,
    evidence: await desk.tx.evidence.list(ticketId),
    balance: await desk.tx.ledger.balance(ticketId),
    calls: (await desk.tx.calls.totals(ticketId)).calls,
  });
  const pull = await desk.tx.pulls.open({
    id: desk.newId('pull'),
    ticketId,
    title: pullTitle(ticket),
    body,
    branch,
    into: project.defaultBranch,
    baseCommit: ticket.baseCommit,
    headCommit: ticket.headCommit,
    state: 'open',
    mergeCommit: null,
    openedAt: desk.at,
    version: 0,
  });
  await tell(desk, ticket, pull.id, 'pull.opened.v1', {
    pullRequestId: pull.id,
    number: pull.number,
    branch: pull.branch,
    commit: pull.headCommit,
  });
  await moveTicket(desk, ticket, { type: 'complete', branch: pull.branch });
  return { pullRequestId: pull.id, number: pull.number };
});

/** Called by the state machines. */
export const deliverySteps = {
  'delivery.check': check,
  'delivery.judge': judge,
  'delivery.open': open,
} satisfies Record<string, Step>;
