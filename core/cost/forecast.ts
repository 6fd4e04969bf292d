/**
 * What a ticket will probably cost, for the person at a gate. Until enough tickets of a project are done, it is a prior
 * by size and number of tasks.
 */
import type { Micros } from '../id.ts';
import type { Ceremony } from '../project/project.ts';
import type { Phase } from '../ticket/ticket.ts';

/** What the forecast looks at. `tasks` is null before there is a plan; `history` is what finished tickets of this size cost. */
export interface ForecastInput {
  readonly ceremony: Ceremony | null;
  readonly phase: Phase;
  readonly tasks: number | null;
  readonly history: readonly Micros[];
}

/**
 * Micro-USD of one phase's run at the median, by size. A small change is understood in some six turns that carry 15,000
 * tokens, a large one in about 25 that carry 40,000, nearly all of them read from the cache.
 */
const documentRun: Record<Ceremony, Micros> = { direct: 100_000, short: 180_000, full: 250_000 };
/** A builder takes about twice the turns of a phase, and every third task a second round. */
const taskRun: Record<Ceremony, Micros> = { direct: 200_000, short: 400_000, full: 600_000 };
/** Tasks that a plan has had at the median, by size. */
const tasksOf: Record<Ceremony, number> = { direct: 1, short: 3, full: 6 };
/** Phases that an agent writes, by size. */
const documentsOf: Record<Ceremony, number> = { direct: 1, short: 3, full: 4 };
/** Fewer tickets than this say less than the prior. */
const enough = 5;
/** The ninetieth percentile over the median, where only the prior speaks: agent costs spread that wide. */
const spread = 2.5;

const quantile = (sorted: readonly Micros[], share: number): Micros =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

/** The whole cost of the ticket, from its first run to its pull request. */
export function forecast(input: ForecastInput): {
  p50Micros: Micros;
  p90Micros: Micros;
  basis: 'history' | 'prior';
} {
  if (input.history.length >= enough) {
    const sorted = [...input.history].sort((a, b) => a - b);
    return { p50Micros: quantile(sorted, 0.5), p90Micros: quantile(sorted, 0.9), basis: 'history' };
  }
  const ceremony = input.ceremony ?? 'full';
  const tasks = input.tasks ?? tasksOf[ceremony];
  const p50Micros = documentsOf[ceremony] * documentRun[ceremony] + tasks * taskRun[ceremony];
  return { p50Micros, p90Micros: Math.round(p50Micros * spread), basis: 'prior' };
}

/** What was foreseen at a ticket's last gate, and what the ticket came to. */
export interface Outcome {
  readonly p50Micros: Micros;
  readonly p90Micros: Micros;
  readonly spentMicros: Micros;
}

/** How good forecasts were. `medianFactor` 1.5: half of them were off by a factor of 1.5 or less, in either direction. */
export interface Accuracy {
  readonly tickets: number;
  readonly medianFactor: number | null;
  /** The share of tickets that stayed within the ninetieth percentile; 0.9 is what it promises. */
  readonly withinP90: number | null;
}

/** Factors and not differences, because costs spread over orders of magnitude. Tickets that cost nothing say nothing. */
export function accuracy(outcomes: readonly Outcome[]): Accuracy {
  const known = outcomes.filter(({ spentMicros, p50Micros }) => spentMicros > 0 && p50Micros > 0);
  if (known.length === 0) return { tickets: 0, medianFactor: null, withinP90: null };
  const factors = known
    .map(({ spentMicros, p50Micros }) => Math.exp(Math.abs(Math.log(spentMicros / p50Micros))))
    .sort((a, b) => a - b);
  const within = known.filter(({ spentMicros, p90Micros }) => spentMicros <= p90Micros).length;
  return {
    tickets: known.length,
    medianFactor: factors[Math.floor((factors.length - 1) / 2)] ?? null,
    withinP90: within / known.length,
  };
}
