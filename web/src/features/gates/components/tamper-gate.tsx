/** A gate on what a task's work does to its checks or to protected paths: the findings with their hunks. */
import type { GateView } from '#core/api/views.ts';
import { Time } from '../../../ui/time.tsx';
import { Findings } from '../../evidence/components/findings.tsx';
import { gateTitle, onlyPolicy } from '../look.ts';

export function TamperGate({ gate }: { readonly gate: GateView }) {
  return (
    <article className="document">
      <div className="document-head">
        <span className="muted">
          {gateTitle(gate)} · opened <Time at={gate.openedAt} /> ·{' '}
          <code title={`Your decision holds for the findings ${gate.documentHash}`}>
            {gate.documentHash.slice(0, 12)}
          </code>
        </span>
      </div>
      <p>
        {gate.tamper && onlyPolicy(gate.tamper)
          ? 'A task changes paths that this project protects.'
          : 'A task weakens what is to prove its work.'}{' '}
        Approve when that is meant; rejected, it goes back to its builder with your words. It is not merged
        before you decide.
      </p>
      <Findings findings={gate.tamper?.findings ?? []} />
    </article>
  );
}
