/** What the evaluator says of the version at a gate: its score, what blocks it, and what took from the score. */
import { Glyph } from '../../../ui/glyph.tsx';
import { useEvaluation } from '../api/gates.ts';

/** A share as whole percent. */
const percent = (share: number): string => `${Math.round(share * 100)} %`;

export function EvaluationFacts({
  ticketId,
  documentId,
}: {
  readonly ticketId: string;
  readonly documentId: string;
}) {
  const { data } = useEvaluation(ticketId, documentId);
  if (data === undefined) return null;
  const { score, pass, blockers, findings } = data;
  return (
    <section className="evaluation" aria-label="Evaluator">
      <p>
        <Glyph shape={pass ? 'check' : 'alert'} tone={pass ? 'good' : 'warn'} />
        Evaluator <strong>{percent(score)}</strong>
        <span className="muted">{findings.length + blockers.length === 0 ? ', nothing found' : ''}</span>
      </p>
      {blockers.length + findings.length === 0 ? null : (
        <ul>
          {blockers.map(({ code, at, message }) => (
            <li key={`${code} ${at} ${message}`}>
              <strong className="bad-text">Blocks</strong> {message}
            </li>
          ))}
          {findings.map(({ code, message, weight }) => (
            <li key={`${code} ${message}`}>
              {message} <span className="muted num">−{percent(weight)}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
