/**
 * A ticket that is over, tried again at a person's word: what was merged stays, and the tasks that came to nothing begin
 * anew, with what went wrong the last time.
 */
import type { Diagnosis } from '../discovery/diagnosis.ts';
import { IllegalTransition } from '../errors.ts';
import { decideTask, type Task } from '../task/task.ts';
import { decideTicket, evolveTicket } from './decide.ts';
import { type Ticket, ticketName } from './ticket.ts';

/** Whose word it is, and when; `comment` and the diagnosis are told to the builders of the tasks that begin anew. */
interface Retry {
  readonly at: string;
  readonly by: string;
  readonly comment?: string | undefined;
  /** What a diagnostic run found when all tasks had failed; null when there was none. */
  readonly diagnosis?: Diagnosis | null;
  /** Whether its pull request is a draft: then its last check may say something else the next time. */
  readonly draft?: boolean;
}

/** The rows as they are then; of the tasks, those that begin anew. */
export interface Retried {
  readonly ticket: Ticket;
  readonly tasks: readonly Task[];
}

/**
 * A failed ticket goes on with its tasks, and with its delivery where all of them are done; a delivered one needs a task
 * that is not, or a draft whose commit is checked once more. Throws `IllegalTransition` where there is nothing to go on with.
 */
export function retry(
  ticket: Ticket,
  tasks: readonly Task[],
  { at, by, comment, diagnosis = null, draft = false }: Retry,
): Retried {
  const name = ticketName(ticket.number);
  const again = tasks.filter(({ state }) => state.status !== 'done');
  if (ticket.status === 'cancelled')
    throw new IllegalTransition(`${name} was cancelled. Submit it again.`, { ticketId: ticket.id });
  if (tasks.length === 0 && ticket.status === 'failed')
    throw new IllegalTransition(`${name} failed before it had tasks. Submit it again.`, {
      ticketId: ticket.id,
    });
  if (again.length === 0 && ticket.status === 'completed' && !draft)
    throw new IllegalTransition(
      `All tasks of ${name} are done. Ask for more in its pull request or a new ticket.`,
      {
        ticketId: ticket.id,
      },
    );
  if (ticket.status !== 'failed' && ticket.status !== 'completed')
    throw new IllegalTransition(
      `${name} is ${ticket.status}: what failed of it can be tried again once nothing else of it is at work.`,
      { ticketId: ticket.id, status: ticket.status },
    );
  const reopened = decideTicket(ticket, { type: 'reopen' }).reduce(
    (state, fact) => evolveTicket(state, fact, at),
    ticket,
  );
  const said = comment === undefined ? [] : [`${by} says: ${comment}`];
  return {
    ticket: reopened,
    tasks: again.map((task) => {
      const reason = task.state.status === 'failed' ? [task.state.reason] : [];
      const found = diagnosis === null || reason.length === 0 ? [] : [foundOf(diagnosis, task)];
      const feedback = [...said, ...found, ...reason].join('\n\n') || null;
      return decideTask(task, { type: 'reopen', feedback }, at);
    }),
  };
}

/** What a run that read the journals says of this task's failure. */
function foundOf({ cause, findings, proposals }: Diagnosis, { key }: Pick<Task, 'key'>): string {
  const own = findings.filter(({ task }) => task === key).map(({ what }) => `- ${what}`);
  const proposed = proposals.map(({ change, what }) => `- ${change}: ${what}`);
  return [
    `A run that read the journals of the last try says: ${cause}`,
    ...own,
    'It proposed:',
    ...proposed,
  ].join('\n');
}
