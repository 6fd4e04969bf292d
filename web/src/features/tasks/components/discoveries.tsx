import { Link } from '../../../router/router.tsx';
import { Badge } from '../../../ui/basics.tsx';
import { Time } from '../../../ui/time.tsx';
import { useDiscoveries } from '../api/tasks.ts';

/** Work that agents found on the way; nothing at all while there is none. */
export function Discoveries({ ticketId, base }: { readonly ticketId: string; readonly base: string }) {
  const { data } = useDiscoveries(ticketId);
  if (data === undefined || data.items.length === 0) return null;
  return (
    <section className="group" aria-label="Discoveries">
      <h2 className="group-head">
        Discoveries <span className="count">{data.items.length}</span>
      </h2>
      <ul className="rows">
        {data.items.map((discovery) => (
          <li key={discovery.id}>
            <Link href={`${base}/runs/${discovery.runId}`} className="row discovery-row" data-row>
              <Badge tone={discovery.blocking ? 'warn' : 'quiet'}>
                {discovery.kind.replaceAll('_', ' ')}
              </Badge>
              <span className="title">
                <span className="title-text">{discovery.title}</span>
                <span className="muted waits">{discovery.detail}</span>
              </span>
              <span className="when">
                <Time at={discovery.at} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
