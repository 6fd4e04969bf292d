import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInput } from '#core/errors.ts';
import { derivePlan, deriveRequirements } from '#core/spec/direct.ts';
import { evaluatePlan, evaluateRequirements } from '#core/spec/evaluate.ts';
import { directExploration, exploration, ticket } from './samples.ts';

describe('a direct ticket', () => {
  it('becomes one requirement with the criteria of the exploration', () => {
    const { requirements } = deriveRequirements(ticket, directExploration);
    expect(
      requirements.map(({ id, title, ears, criteria }) => [id, title, ears, criteria.map((c) => c.id)]),
    ).toEqual([['REQ-1', 'Coupons in the cart', 'ubiquitous', ['REQ-1.1', 'REQ-1.2']]]);
    expect(requirements[0]?.criteria[1]).toEqual({
      id: 'REQ-1.2',
      text: 'The total is at least 0 for every coupon',
      kind: 'property',
    });
  });

  it('takes for granted what the explorer would have asked', () => {
    const questions = ['Does a coupon add up with another? Proposed: no.'];
    const { assumptions } = deriveRequirements(ticket, { ...directExploration, questions });
    expect(assumptions).toEqual(questions);
  });

  it('becomes one task that claims every criterion and writes what the exploration said', () => {
    const { tasks } = derivePlan(ticket, directExploration, deriveRequirements(ticket, directExploration));
    expect(tasks).toEqual([
      expect.objectContaining({
        key: 'T1',
        title: ticket.title,
        // The ticket stands beside the plan wherever that is read.
        goal: 'What the ticket asks.',
        dependsOn: [],
        criteria: ['REQ-1.1', 'REQ-1.2'],
        writes: ['src/cart/**', 'test/cart/**'],
        priority: 0,
      }),
    ]);
  });

  it('is refused without direct work', () => {
    expect(() => deriveRequirements(ticket, exploration)).toThrow(InvalidInput);
    const empty = { ...exploration, direct: { criteria: [], writes: [] } };
    expect(() => deriveRequirements(ticket, empty)).toThrow(InvalidInput);
  });

  it('derives documents without blockers and always the same, whatever its words', () => {
    const words = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc.constantFrom('', '“shall”', 'a "b', '`(`, the cart shall', '👍'.repeat(150)),
    );
    fc.assert(
      fc.property(words, words, (title, description) => {
        const any = { title, description };
        const requirements = deriveRequirements(any, directExploration);
        const plan = derivePlan(any, directExploration, requirements);
        const versions = { upstream: {}, approved: {} };
        expect(evaluateRequirements({ document: requirements, ticket: any, ...versions })).toMatchObject({
          pass: true,
        });
        expect(evaluatePlan({ document: plan, requirements, ...versions })).toMatchObject({ pass: true });
        expect(deriveRequirements(any, directExploration)).toEqual(requirements);
      }),
    );
  });

  it('cuts a title that is too long between characters', () => {
    const [requirement] = deriveRequirements(
      { title: `x${'👍'.repeat(150)}`, description: '' },
      directExploration,
    ).requirements;
    expect(requirement?.title).toBe(`x${'👍'.repeat(99)}…`);
  });
});
