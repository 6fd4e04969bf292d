import type { TicketView } from '#core/api/views.ts';
import { Glyph, type Look } from '../../../ui/glyph.tsx';
import { type PhaseState, phaseState, phaseStateWords, phases, phaseWords } from '../look.ts';

const looks: Readonly<Record<PhaseState, Pick<Look, 'shape' | 'tone'>>> = {
  done: { shape: 'check', tone: 'good' },
  now: { shape: 'half', tone: 'active' },
  waiting: { shape: 'diamond', tone: 'warn' },
  stopped: { shape: 'cross', tone: 'bad' },
  skipped: { shape: 'slash', tone: 'quiet' },
  ahead: { shape: 'dashed', tone: 'quiet' },
};

type Stepped = Pick<TicketView, 'phase' | 'status' | 'ceremony'>;

/** The road of a ticket with where it is. */
export function PhaseStepper({ ticket }: { readonly ticket: Stepped }) {
  return (
    <ol className="stepper" aria-label="Phases">
      {phases.map((phase) => {
        const state = phaseState(ticket, phase);
        return (
          <li
            key={phase}
            className={`step ${state}`}
            aria-current={phase === ticket.phase ? 'step' : undefined}
          >
            <Glyph {...looks[state]} />
            <span>{phaseWords[phase]}</span>
            <span className="visually-hidden">: {phaseStateWords[state]}</span>
          </li>
        );
      })}
    </ol>
  );
}

/** The same in a row of a list: six marks, told in one sentence. */
export function PhaseMarks({ ticket }: { readonly ticket: Stepped }) {
  const state = phaseState(ticket, ticket.phase);
  const words = `${phaseWords[ticket.phase]}: ${phaseStateWords[state]}`;
  return (
    <span className="phase-marks" role="img" aria-label={words} title={words}>
      {phases.map((phase) => (
        <i key={phase} className={phaseState(ticket, phase)} />
      ))}
    </span>
  );
}
