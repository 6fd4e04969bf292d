/**
 * A ticket that is over, tried again at a person's word: what was merged stays, and the tasks that came to nothing begin
 * anew, with what went wrong the last time.
 */
import { IllegalTransition } from '../errors.ts';
import { decideTask, type Task } from '../task/task.ts';
import { decideTicket, evolveTicket } from './decide.ts';
import { type Ticket, ticketName } from './ticket.ts';

/** Whose word it is, and when; `comment` is told to the builders of the tasks that begin anew. */
interface Retry {
  readonly at: string;
  readonly by: string;
  readonly comment?: string | undefined;
}

/** The rows as they are then; of the tasks, those that begin anew. */
export interface Retried {
  readonly ticket: Ticket;
  readonly tasks: readonly Task[];
}

/**
 * A failed ticket goes on with its tasks, and with its delivery where all of them are done; a delivered one needs a task
 * that is not. Throws `IllegalTransition` where there is nothing to go on with.
 */
export function retry(ticket: Ticket, tasks: readonly Task[], { at, by, comment }: Retry): Retried {
  const name = ticketName(ticket.number);
  const again = tasks.filter(({ state }) => state.status !== 'done');
  if (tasks.length === 0 && ticket.status === 'failed')
    throw new IllegalTransition(`${name} failed before it had tasks. Submit it again.`, {
      ticketId: ticket.id,
    });
  if (again.length === 0 && ticket.status === 'completed')
    throw new IllegalTransition(
      `All tasks of ${name} are done. Ask for more in its pull request or a new ticket.`,
      {
        ticketId: ticket.id,
      },
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
      return decideTask(task, { type: 'reopen', feedback: [...said, ...reason].join('\n\n') || null }, at);
    }),
  };
}
