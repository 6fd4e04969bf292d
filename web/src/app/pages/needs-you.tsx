import { useTickets } from '../../features/tickets/api/tickets.ts';
import { needs } from '../../features/tickets/look.ts';
import { Link } from '../../router/router.tsx';
import { Empty, Pending, Unverified } from '../../ui/basics.tsx';
import { PageHead } from './page-head.tsx';
import { Waits } from './waits.tsx';

export function NeedsYouPage() {
  const { data, error } = useTickets();
  const waiting = data?.items.filter((ticket) => needs(ticket) > 0) ?? [];
  return (
    <>
      <PageHead title="Needs you" />
      <div className="body narrow">
        {data === undefined ? (
          <Pending error={error} />
        ) : waiting.length === 0 ? (
          <Empty title="Nothing waits for you.">
            Gates, questions and spent budgets appear here. <Link href="/tickets">Look at the tickets</Link>
          </Empty>
        ) : (
          waiting.map((ticket) => (
            <section key={ticket.id} className="waiting-ticket" aria-label={ticket.name}>
              <h2>
                <Link href={`/tickets/${ticket.name}`}>
                  <span className="name">{ticket.name}</span> {ticket.title}
                </Link>{' '}
                <Unverified verification={ticket.verification} />
              </h2>
              <Waits ticket={ticket} />
            </section>
          ))
        )}
      </div>
    </>
  );
}
