import { beforeAll, describe, expect, it } from 'vitest';
import { idleCost, total, UnknownCost } from '../../infra/cost/idle.ts';
import { prices, unverified } from '../../infra/cost/prices.ts';
import { ticketCost } from '../../infra/cost/ticket.ts';
import { type Synthesized, synthesize } from './synth.ts';

let dev: Synthesized;
beforeAll(() => {
  dev = synthesize();
}, 300_000);

describe('money', () => {
  it('is at most 3 USD a month while nobody uses it', () => {
    expect(total(idleCost(dev.resources))).toBeLessThanOrEqual(3);
  });

  it('is not guessed: a resource that nobody has looked up is refused', () => {
    const lake = { Type: 'AWS::Lake::House', Properties: {} };
    expect(() => idleCost([lake])).toThrow(UnknownCost);
  });

  it('counts what is paid by the hour', () => {
    const nat = { Type: 'AWS::EC2::NatGateway', Properties: {} };
    expect(total(idleCost([nat]))).toBeCloseTo(0.045 * 730);
  });

  it('grows with the size of a ticket, and most of it is the model', () => {
    const all = (['direct', 'short', 'full'] as const).map(ticketCost);
    const aws = all.map(
      ({ sandboxes, database, functions, messages }) => sandboxes + database + functions + messages,
    );
    expect(aws).toEqual([...aws].sort((a, b) => a - b));
    for (const [index, { model }] of all.entries()) expect(model).toBeGreaterThan(aws[index] ?? Number.NaN);
  });

  it('is from public pages, each price with its own and with where its number was seen', () => {
    for (const { page } of Object.values(prices.prices))
      expect(page).toMatch(/^https:\/\/aws\.amazon\.com\//);
    // The instance is paid for with egress=nat-instance only.
    expect(unverified()).toEqual(['natInstanceHour']);
  });
});
