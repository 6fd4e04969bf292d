/** What follows from what a forge told us: pure, from the event and how things stand. The shell carries it out. */
import type { Project } from '../project/project.ts';
import type { Task } from '../task/task.ts';
import { type Ticket, ticketName } from '../ticket/ticket.ts';
import { asTitle, cut } from './command.ts';
import type { Heard } from './heard.ts';
import type { PullRequest } from './ports.ts';
import { atWorkAlready, updateWhy, wishesUpdate } from './update.ts';

/** A task to add to a ticket whose pull request came back. */
export interface Rework {
  readonly title: string;
  readonly goal: string;
  readonly doneWhen: string;
  /** `review:<id>` or `ci:<commit>`; a ticket never gets two tasks of one place from one origin. */
  readonly origin: string;
}

/** What to do. `nothing` says why, for the log and for whoever looks at the delivery. */
export type Reaction =
  | { readonly type: 'pull'; readonly state: PullRequest['state']; readonly mergeCommit: string | null }
  | { readonly type: 'draft'; readonly draft: boolean }
  | { readonly type: 'rework'; readonly why: string; readonly tasks: readonly Rework[] }
  | {
      readonly type: 'submit';
      readonly title: string;
      readonly description: string;
      readonly tainted: boolean;
      readonly source: string;
    }
  /** Asked for, and not begun: somebody has to mend this first. The same delivery is heard anew then. */
  | { readonly type: 'hold-back'; readonly obstacles: readonly string[] }
  | { readonly type: 'project'; readonly change: ProjectChange }
  | { readonly type: 'nothing'; readonly why: string };

/** `trouble`: why nothing can be started on it now, or null when that is over. */
export type ProjectChange =
  | { readonly repo: string }
  /** What was wrong with the branch before is over. */
  | { readonly defaultBranch: string; readonly trouble: null }
  | { readonly trouble: string | null };

/** How one project stands toward an event: the pull request that is meant, if it is ours, with its ticket and tasks. */
export interface Concern {
  readonly project: Project;
  readonly work: {
    readonly pull: PullRequest;
    readonly ticket: Ticket;
    readonly tasks: readonly Task[];
  } | null;
  /** Tickets of the project from outside the team that are not over. */
  readonly strangers: number;
  /** A ticket under way that asks for the same on the same issue. */
  readonly twin: Pick<Ticket, 'number'> | null;
  /** What stands in the way of every ticket of the project now, in sentences. */
  readonly obstacles: readonly string[];
}

/** A red build is sent back twice; a third time the same agents would only guess again. */
export const maxBuildFixes = 2;
/** Anybody can write on a public repository, and each ticket costs money before a person looks. */
export const maxStrangers = 3;

const nothing = (why: string): Reaction[] => [{ type: 'nothing', why }];

/** What to do about an event, for one project that it concerns. The same event again does nothing more. */
export function react(event: Heard, concern: Concern): Reaction[] {
  switch (event.type) {
    case 'pull-closed':
      return toPull(concern, event.mergeCommit === null ? 'closed' : 'merged', event.mergeCommit);
    case 'pull-reopened':
      return toPull(concern, 'open', null);
    case 'pull-draft':
      return toDraft(event, concern);
    case 'branch-deleted':
      return branchDeleted(event, concern);
    case 'reviewed':
      return reviewed(event, concern);
    case 'checked':
      return checked(event, concern);
    case 'asked':
      return asked(event, concern);
    case 'access': {
      const trouble = event.granted
        ? null
        : `The GitHub App no longer has access to ${concern.project.repo} (${event.by} removed it). Install it there again.`;
      return [{ type: 'project', change: { trouble } }];
    }
    case 'renamed':
      return [{ type: 'project', change: { repo: event.to } }];
    case 'default-branch':
      return newDefault(event, concern.project);
    default:
      return event satisfies never;
  }
}

function newDefault(
  { branch, from }: Extract<Heard, { type: 'default-branch' }>,
  { defaultBranch: known }: Project,
): Reaction[] {
  // A project that people put on another branch stays there.
  if (known !== null && from !== null && known !== from)
    return nothing(`The project is on ${known}, not on ${from}.`);
  return [{ type: 'project', change: { defaultBranch: branch, trouble: null } }];
}

const notOurs = 'It is no pull request of ours.';

function toPull({ work }: Concern, state: PullRequest['state'], mergeCommit: string | null): Reaction[] {
  if (work === null) return nothing(notOurs);
  // Deliveries come in any order: nothing undoes a merge.
  if (work.pull.state === state || work.pull.state === 'merged') return nothing(`It is ${work.pull.state}.`);
  return [{ type: 'pull', state, mergeCommit }];
}

/** A delivery changes it, too, and records what it did: only what comes while none is under way is a person's word. */
function toDraft({ draft }: Extract<Heard, { type: 'pull-draft' }>, { work }: Concern): Reaction[] {
  if (work === null) return nothing(notOurs);
  if (work.ticket.status !== 'completed') return nothing('A delivery is under way, and looks for itself.');
  if (work.pull.draft === draft) return nothing(draft ? 'It is a draft.' : 'It is ready.');
  return [{ type: 'draft', draft }];
}

function branchDeleted(event: Extract<Heard, { type: 'branch-deleted' }>, concern: Concern): Reaction[] {
  const { project, work } = concern;
  if (event.branch === project.defaultBranch) {
    const trouble = `${event.by} deleted the branch ${event.branch}, which tickets begin from. Set another default branch in the project.`;
    return [{ type: 'project', change: { trouble } }];
  }
  if (work === null || work.pull.branch !== event.branch) return nothing('It is no branch of ours.');
  return work.pull.state === 'open'
    ? [{ type: 'pull', state: 'closed', mergeCommit: null }]
    : nothing('Merged.');
}

/** A ticket that can take work again: delivered, or at work again already, with its pull request open. */
function closedTo({ pull, ticket }: NonNullable<Concern['work']>): string | null {
  if (pull.state !== 'open') return `The pull request is ${pull.state}.`;
  if (ticket.status === 'failed' || ticket.status === 'cancelled') return `The ticket is ${ticket.status}.`;
  return null;
}

function reviewed(event: Extract<Heard, { type: 'reviewed' }>, { work }: Concern): Reaction[] {
  if (work === null) return nothing(notOurs);
  if (event.verdict !== 'changes') return nothing('The review asks for no changes.');
  if (!event.member) return nothing(`${event.by} does not belong to the team.`);
  const closed = closedTo(work);
  if (closed !== null) return nothing(closed);
  const origin = `review:${event.id}`;
  if (work.tasks.some((task) => task.origin === origin)) return nothing('This review is at work already.');
  const tasks = reviewTasks(event, origin);
  if (tasks.length === 0) return nothing('The review says nothing that could be done.');
  return [{ type: 'rework', why: `${event.by} asks for changes.`, tasks }];
}

/** What a task's goal holds of a review, with the words around it. */
const maxGoal = 8000;
const maxSaid = maxGoal - 200;

/**
 * One task for the whole review: its notes tell what its words mean, and a word of thanks is no work by itself. Only what
 * is too long for one becomes several.
 */
function reviewTasks({ by, text, notes }: Extract<Heard, { type: 'reviewed' }>, origin: string): Rework[] {
  const doneWhen = 'What the reviewer asks for is done, and every check of the repository passes.';
  const files = [...new Set(notes.map(({ path }) => path))];
  const parts = files.map((path) =>
    notes
      .filter((note) => note.path === path)
      .map(({ line, text: words }) => `${path}${line === null ? '' : `:${line}`}\n${words}`)
      .join('\n\n'),
  );
  const [only] = files;
  const title = text.trim() === '' && files.length === 1 ? `Review of ${only}` : `Review by ${by}`;
  return packed([text.trim(), ...parts].filter((part) => part !== '')).map((said) => ({
    ...{ origin, doneWhen },
    title: cut(title, 200),
    goal: cut(quoted(by, said), maxGoal),
  }));
}

/** As few texts as hold the parts in their order. */
function packed(parts: readonly string[]): string[] {
  const texts: string[] = [];
  for (const part of parts) {
    const joined = [...texts.slice(-1), part].join('\n\n');
    if (texts.length > 0 && joined.length <= maxSaid) texts[texts.length - 1] = joined;
    else texts.push(part);
  }
  return texts;
}

const quoted = (by: string, text: string) => `The reviewer ${by} asks:\n\n${text.trim()}`;

function checked(event: Extract<Heard, { type: 'checked' }>, { work }: Concern): Reaction[] {
  if (work === null) return nothing(notOurs);
  if (event.red.length === 0) return nothing('Nothing is red.');
  const closed = closedTo(work);
  if (closed !== null) return nothing(closed);
  if (event.commit !== work.pull.headCommit) return nothing('It is about an older commit.');
  if (work.ticket.status !== 'completed') return nothing('The ticket is at work already.');
  const origins = new Set(
    work.tasks.map(({ origin }) => origin).filter((origin) => origin.startsWith('ci:')),
  );
  const origin = `ci:${event.commit}`;
  if (origins.has(origin)) return nothing('This commit is at work already.');
  if (origins.size >= maxBuildFixes)
    return nothing(`The build was sent back ${maxBuildFixes} times; now a person has to look.`);
  const names = event.red.map(({ name }) => name).join(', ');
  const said = event.red.map(({ name, summary, url }) => `${name} (${url})\n${summary}`.trim());
  const goal = `These checks of the repository's CI fail on the pull request:\n\n${said.join('\n\n')}`;
  const doneWhen = 'The cause of the failing checks is mended, and every check of the repository passes.';
  const task = { origin, doneWhen, title: cut(`CI: ${names}`, 200), goal: cut(goal, 8000) };
  return [{ type: 'rework', why: cut(`The build is red: ${names}.`, 500), tasks: [task] }];
}

function asked(event: Extract<Heard, { type: 'asked' }>, concern: Concern): Reaction[] {
  return event.pull === null ? wanted(event, concern) : askedOnPull(event, concern);
}

function askedOnPull(event: Extract<Heard, { type: 'asked' }>, { work }: Concern): Reaction[] {
  if (work === null) return nothing(notOurs);
  if (!event.member) return nothing(`${event.by} does not belong to the team.`);
  const closed = closedTo(work);
  if (closed !== null) return nothing(closed);
  if (wishesUpdate(event.title) && event.text.trim() === '')
    return work.ticket.status === 'completed'
      ? [{ type: 'rework', why: updateWhy(event.by, work.pull.into), tasks: [] }]
      : nothing(atWorkAlready(work.ticket));
  const origin = `review:${event.url}`;
  if (work.tasks.some((task) => task.origin === origin)) return nothing('This comment is at work already.');
  const text = `${event.title}\n\n${event.text}`.trim();
  const doneWhen = 'What was asked for is done, and every check of the repository passes.';
  const task = {
    origin,
    doneWhen,
    title: asTitle(event.title, `Comment by ${event.by}`),
    goal: cut(quoted(event.by, text), 8000),
  };
  return [{ type: 'rework', why: `${event.by} asks for more.`, tasks: [task] }];
}

function wanted(event: Extract<Heard, { type: 'asked' }>, concern: Concern): Reaction[] {
  const { project, strangers, twin } = concern;
  if (twin !== null) return nothing(`${ticketName(twin.number)} is at it already.`);
  if (!event.member && strangers >= maxStrangers)
    return nothing(`${maxStrangers} tickets from outside the team are under way already.`);
  const obstacles = [...(project.trouble === null ? [] : [project.trouble]), ...concern.obstacles];
  if (obstacles.length > 0) return [{ type: 'hold-back', obstacles }];
  return [
    {
      type: 'submit',
      title: titleOf(event),
      description: cut(event.text, 50_000),
      tainted: !event.member,
      source: event.url,
    },
  ];
}

/** The title that a ticket of this wish has; where nothing can be seen of it, its place. */
export function titleOf({ title, url }: Pick<Extract<Heard, { type: 'asked' }>, 'title' | 'url'>): string {
  return asTitle(title, url);
}
