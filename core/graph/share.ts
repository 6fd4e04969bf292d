/**
 * Who gets a free slot: a pure function of what is offered, what is at work and the limits.
 *
 * A ticket's own look at its graph (schedule.ts) offers what may start as far as the ticket goes. Here tickets and
 * projects meet: slot after slot goes to the project with the least at work, in it to the ticket with the least, then
 * by priority, then to whoever waits longest. Whoever has waited past the patience goes before all that, oldest first,
 * so nobody starves behind those who always have less at work.
 *
 * The database does the same in one statement (adapters/postgres, `claim_tasks`); a test holds both against each other.
 */
import type { Instant, ProjectId, TaskId, TicketId } from '../id.ts';

/** A task that could start now. */
export interface Offer {
  readonly taskId: TaskId;
  readonly ticketId: TicketId;
  readonly projectId: ProjectId;
  /** Tasks of its ticket that are at work or offered before it: 0 for the first of an idle ticket. */
  readonly ahead: number;
  readonly priority: number;
  /** Since when it could start. */
  readonly since: Instant;
}

/** Most tasks at work at once. */
export interface Limits {
  /** In the whole installation. */
  readonly account: number;
  readonly project: (id: ProjectId) => number;
}

/** An hour: longer than most tasks take, so that fairness decides as a rule, and patience only where it would starve. */
export const patienceMinutes = 60;

/** Less is sooner. Fewer at work in the ticket, then priority, then age; ids are time-ordered and make it total. */
function byTurn(a: Offer, b: Offer): number {
  return (
    a.ahead - b.ahead || b.priority - a.priority || compare(a.since, b.since) || compare(a.taskId, b.taskId)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/**
 * The offers that get a slot, in that order. `busy` are the tasks at work in each project; what waits for a person is
 * not among them. Offers since before `overdue` have lost their patience.
 */
export function share(
  offers: readonly Offer[],
  busy: ReadonlyMap<ProjectId, number>,
  limits: Limits,
  overdue: Instant,
): Offer[] {
  const atWork = new Map(busy);
  let free = limits.account - [...busy.values()].reduce((sum, count) => sum + count, 0);
  const queues = new Map<ProjectId, Offer[]>();
  for (const offer of offers) queues.set(offer.projectId, [...(queues.get(offer.projectId) ?? []), offer]);
  const taken: Offer[] = [];
  for (; free > 0; free -= 1) {
    const heads = [...queues].flatMap(([projectId, queue]): Head[] => {
      const working = atWork.get(projectId) ?? 0;
      const offer = working < limits.project(projectId) ? headOf(queue, overdue) : undefined;
      return offer ? [{ offer, working, late: offer.since < overdue }] : [];
    });
    const [next] = heads.sort(byShare);
    if (!next) break;
    const { projectId } = next.offer;
    taken.push(next.offer);
    atWork.set(projectId, next.working + 1);
    queues.set(
      projectId,
      (queues.get(projectId) ?? []).filter((offer) => offer !== next.offer),
    );
  }
  return taken;
}

interface Head {
  readonly offer: Offer;
  readonly working: number;
  readonly late: boolean;
}

/** The next of one project: its oldest when that is overdue, else the one whose turn it is. */
function headOf(queue: readonly Offer[], overdue: Instant): Offer | undefined {
  const oldest = least(queue, byAge);
  return oldest && oldest.since < overdue ? oldest : least(queue, byTurn);
}

function byAge(a: Offer, b: Offer): number {
  return compare(a.since, b.since) || compare(a.taskId, b.taskId);
}

function byShare(a: Head, b: Head): number {
  if (a.late || b.late) return Number(b.late) - Number(a.late) || byAge(a.offer, b.offer);
  return a.working - b.working || byTurn(a.offer, b.offer);
}

function least(offers: readonly Offer[], order: (a: Offer, b: Offer) => number): Offer | undefined {
  return offers.reduce<Offer | undefined>(
    (best, offer) => (best === undefined || order(offer, best) < 0 ? offer : best),
    undefined,
  );
}
