/** What a bench measures, and the numbers that say something about many measurements. */
import type { Language } from './kill/plan.ts';

/** One figure. A goal that is missed is still a figure. */
export interface Figure {
  readonly metric: string;
  readonly value: number | string;
  readonly unit: string;
  /** What it should be, such as `<= 10`; null where there is nothing to reach. */
  readonly goal?: string;
  /** The same without the platform, or without what is measured: what the value is to be seen beside. */
  readonly against?: { readonly what: string; readonly value: number };
}

/** What a bench is given. */
export interface Desk {
  report(figure: Figure): void;
  /** One line for whoever waits. */
  progress(line: string): void;
  /** How many points `kill` takes of those there are. */
  readonly points: number | 'all';
  /** How many of them lie on one road. */
  readonly deaths: number;
  /** Whether everything that takes long is measured, too. */
  readonly full: boolean;
  /** Whose road `kill` walks. */
  readonly language: Language;
}

/** A bench of its own name. */
export interface Bench {
  readonly name: string;
  readonly summary: string;
  run(desk: Desk): Promise<void>;
}

/** The value below which `share` of the values lie; the smallest such value. Throws on nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * share) - 1))];
  if (value === undefined) throw new Error('Nothing was measured.');
  return value;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Rounded to what the measurement can tell: thousandths. */
export function rounded(value: number, digits = 3): number {
  return Number(value.toFixed(digits));
}
