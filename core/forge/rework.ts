/** A pull request that comes back: what was said of it becomes tasks of its ticket, in whose place it is updated. */
import type { Instant, NewId } from '../id.ts';
import { newTask, nextNumber } from '../task/plan.ts';
import type { Task } from '../task/task.ts';
import type { Ticket } from '../ticket/ticket.ts';
import { asTitle, cut } from './command.ts';
import type { ReviewNote } from './heard.ts';
import type { PullRequest } from './ports.ts';

/** A task to add to a ticket whose pull request came back. */
export interface Rework {
  readonly title: string;
  readonly goal: string;
  readonly doneWhen: string;
  /** `review:<id>` or `ci:<commit>`; a ticket never gets two tasks of one place from one origin. */
  readonly origin: string;
}

/** What somebody asks to be changed, as a whole and at places. */
export interface Review {
  readonly by: string;
  /** Two deliveries of one review have the same. */
  readonly id: string;
  readonly text: string;
  readonly notes: readonly ReviewNote[];
}

/** A goal is cut behind this many characters, as the column is. */
const maxGoal = 8000;

const maxWords = 60;

/** Why a pull request can take no more work: it takes some where it is open and its ticket delivered, or at work again already. */
export function closedTo({
  pull,
  ticket,
}: {
  readonly pull: Pick<PullRequest, 'state'>;
  readonly ticket: Pick<Ticket, 'status'>;
}): string | null {
  if (pull.state !== 'open') return `The pull request is ${pull.state}.`;
  if (ticket.status === 'failed' || ticket.status === 'cancelled') return `The ticket is ${ticket.status}.`;
  return null;
}

/** Whether a task came from the pull request, and not from the plan: somebody asks, and may be answered without a change. */
export const isRework = (origin: string): boolean => origin.startsWith('review:') || origin.startsWith('ci:');

/** Where the tasks of a review say that they come from. */
export const originOf = ({ id }: Pick<Review, 'id'>): string => `review:${id}`;

/**
 * One task for the whole review, since its words and its notes explain each other and their builders would wait for
 * one another in any case; more only where one task cannot hold it. None where it says nothing.
 */
export function reviewTasks(review: Review): Rework[] {
  const { by, text, notes } = review;
  const head = `The reviewer ${by} asks:`;
  const room = maxGoal - head.length - 2;
  const said = [
    text.trim(),
    ...notes.map(({ text: words, ...note }) => `${placeOf(note)}\n${words.trim()}`),
  ].filter((part) => part !== '');
  const goals: string[] = [];
  for (const part of said.map((one) => cut(one, room))) {
    const joined = goals.length === 0 ? null : `${goals.at(-1)}\n\n${part}`;
    if (joined !== null && joined.length <= room) goals[goals.length - 1] = joined;
    else goals.push(part);
  }
  const about = firstWords(text.trim() === '' ? (notes[0]?.text ?? '') : text);
  return goals.map((goal, place) => ({
    title: asTitle(`Review by ${by}${place === 0 ? '' : `, part ${place + 1}`}: ${about}`, 'Review'),
    goal: `${head}\n\n${goal}`,
    doneWhen:
      'What the reviewer asks for is done, what is only asked is answered in the summary, and every check of the repository passes.',
    origin: originOf(review),
  }));
}

const placeOf = ({ path, line, code }: Omit<ReviewNote, 'text'>): string =>
  `${path}${line === null ? '' : `:${line}`}${code === undefined || code.trim() === '' ? '' : `: ${code.trim()}`}`;

/** As many as a commit's subject has room for. */
function firstWords(text: string): string {
  const line = text.trim().split('\n', 1)[0] ?? '';
  return line.length <= maxWords ? line : `${cut(line, maxWords).replace(/\s+\S*$/u, '')} …`;
}

/** The rows, with the next keys of their ticket. */
export function reworkRows(
  ticketId: Ticket['id'],
  there: readonly Task[],
  added: readonly Rework[],
  { newId, at }: { readonly newId: NewId; readonly at: Instant },
): Task[] {
  const first = nextNumber(there);
  return added.map(({ title, goal, doneWhen, origin }, index) => {
    const wanted = {
      ...{ title, goal, doneWhen, key: `T${first + index}` },
      dependsOn: [],
      criteria: [],
      // Nobody has said where it belongs, so nothing may run beside it.
      writes: ['**'],
      // What a round of review takes at most before a person would rather do it.
      estimateMinutes: 60,
      // Before anything that is left over from the plan: somebody waits for it.
      priority: 1,
    };
    return newTask(wanted, { id: newId('task'), ticketId, origin, at });
  });
}
