import type { DiscoveryView } from '#core/api/views.ts';
import { Link } from '../../../router/router.tsx';
import { Badge } from '../../../ui/basics.tsx';
import { Time } from '../../../ui/time.tsx';
import { useDiscoveries } from '../api/tasks.ts';
import { discoveryLook } from '../look.ts';

/** Work that agents found on the way, with what became of each; nothing at all while there is none. */
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
            <Row discovery={discovery} base={base} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Row({ discovery, base }: { readonly discovery: DiscoveryView; readonly base: string }) {
  const { kind, title, detail, foundBy, reason, at } = discovery;
  const { word, tone } = discoveryLook(discovery);
  return (
    <Link href={`${base}/runs/${discovery.runId}`} className="row discovery-row" data-row>
      <Badge tone={tone}>{word}</Badge>
      <span className="title">
        <span className="title-text">{title}</span>
        <span className="muted waits">
          {kind.replaceAll('_', ' ')}, found by {foundBy}. {reason} {detail}
        </span>
      </span>
      <span className="when">
        <Time at={at} />
      </span>
    </Link>
  );
}
