/** What becomes of work that the merge queue gives back: another round, an integrator, or the end of its task. */
import { IllegalTransition } from '#core/errors.ts';
import type { EntryState } from '#core/merge/entry.ts';
import type { GivenBack, Move } from '#core/merge/queue.ts';
import { isUpstream } from '#core/merge/upstream.ts';
import { checkOutcome } from '#core/run/checked.ts';
import type { Run } from '#core/run/run.ts';
import { thisGeneration } from '#core/run/work.ts';
import { maxRounds, type Task } from '#core/task/task.ts';
import { type Ticket, ticketName } from '#core/ticket/ticket.ts';
import type { RefusedWork } from '#core/verify/check.ts';
import { judge } from '#core/verify/judge.ts';
import type { Finding } from '#core/verify/tamper/finding.ts';
import { type Desk, moveTask, tell, theRun, theTask } from './desk.ts';
import { mayIntegrate } from './integrate.ts';
import { leave } from './leave.ts';
import type { Known } from './measured.ts';

type Left = Omit<EntryState & { status: 'given-back' }, 'status' | 'at'>;

/** Gives one work back, with the check that tells most about it. */
export async function giveBack(
  desk: Desk,
  ticket: Ticket,
  known: Known,
  { work, why }: Move & { type: 'giveBack' },
): Promise<void> {
  const entry = known.entries.find(({ runId }) => runId === work.runId);
  if (!entry) throw new IllegalTransition('This work is not in the queue.', { runId: work.runId });
  const task = await theTask(desk, work.taskId);
  const left = await leftOf(desk, ticket, known, task, why);
  await leave(desk, ticket, entry, { status: 'given-back', ...left, at: desk.at });
}

async function leftOf(desk: Desk, ticket: Ticket, known: Known, task: Task, why: GivenBack): Promise<Left> {
  const run = await theRun(desk, why.by);
  switch (why.type) {
    case 'unmeasured': {
      const result = checkOutcome(run);
      const message = result.type === 'none' ? result.message : '';
      return failed('CheckFailed', `The work could not be checked: ${message}`.trim());
    }
    case 'red': {
      const { reason, log } = failureIn(run, known);
      const words = isUpstream(task) ? togetherInWords(reason) : `Verification failed: ${reason}.`;
      return rework(desk, ticket, task, `${words}\n\n${log}`.trim());
    }
    case 'pair': {
      const { reason, log } = failureIn(run, known);
      const words = pairInWords(task, why.with, reason, log);
      return { ...(await rework(desk, ticket, task, words)), with: why.with.key };
    }
    case 'refused':
      return refused(desk, ticket, task, run);
    default:
      return why satisfies never;
  }
}

function failureIn(run: Run, { baseline }: Known): { readonly reason: string; readonly log: string } {
  const result = checkOutcome(run);
  const verdict = result.type === 'checked' ? judge(result, baseline) : null;
  return verdict?.type === 'failed' ? verdict : { reason: 'the work cannot be merged there', log: '' };
}

function pairInWords(
  task: Task,
  partner: (GivenBack & { type: 'pair' })['with'],
  reason: string,
  log: string,
): string {
  const first = `${task.key} passes alone and fails together with ${partner.key}: ${reason}.`;
  const what =
    `${partner.key} was merged meanwhile (commit ${partner.commit.slice(0, 12)}) and is part of your checkout now. ` +
    'The files merge cleanly, but the two changes do not go together. Change your work so that both hold; ' +
    `what ${partner.key} does stays.`;
  return [first, what, log].join('\n\n').trim();
}

/** No text conflicts, and still the two do not go together: whoever joins them is told what fails. */
function togetherInWords(reason: string): string {
  return (
    `The default branch and the ticket's branch fail together: ${reason}.\n\nThe files merge cleanly, but the changes ` +
    'do not go together. Your checkout has both. Change what the ticket brought so that both hold; what the default ' +
    'branch does stays.'
  );
}

function failed(error: string, cause: string): Left {
  const why = (cause.split('\n', 1)[0] ?? cause).slice(0, 500);
  return { next: 'fail', why, with: null, error, cause: cause.slice(0, maxCause) };
}

/** What the task's column shows of a cause; the journal and the logs have the rest. */
const maxCause = 4000;

/** Another round with what went wrong, as long as there are rounds left. */
async function rework(desk: Desk, ticket: Ticket, task: Task, feedback: string): Promise<Left> {
  const { id: taskId, key, round } = task;
  // The event shows the first line; the builder gets it all.
  const reason = feedback.split('\n', 1)[0] ?? feedback;
  await tell(desk, ticket, taskId, 'task.refused.v1', { taskId, key, round, reason });
  if (round >= maxRounds)
    return failed('VerificationFailed', `${round} rounds were not enough. The last one: ${feedback}`);
  await moveTask(desk, task, { type: 'rework', feedback });
  return { next: 'again', why: reason.slice(0, 500), with: null, error: null, cause: null };
}

async function refused(desk: Desk, ticket: Ticket, task: Task, run: Run): Promise<Left> {
  const result = checkOutcome(run);
  const all: readonly RefusedWork[] = result.type === 'none' ? [] : result.refused;
  const mine = all.find(({ taskId }) => taskId === task.id);
  switch (mine?.reason) {
    case 'conflict':
      return conflict(desk, ticket, task, mine);
    case 'markers':
      return rework(
        desk,
        ticket,
        task,
        `Conflict markers are left in ${mine.files.join(', ')}.\n\nDecide what each place says, and remove them.`,
      );
    case 'tampered':
      return {
        ...{ next: 'ask', why: `A person decides: ${foremost(mine.findings)}`.slice(0, 500) },
        ...{ with: null, error: null, cause: null },
      };
    default:
      return rework(desk, ticket, task, 'The submitted work changes nothing.');
  }
}

/** The gravest, with its place: the gate has them all. */
function foremost([first]: readonly Finding[]): string {
  return first === undefined ? '' : `${first.file}:${first.line}: ${first.message}`;
}

async function conflict(
  desk: Desk,
  ticket: Ticket,
  task: Task,
  { files }: RefusedWork & { reason: 'conflict' },
): Promise<Left> {
  const { id: taskId, key } = task;
  await tell(desk, ticket, taskId, 'task.conflicted.v1', { taskId, key, files });
  const runs = thisGeneration(await desk.tx.runs.list({ ticketId: ticket.id, taskId }));
  const named = files.join(', ');
  const branch = `the branch of ${ticketName(ticket.number)}`;
  if (mayIntegrate(runs))
    return {
      ...{ next: 'integrate', why: `It conflicts with ${branch}: ${named}.`.slice(0, 500) },
      ...{ with: null, error: null, cause: null },
    };
  return failed('MergeConflict', `The work still conflicts with ${branch} after a person decided: ${named}.`);
}
