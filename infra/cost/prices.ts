/**
 * The dated price table, `infra/prices.json`: one region, public prices, each with AWS' page for it, and with a page on
 * which the number was seen. AWS' own pages fill their numbers in by script, so stored copies of most have none.
 */
import { z } from 'zod';
import table from '../prices.json' with { type: 'json' };

const Price = z.strictObject({
  usd: z.number().positive(),
  per: z.string(),
  /** What every account has of it at no charge, always. */
  free: z.number().positive().optional(),
  page: z.url(),
  /** Where a stored copy says this number, and of when that copy is by its own word; null: from memory, not verified. */
  seen: z.strictObject({ at: z.url(), dated: z.string().nullable() }).nullable(),
});

const Prices = z.strictObject({
  asOf: z.iso.date(),
  region: z.string(),
  currency: z.literal('USD'),
  prices: z.record(z.string(), Price),
});

/** Prices by name, with the date and region that they hold for. */
export const prices = Prices.parse(table);

/** Names of prices. */
export type PriceName = keyof (typeof table)['prices'];

/** USD for an amount, after what is free. */
export function priced(name: PriceName, amount: number): number {
  const price = prices.prices[name];
  if (price === undefined) throw new Error(`The price table has no ${name}.`);
  return Math.max(0, amount - (price.free ?? 0)) * price.usd;
}

/** Prices whose number was seen nowhere. */
export const unverified = (): string[] =>
  Object.entries(prices.prices).flatMap(([name, { seen }]) => (seen === null ? [name] : []));
