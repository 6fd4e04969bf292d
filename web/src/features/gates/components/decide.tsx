/** The decision at a gate: what it will probably cost, and two ways on. */
import { useId, useState } from 'react';
import type { GateView, TicketView } from '#core/api/views.ts';
import { useCommand } from '../../../api/query.ts';
import { Button, Problem } from '../../../ui/basics.tsx';
import { keepDraft, useDraft } from '../../../ui/draft.ts';
import { SelectField, TextField } from '../../../ui/field.tsx';
import { usd } from '../../../ui/format.ts';

type Ceremony = NonNullable<TicketView['ceremony']>;

interface Props {
  readonly gate: GateView;
  /** At the ticket's first gate the person may change the ceremony; null at later ones. */
  readonly ceremony: { readonly now: TicketView['ceremony'] } | null;
  /** What is left of the budget. */
  readonly leftMicros: number;
}

export function Decide({ gate, ceremony, leftMicros }: Props) {
  const place = `gate.${gate.id}`;
  const [comment, setComment] = useDraft(place);
  const [rejecting, setRejecting] = useState(false);
  const [chosen, setChosen] = useState<Ceremony | 'keep'>('keep');
  const forget = (): void => keepDraft(place, '');
  const approve = useCommand('approveGate', forget);
  const reject = useCommand('rejectGate', forget);
  const busy = approve.isPending || reject.isPending;
  const params = { id: gate.id };
  const words = comment.trim();
  const goesBack = gate.tamper === null ? 'the phase runs again' : 'the work goes back to its builder';
  const onApprove = (): void =>
    approve.mutate({
      params,
      body: {
        hash: gate.documentHash,
        ...(words === '' ? {} : { comment: words }),
        ...(chosen === 'keep' ? {} : { ceremony: chosen }),
      },
    });
  const onReject = (): void => {
    if (words === '') setRejecting(true);
    else reject.mutate({ params, body: { hash: gate.documentHash, comment: words } });
  };
  return (
    <section className="decide" aria-label="Decide">
      <Forecast gate={gate} leftMicros={leftMicros} />
      {ceremony === null ? null : <CeremonyChoice now={ceremony.now} chosen={chosen} onChange={setChosen} />}
      <TextField
        label="Comment"
        value={comment}
        onChange={setComment}
        lines={3}
        hint={`Needed to reject: ${goesBack} with it.`}
        error={rejecting && words === '' ? `Say what has to change; ${goesBack} with your words.` : null}
      />
      <Problem error={approve.error ?? reject.error} />
      <div className="actions">
        <Button disabled={busy} onClick={onReject}>
          Reject
        </Button>
        <Button kind="primary" disabled={busy} onClick={onApprove}>
          Approve
        </Button>
      </div>
    </section>
  );
}

function CeremonyChoice({
  now,
  chosen,
  onChange,
}: {
  readonly now: TicketView['ceremony'];
  readonly chosen: Ceremony | 'keep';
  readonly onChange: (chosen: Ceremony | 'keep') => void;
}) {
  return (
    <SelectField
      label="Ceremony"
      value={chosen}
      options={[
        ['keep', now === null ? 'As proposed' : `As proposed: ${now}`],
        ['direct', 'Direct: one task with criteria'],
        ['short', 'Short: requirements and tasks'],
        ['full', 'Full: all phases'],
      ]}
      onChange={onChange}
    />
  );
}

const bases = { history: 'from tickets like it', prior: 'a first guess, without history' } as const;

function Forecast({ gate, leftMicros }: { readonly gate: GateView; readonly leftMicros: number }) {
  const { p50Micros, p90Micros, basis } = gate.forecast;
  const id = useId();
  const most = Math.max(p90Micros, leftMicros, 1);
  const at = (micros: number): string => `${(micros / most) * 100}%`;
  return (
    <figure className="forecast" aria-labelledby={id}>
      <figcaption id={id}>
        The whole ticket: probably <strong>{usd(p50Micros)}</strong>, at most{' '}
        <strong>{usd(p90Micros)}</strong> in nine of ten cases <span className="muted">({bases[basis]})</span>
      </figcaption>
      <span className="range" aria-hidden="true">
        <i className="p90" style={{ width: at(p90Micros) }} />
        <i className="p50" style={{ width: at(p50Micros) }} />
        <i className="left" style={{ left: at(leftMicros) }} />
      </span>
      {p90Micros > leftMicros ? (
        <span className="warn-text">
          The forecast goes up to {usd(p90Micros)}; {usd(leftMicros)} of the budget are left.
        </span>
      ) : (
        <span className="muted">{usd(leftMicros)} of the budget left</span>
      )}
    </figure>
  );
}
