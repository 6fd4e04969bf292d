/** What a ticket cost, by run and over time, and its ceiling. */
import { type FormEvent, useState } from 'react';
import type { CostView, EventView } from '#core/api/views.ts';
import { useCommand } from '../../../api/query.ts';
import { Link } from '../../../router/router.tsx';
import { Button, Empty, Fact, Pending, Problem } from '../../../ui/basics.tsx';
import { TextField } from '../../../ui/field.tsx';
import { count, dollarsOf, microsOf, title, usd } from '../../../ui/format.ts';
import { gateWords } from '../../gates/look.ts';
import { useCosts } from '../api/costs.ts';
import { burnOf, stepPath } from '../burn.ts';

interface Props {
  readonly ticketId: string;
  readonly base: string;
  readonly events: readonly EventView[];
  readonly extendable: boolean;
}

export function CostPage({ ticketId, base, events, extendable }: Props) {
  const { data: cost, error } = useCosts(ticketId);
  if (cost === undefined) return <Pending error={error} />;
  return (
    <div className="cost-page">
      <dl className="sums">
        <Fact name="Spent">{usd(cost.spentMicros)}</Fact>
        <Fact name="Reserved">{usd(cost.reservedMicros)}</Fact>
        <Fact name="Limit">{usd(cost.limitMicros)}</Fact>
        <Fact name="Model calls">{count(cost.calls)}</Fact>
        <Fact name="Input">{count(cost.usage.input)}</Fact>
        <Fact name="Cache read">{count(cost.usage.cacheRead)}</Fact>
        <Fact name="Cache write">{count(cost.usage.cacheWrite)}</Fact>
        <Fact name="Output">{count(cost.usage.output)}</Fact>
      </dl>
      <Foreseen cost={cost} base={base} />
      <BurnUp events={events} limitMicros={cost.limitMicros} spentMicros={cost.spentMicros} />
      {extendable ? <Budget ticketId={ticketId} limitMicros={cost.limitMicros} /> : null}
      <ByRun cost={cost} base={base} />
    </div>
  );
}

/** Gates on a document are told by it; one on a task's work knows the phase of the plan that it stands on alone. */
const gateOf = ({ phase, about }: CostView['forecasts'][number]): string => {
  if (about === 'tamper') return 'At a gate on a task’s work';
  if (about === 'discovery') return 'At a gate on a proposed change';
  return `At the gate on the ${gateWords[phase].toLowerCase()}`;
};

const bases = { history: 'history of the project', prior: 'a first guess' } as const;

/** What each gate foresaw; the last one is what the ticket is measured by. */
function Foreseen({
  cost: { forecasts, spentMicros },
  base,
}: {
  readonly cost: CostView;
  readonly base: string;
}) {
  const last = forecasts.at(-1);
  if (last === undefined) return null;
  const share = spentMicros > 0 && last.p50Micros > 0 ? spentMicros / last.p50Micros : null;
  return (
    <section aria-label="Forecast">
      <h2 className="label">Forecast</h2>
      <ul className="rows">
        {forecasts.map((forecast) => (
          <li key={`${forecast.phase}-${forecast.at}`} className="row forecast-row">
            <Link href={`${base}/gates`}>{gateOf(forecast)}</Link>
            <span className="muted">{bases[forecast.basis]}</span>
            <span className="num">
              {usd(forecast.p50Micros)}, nine of ten below {usd(forecast.p90Micros)}
            </span>
          </li>
        ))}
      </ul>
      {last.basis === 'prior' ? (
        <p className="muted">
          A first guess goes by the ceremony and the number of tasks. Once five tickets of the same ceremony
          are finished, the project’s own history counts.
        </p>
      ) : null}
      {share === null ? null : (
        <p className="muted">
          Came to {usd(spentMicros)}: {share.toFixed(2)} times the last forecast
          {spentMicros > last.p90Micros ? ', above its upper bound' : ''}.
        </p>
      )}
    </section>
  );
}

const box = { width: 720, height: 140 } as const;

function BurnUp({
  events,
  limitMicros,
  spentMicros,
}: {
  readonly events: readonly EventView[];
  readonly limitMicros: number;
  readonly spentMicros: number;
}) {
  const points = burnOf(events);
  if (points.length < 2)
    return <Empty title="Nothing spent yet.">The curve starts with the first model call.</Empty>;
  // The ceiling is drawn only when the curve comes near it; else the curve would be a flat line.
  const nearLimit = spentMicros > limitMicros * 0.4;
  const most = nearLimit ? Math.max(limitMicros, spentMicros) : spentMicros * 1.15;
  const path = stepPath(points, box, most);
  const limitY = box.height - (limitMicros / most) * box.height;
  return (
    <figure className="burn">
      <figcaption className="label">Spent over time</figcaption>
      <svg
        viewBox={`0 -4 ${box.width} ${box.height + 8}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Cost rose to ${usd(spentMicros)} in ${points.length - 1} model calls; the limit is ${usd(limitMicros)}`}
      >
        <path className="area" d={`${path}V${box.height}H0Z`} />
        <path className="curve" d={path} vectorEffect="non-scaling-stroke" />
        {nearLimit ? (
          <path className="limit" d={`M0 ${limitY}H${box.width}`} vectorEffect="non-scaling-stroke" />
        ) : null}
      </svg>
      <p className="muted axis">
        <span>start</span>
        <span>
          {usd(spentMicros)} of {usd(limitMicros)}
        </span>
      </p>
    </figure>
  );
}

function Budget({ ticketId, limitMicros }: { readonly ticketId: string; readonly limitMicros: number }) {
  const [text, setText] = useState(dollarsOf(limitMicros));
  const extend = useCommand('setBudget');
  const micros = microsOf(text);
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    if (micros !== null) extend.mutate({ params: { ticket: ticketId }, body: { limitMicros: micros } });
  };
  return (
    <form className="inline-form" onSubmit={onSubmit} aria-label="Budget">
      <TextField
        label="Limit in USD"
        value={text}
        onChange={setText}
        error={micros === null ? 'A sum like 10 or 2.50.' : null}
        hint="A ticket that waits for budget goes on at once."
      />
      <Button type="submit" disabled={extend.isPending || micros === null || micros === limitMicros}>
        Set budget
      </Button>
      <Problem error={extend.error} />
    </form>
  );
}

function ByRun({ cost, base }: { readonly cost: CostView; readonly base: string }) {
  const most = Math.max(1, ...cost.byRun.map(({ costMicros }) => costMicros));
  return (
    <section aria-label="By run">
      <h2 className="label">By run</h2>
      <ul className="rows">
        {cost.byRun.map(({ runId, role, taskKey, costMicros }) => (
          <li key={runId}>
            <Link href={`${base}/runs/${runId}`} className="row cost-row" data-row>
              <span className="title">
                {title(role)}
                {taskKey === null ? '' : ` of ${taskKey}`}
              </span>
              <span className="bar wide" aria-hidden="true">
                <span className="spent" style={{ width: `${(costMicros / most) * 100}%` }} />
              </span>
              <span className="num">{usd(costMicros)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
