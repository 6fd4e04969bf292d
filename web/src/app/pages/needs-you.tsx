import { useState } from 'react';
import { useWaiting } from '../../features/tickets/api/tickets.ts';
import { Link } from '../../router/router.tsx';
import { Button, Empty, Pending, Unverified } from '../../ui/basics.tsx';
import { PageHead } from './page-head.tsx';
import { Waits } from './waits.tsx';

export function NeedsYouPage() {
  const [pages, setPages] = useState(1);
  const { data, error, isPlaceholderData } = useWaiting(pages);
  return (
    <>
      <PageHead title="Needs you" />
      <div className="body narrow">
        {data === undefined ? (
          <Pending error={error} />
        ) : data.items.length === 0 ? (
          <Empty title="Nothing waits for you.">
            Gates, questions and spent budgets appear here. <Link href="/tickets">Look at the tickets</Link>
          </Empty>
        ) : (
          data.items.map((ticket) => (
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
        {data === undefined || data.next === null ? null : (
          <p className="older">
            <Button disabled={isPlaceholderData} onClick={() => setPages(pages + 1)}>
              Show more that waits
            </Button>
          </p>
        )}
      </div>
    </>
  );
}
