/** The burn-up of a ticket's cost, from the events of its ledger. Pure. */
import type { EventView } from '#core/api/views.ts';

export interface BurnPoint {
  readonly at: number;
  readonly spentMicros: number;
}

/** Spent over time, from nothing at the ticket's start. */
export function burnOf(events: readonly EventView[]): BurnPoint[] {
  const first = events[0];
  if (first === undefined) return [];
  const settled = events.flatMap(({ type, occurredAt, data }) =>
    type === 'cost.settled.v1' && typeof data.spentMicros === 'number'
      ? [{ at: Date.parse(occurredAt), spentMicros: data.spentMicros }]
      : [],
  );
  return [{ at: Date.parse(first.occurredAt), spentMicros: 0 }, ...settled];
}

/** A path of steps in a box: money is spent at an instant, not along the way. */
export function stepPath(
  points: readonly BurnPoint[],
  box: { readonly width: number; readonly height: number },
  most: number,
): string {
  const start = points[0]?.at ?? 0;
  const span = Math.max(1, (points.at(-1)?.at ?? 0) - start);
  const place = ({ at, spentMicros }: BurnPoint) => ({
    x: (((at - start) / span) * box.width).toFixed(1),
    y: (box.height - (spentMicros / Math.max(1, most)) * box.height).toFixed(1),
  });
  return points
    .map(place)
    .map(({ x, y }, index) => (index === 0 ? `M${x} ${y}` : `H${x}V${y}`))
    .join('');
}
