/** How tickets and phases look: shape, word and order. Pure. */
import type { TicketView } from '#core/api/views.ts';
import type { Look } from '../../ui/glyph.tsx';

/** What waits for a person first, then as the road of a ticket goes. */
export const columns = [
  'needs you',
  'spec',
  'building',
  'done',
  'stopped',
] as const satisfies readonly TicketView['column'][];

export const columnLooks: Readonly<Record<TicketView['column'], Look>> = {
  'needs you': { shape: 'diamond', tone: 'warn', word: 'Needs you' },
  building: { shape: 'three-quarters', tone: 'active', word: 'Building' },
  spec: { shape: 'half', tone: 'active', word: 'Spec' },
  done: { shape: 'check', tone: 'good', word: 'Done' },
  stopped: { shape: 'slash', tone: 'quiet', word: 'Stopped' },
};

/** The work is over, and not everything is proven. */
const draft: Look = { shape: 'ring', tone: 'warn', word: 'Draft' };

const waits = {
  gate: 'Waits for review',
  question: 'Waits for an answer',
  budget: 'Waits for budget',
  forge: 'Held up',
} as const;

export function ticketLook({
  status,
  waitingFor,
  column,
  pullRequest,
}: Pick<TicketView, 'status' | 'waitingFor' | 'column' | 'pullRequest'>): Look {
  switch (status) {
    case 'running':
      return columnLooks[column];
    case 'waiting':
      return { ...columnLooks['needs you'], word: waitingFor === null ? 'Needs you' : waits[waitingFor] };
    case 'paused':
      return { shape: 'pause', tone: 'warn', word: 'Paused' };
    case 'completed':
      return pullRequest?.state === 'open' && pullRequest.draft ? draft : columnLooks.done;
    case 'failed':
      return { shape: 'cross', tone: 'bad', word: 'Failed' };
    case 'cancelled':
      return { shape: 'slash', tone: 'quiet', word: 'Cancelled' };
  }
}

export const phases = [
  'explore',
  'requirements',
  'design',
  'tasks',
  'execution',
  'delivery',
] as const satisfies readonly TicketView['phase'][];

export const phaseWords: Readonly<Record<TicketView['phase'], string>> = {
  explore: 'Explore',
  requirements: 'Requirements',
  design: 'Design',
  tasks: 'Tasks',
  execution: 'Execution',
  delivery: 'Delivery',
};

export type PhaseState = 'done' | 'now' | 'waiting' | 'stopped' | 'skipped' | 'ahead';

export const phaseStateWords: Readonly<Record<PhaseState, string>> = {
  done: 'done',
  now: 'in progress',
  waiting: 'waits for you',
  stopped: 'stopped here',
  skipped: 'left out',
  ahead: 'to come',
};

/** Where a phase of a ticket stands. A ceremony smaller than full has no design. */
export function phaseState(
  ticket: Pick<TicketView, 'phase' | 'status' | 'ceremony'>,
  phase: TicketView['phase'],
): PhaseState {
  if (phase === 'design' && (ticket.ceremony === 'direct' || ticket.ceremony === 'short')) return 'skipped';
  const distance = phases.indexOf(phase) - phases.indexOf(ticket.phase);
  if (ticket.status === 'completed' || distance < 0) return 'done';
  if (distance > 0) return 'ahead';
  if (ticket.status === 'running') return 'now';
  return ticket.status === 'waiting' || ticket.status === 'paused' ? 'waiting' : 'stopped';
}

export const isOver = (status: TicketView['status']): boolean =>
  status === 'completed' || status === 'failed' || status === 'cancelled';

/** How many things of a ticket wait for a person. */
export function needs(
  ticket: Pick<TicketView, 'openGates' | 'openQuestions' | 'waitingFor' | 'status' | 'hold'>,
): number {
  const budget = ticket.status === 'waiting' && ticket.waitingFor === 'budget' ? 1 : 0;
  return ticket.openGates.length + ticket.openQuestions.length + budget + (ticket.hold === null ? 0 : 1);
}
