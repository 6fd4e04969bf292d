import { useTicketEvents } from '../../features/activity/api/events.ts';
import { CostPage } from '../../features/costs/components/cost-page.tsx';
import { isOver } from '../../features/tickets/look.ts';
import type { TabProps } from './ticket.tsx';

export function Cost({ ticket, base }: TabProps) {
  const { data: events } = useTicketEvents(ticket.id);
  return (
    <CostPage ticketId={ticket.id} base={base} events={events ?? []} extendable={!isOver(ticket.status)} />
  );
}
