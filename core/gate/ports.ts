import type { GateId, Instant, TicketId } from '../id.ts';
import type { Gate } from './gate.ts';

/** Reading gates. */
export interface GateReads {
  get(id: GateId): Promise<Gate | null>;
  /** All gates of a ticket, oldest first. */
  list(ticketId: TicketId): Promise<Gate[]>;
  /** Open gates of all tickets, oldest first. */
  open(): Promise<Gate[]>;
  /** Open gates that should have been decided by `at`. */
  due(at: Instant): Promise<Gate[]>;
}

/** Writing gates. */
export interface GateRows extends GateReads {
  insert(gate: Gate): Promise<void>;
  /** Compare-and-set on `version`, as for tickets. */
  update(gate: Gate): Promise<Gate>;
}
