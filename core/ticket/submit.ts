/** The row of a new ticket, whoever asks for it: a person in the console, or an issue on the forge. */
import type { Instant, TicketId } from '../id.ts';
import type { GatePolicy, Project } from '../project/project.ts';
import { branchName, type Ticket } from './ticket.ts';

/** What is asked for; `number` was never used before. */
export interface Wanted {
  readonly id: TicketId;
  readonly number: number;
  readonly title: string;
  readonly description: string;
  readonly gates: GatePolicy;
  readonly tainted: boolean;
  readonly source: string | null;
  readonly at: Instant;
}

/** At the beginning of its road. */
export function newTicket(project: Pick<Project, 'id' | 'ceremony'>, wanted: Wanted): Ticket {
  const { id, number, title, description, gates, tainted, source, at } = wanted;
  return {
    ...{ id, number, title, description, gates, tainted, source },
    projectId: project.id,
    phase: 'explore',
    status: 'running',
    waitingFor: null,
    ceremony: project.ceremony === 'auto' ? null : project.ceremony,
    branch: branchName(number, title),
    baseCommit: null,
    headCommit: null,
    baseBundle: null,
    branchBundle: null,
    commands: null,
    verification: 'unknown',
    nameless: false,
    approved: {},
    reason: null,
    executionToken: null,
    hold: null,
    reopened: 0,
    version: 0,
    createdAt: at,
    updatedAt: at,
  };
}
