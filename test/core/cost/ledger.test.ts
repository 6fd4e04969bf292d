import fc from 'fast-check';
import { expect, test } from 'vitest';
import { models } from '#core/agent/models.ts';
import { cost, type Usage, worstCase } from '#core/cost/ledger.ts';

const none: Usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
const tokens = fc.nat({ max: 1_000_000 });
const usage = fc.record({ input: tokens, output: tokens, cacheRead: tokens, cacheWrite: tokens });
const price = fc.constantFrom(
  ...models.flatMap((model) => [model.price, ...(model.longPrompt ? [model.longPrompt.price] : [])]),
);

test('a million tokens cost their price in USD', () => {
  const sheet = { input: 2, output: 10, cacheRead: 0.1, cacheWrite: 2.5 };
  expect(cost({ ...none, input: 1_000_000 }, sheet)).toBe(2_000_000);
  expect(cost({ ...none, cacheRead: 1_000_000 }, sheet)).toBe(100_000);
  expect(cost(none, sheet)).toBe(0);
});

test('a part of a micro-USD is rounded up, and rounding never adds to a whole one', () => {
  const sheet = { input: 0.1, output: 0, cacheRead: 0, cacheWrite: 0 };
  expect(cost({ ...none, input: 1 }, sheet)).toBe(1);
  // 0.1 is no binary fraction: 70 times it is a hair more than 7.
  expect(cost({ ...none, input: 70 }, sheet)).toBe(7);
});

test('cost is exact for every usage and price on the list', () => {
  fc.assert(
    fc.property(usage, price, (used, sheet) => {
      const exact = (count: number, usd: number) => BigInt(count) * BigInt(Math.round(usd * 1000));
      const sum =
        exact(used.input, sheet.input) +
        exact(used.output, sheet.output) +
        exact(used.cacheRead, sheet.cacheRead) +
        exact(used.cacheWrite, sheet.cacheWrite);
      expect(BigInt(cost(used, sheet))).toBe((sum + 999n) / 1000n);
    }),
  );
});

test('more tokens never cost less', () => {
  fc.assert(
    fc.property(usage, usage, price, (a, b, sheet) => {
      const more = {
        input: a.input + b.input,
        output: a.output + b.output,
        cacheRead: a.cacheRead + b.cacheRead,
        cacheWrite: a.cacheWrite + b.cacheWrite,
      };
      expect(cost(more, sheet)).toBeGreaterThanOrEqual(cost(a, sheet));
      expect(cost(more, sheet)).toBeLessThanOrEqual(cost(a, sheet) + cost(b, sheet));
    }),
  );
});

test('the worst case covers every way in which the bytes of a request can be charged', () => {
  fc.assert(
    fc.property(usage, price, fc.nat({ max: 3 }), (used, sheet, slack) => {
      const bytes = 2 * (used.input + used.cacheRead + used.cacheWrite) + slack;
      const bound = worstCase(bytes, used.output, sheet);
      expect(Number.isInteger(bound)).toBe(true);
      expect(bound).toBeGreaterThanOrEqual(cost(used, sheet));
    }),
  );
});
