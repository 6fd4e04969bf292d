/** Findings of the tamper report that people have accepted: they stop nothing any more. */
import type { Ticket } from '#core/ticket/ticket.ts';
import type { TamperedWork } from '#core/verify/report.ts';
import type { Desk } from './desk.ts';

/** What people have accepted so far, by task. */
export async function acceptedIn({ tx }: Desk, ticket: Ticket): Promise<TamperedWork[]> {
  return (await tx.gates.list(ticket.id)).flatMap(({ tamper, state }) =>
    tamper && state.status === 'approved' ? [tamper] : [],
  );
}
