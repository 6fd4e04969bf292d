/** The gate of a ticket: the document to decide about, the decision, and the decisions before. */
import { useState } from 'react';
import type { GateView, TicketView } from '#core/api/views.ts';
import { useDocuments } from '../../features/documents/api/documents.ts';
import { DocumentDiff } from '../../features/documents/components/document-diff.tsx';
import { ViewSwitch } from '../../features/documents/components/document-reader.tsx';
import { useGates } from '../../features/gates/api/gates.ts';
import { Decide } from '../../features/gates/components/decide.tsx';
import { EvaluationFacts } from '../../features/gates/components/evaluation.tsx';
import { GateHistory } from '../../features/gates/components/gate-history.tsx';
import { TamperGate } from '../../features/gates/components/tamper-gate.tsx';
import { gateTitle, gateWords } from '../../features/gates/look.ts';
import { useDiscoveries } from '../../features/tasks/api/tasks.ts';
import { Empty, Pending } from '../../ui/basics.tsx';
import { Markdown } from '../../ui/markdown.tsx';
import { Time } from '../../ui/time.tsx';
import type { TabProps } from './ticket.tsx';

export function Gates({ ticket }: TabProps) {
  const { data, error } = useGates(ticket.id);
  if (data === undefined) return <Pending error={error} />;
  if (data.items.length === 0) {
    return <Empty title="No gate yet.">When a document waits for you, you read it and decide here.</Empty>;
  }
  const open = data.items.filter(({ status }) => status === 'open');
  const decided = data.items.filter(({ status }) => status !== 'open');
  // What the platform let through by itself was nobody's chance to choose.
  const isFirst = !data.items.some(({ status, by }) => status === 'approved' && by !== 'platform');
  return (
    <>
      {open.map((gate) => (
        <OpenGate key={gate.id} gate={gate} ticket={ticket} isFirst={isFirst} />
      ))}
      {decided.length === 0 ? null : (
        <section aria-label="Decided">
          <h2 className="label">Decided</h2>
          <GateHistory gates={decided} />
        </section>
      )}
    </>
  );
}

/** What an agent found missing, in its own words. */
function Proposal({ ticketId, id }: { readonly ticketId: string; readonly id: string }) {
  const { data } = useDiscoveries(ticketId);
  const discovery = data?.items.find((one) => one.id === id);
  if (discovery === undefined) return null;
  return (
    <p>
      Proposed by {discovery.foundBy}: <strong>{discovery.title}</strong>. {discovery.detail} Approved, it
      becomes a requirement with a task of its own; the work goes on meanwhile.
    </p>
  );
}

/** Whether the size of the ceremony still is open at this gate: later its phases have been walked. */
const sizes = ({ phase, tamper, discoveryId }: GateView): boolean =>
  tamper === null && discoveryId === null && (phase === 'explore' || phase === 'requirements');

interface GateProps {
  readonly gate: GateView;
  readonly ticket: TicketView;
  readonly isFirst: boolean;
}

function OpenGate({ gate, ticket, isFirst }: GateProps) {
  const { data, error } = useDocuments(ticket.id);
  const [view, setView] = useState<'read' | 'changes'>(gate.discoveryId === null ? 'read' : 'changes');
  const document = data?.items.find(({ id }) => id === gate.documentId);
  const { limitMicros, spentMicros, reservedMicros } = ticket.cost;
  const place = `decide-${gate.id}`;
  return (
    <section className="gate" aria-label={`Gate: ${gateTitle(gate)}`}>
      <a className="button gate-jump" href={`#${place}`}>
        Jump to decision
      </a>
      {gate.tamper === null ? (
        <article className="document">
          {gate.discoveryId === null ? null : <Proposal ticketId={ticket.id} id={gate.discoveryId} />}
          <div className="document-head">
            <span className="muted">
              {gateWords[gate.phase]}
              {document === undefined ? '' : ` · version ${document.version}`} · opened{' '}
              <Time at={gate.openedAt} /> ·{' '}
              <code title={`Your decision holds for the content ${gate.documentHash}`}>
                {gate.documentHash.slice(0, 12)}
              </code>
            </span>
            <span className="spacer" />
            {document !== undefined && document.version > 1 ? (
              <ViewSwitch view={view} onChange={setView} />
            ) : null}
          </div>
          {document === undefined ? (
            <Pending error={error} lines={12} />
          ) : view === 'read' ? (
            <Markdown text={document.markdown} />
          ) : (
            <DocumentDiff documentId={document.id} />
          )}
        </article>
      ) : (
        <TamperGate gate={gate} base={`/tickets/${ticket.name}`} />
      )}
      <aside className="gate-side" id={place} tabIndex={-1}>
        {gate.tamper === null ? <EvaluationFacts ticketId={ticket.id} documentId={gate.documentId} /> : null}
        <Decide
          gate={gate}
          ceremony={isFirst && sizes(gate) ? { now: ticket.ceremony } : null}
          leftMicros={Math.max(0, limitMicros - spentMicros - reservedMicros)}
        />
      </aside>
    </section>
  );
}
