/** The one table of models: ids, prices and limits. Prices are USD a million tokens, list prices of November 2026. */
import type { Price } from '../cost/ledger.ts';

export interface Model {
  readonly id: string;
  readonly price: Price;
  /** Input window in tokens. */
  readonly window: number;
  /** Most output tokens that the platform asks for in one answer. */
  readonly maxOutput: number;
}

const standard: Price = { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 };

/** Known models; the first is the default. */
export const models: readonly Model[] = [
  { id: 'claude-sonnet-4-5', price: standard, window: 200_000, maxOutput: 16_000 },
  {
    id: 'claude-opus-4-5',
    price: { input: 5, output: 25, cacheRead: 0.5, cacheWrite: 6.25 },
    window: 200_000,
    maxOutput: 16_000,
  },
  {
    id: 'claude-haiku-4-5',
    price: { input: 1, output: 5, cacheRead: 0.1, cacheWrite: 1.25 },
    window: 200_000,
    maxOutput: 16_000,
  },
];

/** The dearest price known; an unknown model is charged as this, so that the ceiling holds. */
const dearest: Price = { input: 15, output: 75, cacheRead: 1.5, cacheWrite: 18.75 };

/** The model of that id, dated variants included; an unknown one gets the dearest price and a careful window. */
export function modelOf(id: string): Model {
  return (
    models.find((model) => id === model.id || id.startsWith(`${model.id}-`)) ?? {
      id,
      price: dearest,
      window: 200_000,
      maxOutput: 16_000,
    }
  );
}
