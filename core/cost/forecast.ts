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

/** Micro-USD of one run at the median: about 25 turns that carry 40,000 tokens, nearly all of them read from the cache. */
const documentRun: Micros = 250_000;
/** A builder takes about twice the turns of a phase, and every third task a second round. */
const taskRun: Micros = 600_000;
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
  const p50Micros = documentsOf[ceremony] * documentRun + tasks * taskRun;
  return { p50Micros, p90Micros: Math.round(p50Micros * spread), basis: 'prior' };
}
