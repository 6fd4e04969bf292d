/** Delivery: all checks once more on the commit that is handed over, then one pull request that says what is proven. */

import { z } from 'zod';
import { withFoundWork } from '#core/discovery/work.ts';
import { IllegalTransition } from '#core/errors.ts';
import type { BodyInput } from '#core/forge/body.ts';
import { draftStanding, draftWish, lacking, undone } from '#core/forge/draft.ts';
import type { PullRequest, PullRows } from '#core/forge/ports.ts';
import { type PullText, pullText } from '#core/forge/publication.ts';
import { TicketId } from '#core/id.ts';
import { joinedIn, staleBy } from '#core/merge/stale.ts';
import { strayed } from '#core/merge/strayed.ts';
import { baselineOf, checkOutcome } from '#core/run/checked.ts';
import type { Run } from '#core/run/run.ts';
import { latestAnswer, latestTests, latestWork, testFiles } from '#core/run/work.ts';
import { Design } from '#core/spec/design.ts';
import { criterionIds, Requirements } from '#core/spec/requirements.ts';
import { isSettled, type Task, type TaskKey } from '#core/task/task.ts';
import type { Ticket } from '#core/ticket/ticket.ts';
import { judge as judgeCheck } from '#core/verify/judge.ts';
import { failing, prove, standing } from '#core/verify/proof.ts';
import type { PropertyTests } from '#core/verify/properties/independent.ts';
import { acceptedIn } from './accepted.ts';
import {
  type Answer,
  type Desk,
  moveTicket,
  type Step,
  step,
  tell,
  theProject,
  theRun,
  theTicket,
} from './desk.ts';
import { proposalsOpen } from './discovery.ts';
import { approvedDocument, requireDocument } from './documents.ts';
import { storeEvidence } from './evidence.ts';
import { mend } from './mend.ts';
import { atWork, checksExhausted, failure, RunAnswer, startCheck, tellEnded } from './runs.ts';

const one = z.looseObject({ ticketId: TicketId });

const check = step(one.extend({ token: z.string().min(1) }), async ({ ticketId, token }, desk) => {
  const ticket = atWork(await theTicket(desk, ticketId));
  const entered = await moveTicket(desk, ticket, { type: 'enterPhase', phase: 'delivery' });
  const passed = await passedBefore(desk, ticket);
  if (passed) {
    await tellEnded(desk, entered, passed, token);
    return { runId: passed.id };
  }
  const commands = ticket.commands ?? {};
  const head = ticket.headCommit;
  const asked = { purpose: 'final', head, commands, token } as const;
  return { runId: (await startCheck(desk, entered, asked)).id };
});

/** How far back in the log the delivery before is looked for; where it is not found, everything is checked anew. */
const recentEvents = 1000;

/** Whether a reviewer was answered since the ticket was delivered. Whoever has it brought up to date wants it checked. */
async function wasAnswered(desk: Desk, ticket: Ticket, tasks: readonly Task[]): Promise<boolean> {
  const answers = tasks.flatMap(({ state }) =>
    state.status === 'done' && state.unchanged ? [state.at] : [],
  );
  if (answers.length === 0) return false;
  const after = Math.max(0, (await desk.tx.outbox.lastCursor()) - recentEvents);
  const events = await desk.tx.outbox.list({ ticketId: ticket.id, after, limit: recentEvents });
  const delivered = events.findLast(({ type }) => type === 'ticket.completed.v1')?.occurredAt;
  return delivered !== undefined && answers.some((at) => at >= delivered);
}

/**
 * The last check of this very commit, where it passed and nothing was built or asked for since: a reviewer who was only
 * answered costs no other. A paused ticket begins none, and is held in its place.
 */
async function passedBefore(desk: Desk, ticket: ReturnType<typeof atWork>): Promise<Run | null> {
  const checks = await desk.tx.runs.list({ ticketId: ticket.id, kind: 'check' });
  const last = checks
    .filter(({ check }) => check?.purpose === 'final' && check.head === ticket.headCommit)
    .sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1))
    .at(-1);
  if (last?.state.status !== 'ended' || ticket.status === 'paused') return null;
  const result = checkOutcome(last);
  if (result.type === 'none' || judgeCheck(result, baselineOf(checks)).type !== 'passed') return null;
  const since = (at: string) => at > last.createdAt;
  const tasks = await desk.tx.tasks.list(ticket.id);
  if (tasks.some(({ state }) => state.status === 'done' && !state.unchanged && since(state.at))) return null;
  if (!(await wasAnswered(desk, ticket, tasks))) return null;
  const documents = await desk.tx.documents.list(ticket.id);
  return documents.some(({ kind, createdAt }) => kind === 'requirements' && since(createdAt)) ? null : last;
}

/**
 * What came while the branch was on its way: a review, a change of the requirements, or one that is proposed, which a
 * person could not decide about any more once the ticket is over.
 */
async function workLeft(desk: Desk, ticket: Ticket): Promise<boolean> {
  const tasks = await desk.tx.tasks.list(ticket.id);
  return tasks.some((task) => !isSettled(task)) || (await proposalsOpen(desk, ticket));
}

const judge = step(
  one.extend({ outcome: RunAnswer }),
  async ({ ticketId, outcome }, desk): Promise<Answer> => {
    const ticket = atWork(await theTicket(desk, ticketId));
    const run = await theRun(desk, outcome.runId);
    if (run.state.status === 'held') return { next: 'hold', ticketId, runId: run.id };
    const tasks = await desk.tx.tasks.list(ticketId);
    if (await workLeft(desk, ticket)) return { next: 'execute', ticketId };
    const result = checkOutcome(run);
    if (result.type === 'none') {
      const runs = await desk.tx.runs.list({ ticketId });
      if (!checksExhausted(runs.filter((other) => other.check?.purpose === 'final')))
        return { next: 'check', ticketId };
      return failure('CheckFailed', `The finished branch could not be checked: ${result.message}`);
    }
    if (run.check?.head !== ticket.headCommit) return { next: 'check', ticketId };
    const baseline = baselineOf(await desk.tx.runs.list({ ticketId }));
    const done = tasks.filter(({ state }) => state.status === 'done');
    const criteria = [...new Set(done.flatMap((task) => task.criteria))];
    // One that passed before is evidence already.
    const isNew = !(await desk.tx.evidence.runs(ticketId)).includes(run.id);
    if (result.type === 'checked' && isNew)
      await storeEvidence(desk, ticket, { run, result, task: null, criteria, baseline });
    const verdict = judgeCheck(result, baseline);
    // What was built is not given up: it is mended, and past the limit delivered as a draft that says what fails.
    if (verdict.type === 'failed' && (await mend(desk, ticket, tasks, verdict)))
      return { next: 'execute', ticketId };
    const { repo } = await theProject(desk, ticket);
    const bundles = ticket.branchBundle === null ? [] : [ticket.branchBundle];
    return { next: 'push', repo, branch: ticket.branch, commit: ticket.headCommit, bundles };
  },
);

/** What the builder (or integrator) of each task said of the work that was taken, and its verifier of its tests. */
async function saidOf(
  { tx }: Desk,
  { id: ticketId }: Ticket,
  tasks: readonly Task[],
): Promise<Pick<BodyInput, 'summaries' | 'testers'> & { readonly added: ReadonlyMap<TaskKey, string[]> }> {
  const runs = await tx.runs.list({ ticketId });
  const summaries = new Map<TaskKey, string>();
  const testers = new Map<TaskKey, Pick<PropertyTests, 'summary' | 'files' | 'command'>>();
  const added = new Map<TaskKey, string[]>();
  for (const { id, key } of tasks) {
    const own = runs.filter(({ taskId }) => taskId === id);
    const words = latestWork(own)?.submission.summary ?? latestAnswer(own);
    if (words !== null) summaries.set(key, words);
    const tests = latestTests(own);
    if (tests) testers.set(key, tests);
    added.set(key, testFiles(own));
  }
  return { summaries, testers, added };
}

/** What the pull request says goes to a blob: it is a text, and the forge has no store. */
const describe = step(one.extend({ branch: z.string().min(1) }), async ({ ticketId, branch }, desk) => {
  const ticket = atWork(await theTicket(desk, ticketId));
  const project = await theProject(desk, ticket);
  if (project.defaultBranch === null)
    throw new IllegalTransition('The default branch is not known.', { projectId: project.id });
  const json = JSON.stringify(await told(desk, ticket));
  const text = `tickets/${ticketId}/pull-${desk.digest(json).slice(0, 16)}.json`;
  await desk.blobs.put(text, new TextEncoder().encode(json));
  return { repo: project.repo, branch, into: project.defaultBranch, commit: ticket.headCommit, text };
});

async function told(desk: Desk, ticket: Ticket): Promise<PullText> {
  const tasks = await desk.tx.tasks.list(ticket.id);
  const written = await requireDocument(desk, ticket, 'requirements', Requirements);
  const requirements = withFoundWork(written, tasks, await desk.tx.discoveries.list(ticket.id));
  const design = await approvedDocument(desk, ticket, 'design', Design);
  const entries = await desk.tx.merges.list(ticket.id);
  const { defaultBranch, draft: policy } = await theProject(desk, ticket);
  const evidence = standing(await desk.tx.evidence.list(ticket.id), ticket.headCommit);
  const { added, ...said } = await saidOf(desk, ticket, tasks);
  const red = failing(evidence, ticket.headCommit);
  const proofs = prove(criterionIds(requirements), tasks, evidence, ticket.headCommit);
  const lacks = lacking(proofs, red, undone(tasks));
  const draft = draftWish(
    red.length > 0 ? 'unproven' : policy,
    lacks,
    await desk.tx.pulls.byTicket(ticket.id),
  );
  return pullText({
    ...{ draft, lacks, evidence, notReady: draft.wanted ? lacks : null },
    ...{ ticket, requirements, design, tasks },
    upstream: {
      into: defaultBranch ?? 'the default branch',
      joined: joinedIn(entries),
      stale: staleBy(entries, tasks, requirements, design),
    },
    ...said,
    strayed: strayed(entries, tasks, added),
    forecast: (await desk.tx.gates.list(ticket.id)).at(-1)?.forecast ?? null,
    accepted: await acceptedIn(desk, ticket),
    answers: (await desk.tx.notes.questions({ ticketId: ticket.id })).flatMap(({ text, answer }) =>
      answer === null ? [] : [{ question: text, answer: answer.text, by: answer.by }],
    ),
    balance: await desk.tx.ledger.balance(ticket.id),
    calls: (await desk.tx.calls.totals(ticket.id)).calls,
  });
}

/** An execution that began before drafts has a pull request without those two. */
const Pull = z.object({
  number: z.number().int().positive(),
  url: z.string(),
  draft: z.boolean().default(false),
  draftsRefused: z.boolean().default(false),
});

/** Records the one pull request: the forge's, or (on a forge that has none) one of our own. */
const open = step(
  one.extend({ branch: z.string().min(1), pull: Pull.nullable() }),
  async ({ ticketId, branch, pull: published }, desk): Promise<Answer> => {
    const ticket = atWork(await theTicket(desk, ticketId));
    const { defaultBranch: into } = await theProject(desk, ticket);
    if (into === null) throw new IllegalTransition('The default branch is not known.', { ticketId });
    const { title, body, draft } = await told(desk, ticket);
    const { headCommit } = ticket;
    // What the default branch brought in is no part of what the pull request changes.
    const baseCommit = joinedIn(await desk.tx.merges.list(ticketId)).at(-1)?.upstream ?? ticket.baseCommit;
    const pull = await record(desk, ticket, {
      ...{ ticketId, title, body, branch, into, baseCommit, headCommit },
      id: desk.newId('pull'),
      number: published?.number ?? null,
      url: published?.url ?? null,
      state: 'open',
      mergeCommit: null,
      ...draftStanding(draft, draft.lacks, await desk.tx.pulls.byTicket(ticketId), published),
      openedAt: desk.at,
      version: 0,
    });
    const ids = { pullRequestId: pull.id, number: pull.number };
    if (await workLeft(desk, ticket)) return { next: 'execute', ticketId, ...ids };
    await moveTicket(desk, ticket, { type: 'complete', branch: pull.branch });
    return { next: 'done', ...ids };
  },
);

/** Opens the row, or brings the one of an earlier delivery up to date. */
async function record(
  desk: Desk,
  ticket: Ticket,
  wanted: Parameters<PullRows['open']>[0],
): Promise<PullRequest> {
  const opened = await desk.tx.pulls.open(wanted);
  const { id: pullRequestId, number } = opened;
  if (opened.id === wanted.id) {
    const { branch, headCommit: commit } = opened;
    const { draft } = opened;
    await tell(desk, ticket, opened.id, 'pull.opened.v1', { pullRequestId, number, branch, commit, draft });
    return opened;
  }
  const { title, body, branch, baseCommit, headCommit: commit, draft, draftNote, draftBy } = wanted;
  const place = wanted.number === null ? {} : { number: wanted.number, url: wanted.url };
  // The earlier one was merged meanwhile, or closed, and the forge opened another; without one of its own, ours is open again.
  const another = wanted.number === null ? opened.state === 'merged' : wanted.number !== opened.number;
  const updated = await desk.tx.pulls.update({
    ...opened,
    ...place,
    ...(another && { state: 'open', mergeCommit: null }),
    title,
    body,
    branch,
    baseCommit,
    headCommit: commit,
    ...{ draft, draftNote, draftBy },
  });
  await tell(desk, ticket, opened.id, 'pull.updated.v1', { pullRequestId, number: updated.number, commit });
  if (draft !== opened.draft)
    await tell(desk, ticket, opened.id, draft ? 'pull.drafted.v1' : 'pull.readied.v1', {
      ...{ pullRequestId, number: updated.number },
      by: draftBy ?? 'platform',
    });
  return updated;
}

/** Called by the state machines. */
export const deliverySteps = {
  'delivery.check': check,
  'delivery.judge': judge,
  'delivery.describe': describe,
  'delivery.open': open,
} satisfies Record<string, Step>;
