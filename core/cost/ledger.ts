/**
 * Money: what a model call costs, and the ledger that keeps a ticket below its ceiling.
 */
import { z } from 'zod';
import { Micros } from '../id.ts';

/** USD for a million tokens, by kind. */
export interface Price {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  /** Five-minute cache entries. */
  readonly cacheWrite: number;
}

/** Tokens of one call by kind; `input` excludes what was read from or written to the cache, as in the Messages API. */
export const Usage = z.object({
  input: z.number().int().nonnegative(),
  output: z.number().int().nonnegative(),
  cacheRead: z.number().int().nonnegative(),
  cacheWrite: z.number().int().nonnegative(),
});
export type Usage = z.infer<typeof Usage>;

/** Prices have at most three decimals (`0.125`), so a thousandth of a micro-USD a token is a whole number. */
const thousandths = (usd: number) => Math.round(usd * 1000);

/** The cost of a call in micro-USD, rounded up: tokens x USD per million is micro-USD already. */
export function cost(usage: Usage, price: Price): Micros {
  const sum =
    usage.input * thousandths(price.input) +
    usage.output * thousandths(price.output) +
    usage.cacheRead * thousandths(price.cacheRead) +
    usage.cacheWrite * thousandths(price.cacheWrite);
  return Math.ceil(sum / 1000);
}

/**
 * The most that a call can cost: every byte of the request as a token written to the cache (no tokenizer makes more
 * tokens than there are UTF-8 bytes; 3 bytes a token is what text and code reach at worst in practice, so bytes / 2
 * leaves room), and the whole of `max_tokens` answered.
 */
export function worstCase(requestBytes: number, maxTokens: number, price: Price): Micros {
  const dearest = { ...price, input: Math.max(price.input, price.cacheWrite) };
  return cost(
    { input: Math.ceil(requestBytes / 2), output: maxTokens, cacheRead: 0, cacheWrite: 0 },
    dearest,
  );
}

/** Micro-USD as USD, `0.42`; calls cost cents, so a sum of one call wants three digits. */
export function usd(micros: Micros, digits = 2): string {
  return (micros / 1_000_000).toFixed(digits);
}

/** What stands in a ticket's ledger. `limit - spent - reserved` is free. */
export const Balance = z.object({ limit: Micros, spent: Micros, reserved: Micros });
export type Balance = z.infer<typeof Balance>;
