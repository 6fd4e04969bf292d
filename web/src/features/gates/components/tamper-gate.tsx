/** A gate on what a task's work does to its checks: the findings with their hunks. */
import type { GateView } from '#core/api/views.ts';
import { Time } from '../../../ui/time.tsx';
import { Findings } from '../../evidence/components/findings.tsx';

export function TamperGate({ gate }: { readonly gate: GateView }) {
  return (
    <article className="document">
      <div className="document-head">
        <span className="muted">
          Tamper report · opened <Time at={gate.openedAt} /> ·{' '}
          <code title={`Your decision holds for the findings ${gate.documentHash}`}>
            {gate.documentHash.slice(0, 12)}
          </code>
        </span>
      </div>
      <p>
        A task weakens what is to prove its work. Approve when that is meant; rejected, it goes back to its
        builder with your words. It is not merged before you decide.
      </p>
      <Findings findings={gate.tamper?.findings ?? []} />
    </article>
  );
}
