import type { GateView } from '#core/api/views.ts';
import { Status } from '../../../ui/glyph.tsx';
import { Time } from '../../../ui/time.tsx';
import { gateLooks, gateTitle } from '../look.ts';

/** Who decided what, and when; newest first. */
export function GateHistory({ gates }: { readonly gates: readonly GateView[] }) {
  const newest = [...gates].sort((a, b) => b.openedAt.localeCompare(a.openedAt));
  return (
    <ul className="rows">
      {newest.map((gate) => (
        <li key={gate.id} className="row gate-row">
          <Status look={gateLooks[gate.status]} />
          <span className="title">
            {gateTitle(gate)}
            {gate.comment === null ? null : <q className="muted">{gate.comment}</q>}
          </span>
          <span className="muted">{gate.by ?? ''}</span>
          <code title={`Decided for the content ${gate.documentHash}`}>{gate.documentHash.slice(0, 12)}</code>
          <span className="when">
            <Time at={gate.decidedAt ?? gate.openedAt} />
          </span>
        </li>
      ))}
    </ul>
  );
}
