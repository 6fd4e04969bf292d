/**
 * The one table of models: ids, prices and limits. Prices are USD a million tokens, from the public price list as of
 * November 2026.
 */
import type { Price } from '../cost/ledger.ts';

/** A model that runs may use, with what it costs and holds. */
export interface Model {
  readonly id: string;
  readonly price: Price;
  /** A price that holds for every token of a call whose prompt is longer than `above` tokens. */
  readonly longPrompt?: { readonly above: number; readonly price: Price };
  /** Input window in tokens. */
  readonly window: number;
  /** Most output tokens that the platform asks for in one answer. */
  readonly maxOutput: number;
}

/** Known models; the first is the default. */
export const models: readonly [Model, ...Model[]] = [
  {
    id: 'claude-sonnet-5-5',
    price: { input: 2, output: 10, cacheRead: 0.1, cacheWrite: 2.5 },
    window: 1_000_000,
    maxOutput: 16_000,
  },
  {
    id: 'claude-opus-5-5',
    price: { input: 4, output: 20, cacheRead: 0.2, cacheWrite: 5 },
    window: 1_000_000,
    maxOutput: 16_000,
  },
  {
    id: 'claude-haiku-5-5',
    price: { input: 0.1, output: 0.5, cacheRead: 0.01, cacheWrite: 0.125 },
    longPrompt: { above: 100_000, price: { input: 0.5, output: 2.5, cacheRead: 0.05, cacheWrite: 0.625 } },
    window: 1_000_000,
    maxOutput: 16_000,
  },
];

/** The dearest price on the list; an unknown model is charged as this, so that the ceiling holds. */
const dearest: Price = { input: 15, output: 75, cacheRead: 1.5, cacheWrite: 18.75 };

/** What Bedrock puts before the name of a model, `eu.anthropic.` for one. */
const bedrockPrefix = /^(?:[a-z-]+\.)?anthropic\./;

/** The model of that id, dated variants and Bedrock's names included; an unknown one gets the dearest price and a careful window. */
export function modelOf(id: string): Model {
  const name = id.replace(bedrockPrefix, '');
  const known = models.find((model) => name === model.id || name.startsWith(`${model.id}-`));
  return known ?? { id, price: dearest, window: 200_000, maxOutput: 16_000 };
}

/** The price of a call whose prompt (input, cache reads and writes together) has this many tokens. */
export function priceOf(model: Model, promptTokens: number): Price {
  return model.longPrompt && promptTokens > model.longPrompt.above ? model.longPrompt.price : model.price;
}
