import type { DiscoveryView } from '#core/api/views.ts';
import { useCommand } from '../../../api/query.ts';
import { Link } from '../../../router/router.tsx';
import { Badge, Problem } from '../../../ui/basics.tsx';
import { ConfirmButton } from '../../../ui/dialog.tsx';
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
            <Accept ticketId={ticketId} discovery={discovery} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Row({ discovery, base }: { readonly discovery: DiscoveryView; readonly base: string }) {
  const { kind, title, detail, foundBy, reason, at, overruled } = discovery;
  const { word, tone } = discoveryLook(discovery);
  return (
    <Link href={`${base}/runs/${discovery.runId}`} className="row discovery-row" data-row>
      <Badge tone={tone}>{word}</Badge>
      <span className="title">
        <span className="title-text">{title}</span>
        <span className="muted waits">
          {kind.replaceAll('_', ' ')}, found by {foundBy}. {reason}{' '}
          {overruled === null ? '' : `Before: ${overruled.message} `}
          {detail}
        </span>
      </span>
      <span className="when">
        <Time at={at} />
      </span>
    </Link>
  );
}

/** A person's word over a guard's: says what it costs and does, or why even that cannot be. */
function Accept({ ticketId, discovery }: { readonly ticketId: string; readonly discovery: DiscoveryView }) {
  const accept = useCommand('acceptDiscovery');
  const { id, title, offer, status } = discovery;
  if (offer === null || (status === 'noted' && !offer.possible)) return null;
  return (
    <div className="discovery-offer">
      <span className="muted">{offer.words}</span>
      {offer.possible ? (
        <ConfirmButton
          label="Accept all the same"
          question={`Accept “${title}”?`}
          text={`${discovery.reason} ${offer.words}`}
          confirm="Accept it"
          disabled={accept.isPending}
          onConfirm={() => accept.mutate({ params: { ticket: ticketId, discovery: id } })}
        />
      ) : null}
      <Problem error={accept.error} />
    </div>
  );
}
