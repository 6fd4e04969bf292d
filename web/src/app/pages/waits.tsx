/** What of a ticket waits for a person, each with the way to deal with it. */
import type { TicketView } from '#core/api/views.ts';
import { gateTitle } from '../../features/gates/look.ts';
import { AnswerQuestion } from '../../features/questions/components/answer.tsx';
import { Link } from '../../router/router.tsx';
import { usd } from '../../ui/format.ts';
import { Glyph } from '../../ui/glyph.tsx';
import { Time } from '../../ui/time.tsx';
import { Held } from './held.tsx';

export function Waits({ ticket }: { readonly ticket: TicketView }) {
  const base = `/tickets/${ticket.name}`;
  const budget = ticket.status === 'waiting' && ticket.waitingFor === 'budget';
  return (
    <>
      {ticket.openGates.map((gate) => (
        <Link key={gate.id} href={`${base}/gates`} className="wait" data-row>
          <Glyph shape="diamond" tone="warn" />
          <span className="title">
            <strong>{gateTitle(gate)}</strong> waits for your review
            <span className="muted">
              {' '}
              · forecast {usd(gate.forecast.p50Micros)} to {usd(gate.forecast.p90Micros)}
            </span>
          </span>
          <span className="when">
            <Time at={gate.openedAt} />
          </span>
          <span className="button primary">Review</span>
        </Link>
      ))}
      {ticket.openQuestions.map((question) => (
        <AnswerQuestion key={question.id} question={question} documents={`${base}/documents`} />
      ))}
      {ticket.hold === null ? null : <Held ticket={ticket} hold={ticket.hold} />}
      {budget ? (
        <Link href={`${base}/cost`} className="wait" data-row>
          <Glyph shape="diamond" tone="warn" />
          <span className="title">
            <strong>What is left of the budget does not cover the next model call:</strong>{' '}
            {usd(ticket.cost.spentMicros)} of {usd(ticket.cost.limitMicros)} spent
          </span>
          <span className="button primary">Extend</span>
        </Link>
      ) : null}
    </>
  );
}
