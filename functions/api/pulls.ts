/** Pull requests: shown, merged, closed, sent back with changes to make, and brought up to date. */
import type { RouteName } from '#core/api/routes.ts';
import { IllegalTransition } from '#core/errors.ts';
import { byPerson, draftRefusal } from '#core/forge/draft.ts';
import type { PullRequest } from '#core/forge/ports.ts';
import { closedTo, reviewTasks, reworkRows } from '#core/forge/rework.ts';
import { atWorkAlready, updateWhy } from '#core/forge/update.ts';
import type { Tx, View } from '#core/store.ts';
import { ticketExecution } from '#core/ticket/execution.ts';
import { isOver, type Ticket, ticketName } from '#core/ticket/ticket.ts';
import { findTicket, found } from './find.ts';
import { apply } from './hold.ts';
import { type ApiDeps, type Handlers, tell } from './request.ts';
import { pullView } from './views.ts';

type PullRoutes = Extract<RouteName, `${string}Pull` | 'listPulls' | 'getPullDiff'>;

/** 2 MB of diff is more than a person reads in a browser; the branch has the rest. */
const maxDiffBytes = 2_000_000;

async function pullOf(view: Pick<View, 'tickets' | 'pulls' | 'projects'>, ref: string | undefined) {
  const ticket = await findTicket(view, ref ?? '');
  const pull = found(await view.pulls.byTicket(ticket.id), 'This ticket has no pull request yet.');
  const project = found(await view.projects.get(ticket.projectId), 'There is no such project.');
  return { ticket, pull, project };
}

/** Nothing more can be done about one that is merged or closed. Throws `IllegalTransition`. */
export function mustBeOpen(pull: PullRequest): void {
  if (pull.state !== 'open')
    throw new IllegalTransition(`This pull request is ${pull.state} already.`, { number: pull.number });
}

const isUnderWay = ({ status }: Ticket): boolean => !isOver(status);

const moreFor = ({ number }: Ticket): string =>
  `${ticketName(number)} is at work on more for this pull request.`;

/** What its ticket is at work on is not merged without it by mistake. A paused one goes on with another pull request. */
function mustNotRun(ticket: Ticket): void {
  if (isUnderWay(ticket) && ticket.status !== 'paused')
    throw new IllegalTransition(
      `${moreFor(ticket)} Merge it when that is done, or pause the ticket first: what it delivers then is a pull request of its own.`,
      { ticketId: ticket.id },
    );
}

/** Nothing is delivered into what was closed. */
function mustBeOver(ticket: Ticket): void {
  if (isUnderWay(ticket))
    throw new IllegalTransition(
      `${moreFor(ticket)} Close it when that is done, or cancel the ticket first.`,
      { ticketId: ticket.id },
    );
}

export const pullHandlers: Handlers<PullRoutes> = {
  async listPulls(_call, { store }) {
    const pulls = await store.view.pulls.list();
    return {
      items: await Promise.all(
        pulls.map(async (pull) => pullView(pull, await findTicket(store.view, pull.ticketId))),
      ),
    };
  },

  async getPull({ params }, { store }) {
    const { pull, ticket } = await pullOf(store.view, params.ticket);
    return pullView(pull, ticket);
  },

  async getPullDiff({ params }, { store, forge }) {
    const { pull, project } = await pullOf(store.view, params.ticket);
    return forge.diff(project.repo, pull.baseCommit, pull.headCommit, maxDiffBytes);
  },

  async mergePull(call, deps) {
    const { pull, project, ticket } = await pullOf(deps.store.view, call.params.ticket);
    mustBeOpen(pull);
    mustNotRun(ticket);
    if (pull.draft) throw new IllegalTransition(draftRefusal(pull), { number: pull.number });
    // Git first: merging a branch that is merged already gives the same commit, so a crash in between is harmless.
    const message = `Merge pull request #${pull.number} from ${pull.branch}\n\n${pull.title}`;
    const { commit } = await deps.forge.merge(project.repo, pull.branch, pull.into, message);
    return call.transact(async (tx) => {
      const merged = await tx.pulls.update({ ...pull, state: 'merged', mergeCommit: commit });
      const scope = { projectId: project.id, ticketId: ticket.id };
      await tell(tx, deps, call, scope, pull.id, 'pull.merged.v1', {
        pullRequestId: pull.id,
        commit,
        by: call.actor,
      });
      return pullView(merged, ticket);
    });
  },

  closePull: (call, deps) =>
    call.transact(async (tx) => {
      const { pull, project, ticket } = await pullOf(tx, call.params.ticket);
      mustBeOpen(pull);
      mustBeOver(ticket);
      const closed = await tx.pulls.update({ ...pull, state: 'closed' });
      const scope = { projectId: project.id, ticketId: ticket.id };
      await tell(tx, deps, call, scope, pull.id, 'pull.closed.v1', {
        pullRequestId: pull.id,
        by: call.actor,
      });
      return pullView(closed, ticket);
    }),

  readyPull: (call, deps) =>
    call.transact(async (tx) => {
      const { pull, project, ticket } = await pullOf(tx, call.params.ticket);
      mustBeOpen(pull);
      const { id: pullRequestId, number } = pull;
      if (pull.url !== null)
        throw new IllegalTransition('Mark it ready on GitHub, where its review is.', { url: pull.url });
      if (!pull.draft) return pullView(pull, ticket);
      const ready = await tx.pulls.update({ ...pull, ...byPerson(false, call.actor) });
      const scope = { projectId: project.id, ticketId: ticket.id };
      await tell(tx, deps, call, scope, pull.id, 'pull.readied.v1', {
        ...{ pullRequestId, number },
        by: call.actor,
      });
      return pullView(ready, ticket);
    }),

  reviewPull: (call, deps) =>
    call.transact(async (tx) => {
      const { pull, project, ticket } = await pullOf(tx, call.params.ticket);
      const closed = closedTo({ pull, ticket });
      if (closed !== null)
        throw new IllegalTransition(
          ticket.status === 'failed' ? `${closed} Have it tried again first.` : closed,
          { number: pull.number },
        );
      const review = { ...call.body, by: call.actor, id: deps.newId('event') };
      const rows = { newId: deps.newId, at: call.at };
      const tasks = reworkRows(ticket.id, await tx.tasks.list(ticket.id), reviewTasks(review), rows);
      const scope = { projectId: project.id, ticketId: ticket.id };
      for (const task of tasks) {
        const { id: taskId, key, title } = task;
        await tx.tasks.insert(task);
        await tell(tx, deps, call, scope, taskId, 'task.planned.v1', { taskId, key, title });
      }
      const keys = tasks.map(({ key }) => key);
      return pullView(
        pull,
        await backToWork(tx, deps, call, ticket, `${call.actor} asks for changes.`, keys),
      );
    }),

  updatePull: (call, deps) =>
    call.transact(async (tx) => {
      const { pull, ticket } = await pullOf(tx, call.params.ticket);
      mustBeOpen(pull);
      if (isUnderWay(ticket)) throw new IllegalTransition(atWorkAlready(ticket), { number: pull.number });
      if (ticket.status !== 'completed')
        throw new IllegalTransition(`The ticket is ${ticket.status}.`, { number: pull.number });
      return pullView(pull, await backToWork(tx, deps, call, ticket, updateWhy(call.actor, pull.into), []));
    }),
};

/**
 * The ticket goes back to work with these tasks. One at work already sees them, at the latest before it delivers: its row is
 * written all the same, so that whoever completes it at this moment has to read again.
 */
async function backToWork(
  tx: Tx,
  deps: ApiDeps,
  call: { readonly actor: string; readonly at: string },
  ticket: Ticket,
  why: string,
  tasks: string[],
): Promise<Ticket> {
  const delivered = ticket.status === 'completed';
  const now = delivered
    ? await apply(tx, ticket, { type: 'reopen' }, call.at)
    : await tx.tickets.update(ticket);
  const { id: ticketId, projectId } = ticket;
  await tell(tx, deps, call, { projectId, ticketId }, ticketId, 'ticket.reworked.v1', {
    ...{ why, by: call.actor, tasks },
    execution: delivered ? ticketExecution(now) : null,
  });
  return now;
}
