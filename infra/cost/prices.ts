/** The dated price table, `infra/prices.json`: one region, public prices, each with the page that it is from. */
import { z } from 'zod';
import table from '../prices.json' with { type: 'json' };

const Price = z.strictObject({
  usd: z.number().positive(),
  per: z.string(),
  /** What every account has of it at no charge, always. */
  free: z.number().positive().optional(),
  page: z.url(),
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
