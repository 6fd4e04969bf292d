import type { TicketId } from '../id.ts';
import type { Decision, Discovery, Overruled } from './discovery.ts';

/** Storing discoveries. */
export interface DiscoveryRows {
  insert(discovery: Discovery): Promise<void>;
  /** All of a ticket, oldest first. */
  list(ticketId: TicketId): Promise<Discovery[]>;
  /** Compare-and-set: replaces the decision of one that still stands at `from`; throws `VersionConflict` otherwise. */
  decide(id: Discovery['id'], from: Decision['status'], decision: Decision): Promise<void>;
  /** The same by a person's word, which is kept whatever is decided later. */
  overrule(
    id: Discovery['id'],
    from: Decision['status'],
    decision: Decision,
    overruled: Overruled,
  ): Promise<void>;
}
