import { describe, expect, it } from 'vitest';
import { type Evaluation, evaluateRequirements } from '#core/spec/evaluate.ts';
import { Requirements } from '#core/spec/requirements.ts';
import { vagueWords } from '#core/spec/rules/words.ts';
import { requirements, ticket } from '../samples.ts';

const required = (document: Requirements, previous?: Requirements) =>
  evaluateRequirements({ document, previous, ticket, upstream: {}, approved: {} });
const codes = ({ blockers }: Evaluation) => blockers.map(({ code, at }) => [code, at]);
const weak = ({ findings }: Evaluation) => findings.map(({ code }) => code);

/** The sample requirements with one requirement replaced in part. */
function withRequirement(index: number, change: Record<string, unknown>): Requirements {
  const list = requirements.requirements.map((item, place) =>
    place === index ? { ...item, ...change } : item,
  );
  return Requirements.parse({ ...requirements, requirements: list });
}

describe('requirements', () => {
  it('are blocked by a sentence that does not parse, with what is missing and where', () => {
    const evaluation = required(withRequirement(0, { text: 'When a code comes the cart shall show it.' }));
    expect(evaluation.pass).toBe(false);
    expect(evaluation.blockers).toEqual([
      { code: 'ears-syntax', message: 'REQ-1: no comma after the trigger at 17', at: '/requirements/0/text' },
    ]);
  });

  it('are blocked by a declared pattern that is not the one of the sentence', () => {
    const evaluation = required(withRequirement(1, { ears: 'event' }));
    expect(codes(evaluation)).toEqual([['ears-pattern', '/requirements/1/ears']]);
    expect(evaluation.blockers[0]?.message).toContain("declared 'event', but the sentence is 'unwanted'");
  });

  it('are blocked when one has no criterion, or when there are none', () => {
    expect(codes(required(withRequirement(1, { criteria: [] })))).toEqual([
      ['criterion-missing', '/requirements/1/criteria'],
    ]);
    expect(codes(required({ ...requirements, requirements: [] }))).toEqual([
      ['no-requirements', '/requirements'],
    ]);
  });

  it('are blocked by an id that stands twice', () => {
    const criteria = requirements.requirements[0]?.criteria.map((criterion) => ({
      ...criterion,
      id: 'REQ-1.1',
    }));
    expect(codes(required(withRequirement(0, { criteria })))).toEqual([
      ['duplicate-id', '/requirements/0/criteria/1/id'],
    ]);
    expect(codes(required(withRequirement(1, { id: 'REQ-1' })))).toContainEqual([
      'duplicate-id',
      '/requirements/1/id',
    ]);
  });

  it('are blocked by a criterion under a requirement that its id does not name', () => {
    const criteria = [{ id: 'REQ-20.1', text: 'The code NOPE is refused', kind: 'example' }];
    expect(codes(required(withRequirement(1, { criteria })))).toEqual([
      ['criterion-misplaced', '/requirements/1/criteria/0/id'],
    ]);
  });
});

describe('the score of requirements', () => {
  it.each(['works well', 'is refused correctly', 'behaves as expected'])(
    'tells that a criterion which %s is vague',
    (words) => {
      expect(vagueWords(`The cart ${words} with a coupon.`)).toHaveLength(1);
      expect(vagueWords(`The cart says "${words}".`)).toEqual([]);
    },
  );

  it('falls for vague words, but not for quoted ones', () => {
    const vague = required(
      withRequirement(0, { text: 'When a code comes, the cart shall be fast, user-friendly etc.' }),
    );
    expect(vague.findings).toEqual([
      {
        code: 'vague-words',
        message: 'Say it so that a check can answer: REQ-1 ("fast", "user-friendly", "etc")',
        at: '',
        weight: 0.18,
      },
    ]);
    expect(
      weak(required(withRequirement(0, { text: 'When a code comes, the cart shall show "fast".' }))),
    ).toEqual([]);
  });

  it('falls for properties without a hint, by their share; an example says itself what goes in', () => {
    const criterion = { id: 'REQ-2.1', text: 'Every code that is not known is refused' };
    const without = (kind: string) => withRequirement(1, { criteria: [{ ...criterion, kind }] });
    expect(required(without('property')).findings).toEqual([
      { code: 'no-hint', message: 'Say what inputs to draw (hint): REQ-2.1', at: '', weight: 0.067 },
    ]);
    expect(required(without('example')).findings).toEqual([]);
  });

  it('falls when there are too many for the ticket', () => {
    const many = Array.from({ length: 12 }, (_, index) => ({
      ...requirements.requirements[0],
      id: `REQ-${index + 1}`,
      criteria: [{ id: `REQ-${index + 1}.1`, text: `Case ${index}`, kind: 'example', hint: 'Look' }],
    }));
    expect(weak(required(Requirements.parse({ ...requirements, requirements: many })))).toEqual(['too-many']);
  });

  it("falls for a second 'shall' and for a condition behind the response", () => {
    const compound = 'When a code comes, the cart shall show it and the log shall name it.';
    expect(weak(required(withRequirement(0, { text: compound })))).toEqual(['compound']);
    const trailing = { ears: 'ubiquitous', text: 'The cart shall show the total when a code comes.' };
    expect(weak(required(withRequirement(0, trailing)))).toEqual(['trailing-condition']);
  });

  it('is too low when every statement is vague and no property says what inputs to draw', () => {
    const text = 'The cart shall be fast.';
    const criteria = [{ id: 'REQ-1.1', text: 'It is quick', kind: 'property' }];
    const [first] = requirements.requirements;
    const document = Requirements.parse({
      ...requirements,
      requirements: [{ ...first, ears: 'ubiquitous', text, criteria }],
    });
    expect(required(document)).toMatchObject({ pass: false, score: 0.5, blockers: [] });
  });
});

describe('ids across versions', () => {
  it('may keep their thing under other words', () => {
    const text = 'When a shopper enters a known coupon code, the cart shall subtract its value from the sum.';
    expect(weak(required(withRequirement(0, { text }), requirements))).toEqual([]);
  });

  it('are found out when they stand for something else wholesale', () => {
    const text = 'When an invoice is printed, the archive shall keep a copy for ten years.';
    expect(required(withRequirement(0, { text }), requirements).findings).toEqual([
      expect.objectContaining({
        code: 'id-reused',
        message: expect.stringContaining('REQ-1 now says something else'),
      }),
    ]);
  });

  it('are found out when two things swapped them', () => {
    const [one, two] = requirements.requirements;
    const swapped = [
      { ...two, id: 'REQ-1', criteria: one?.criteria },
      { ...one, id: 'REQ-2', criteria: two?.criteria },
    ];
    const { findings } = required(
      Requirements.parse({ ...requirements, requirements: swapped }),
      requirements,
    );
    expect(findings[0]?.message).toContain('REQ-1 is now REQ-2, REQ-2 is now REQ-1');
  });

  it('are compared by character in scripts without spaces', () => {
    const before = withRequirement(0, { text: 'When 購入者が来る, the カート shall 合計金額を表示する.' });
    const near = withRequirement(0, { text: 'When 購入者が来る, the カート shall 合計金額を表示します.' });
    const far = withRequirement(0, { text: 'When 夜になる, the 倉庫 shall 扉を閉め切る.' });
    expect([weak(required(near, before)), weak(required(far, before))]).toEqual([[], ['id-reused']]);
  });

  it('may be removed and added freely', () => {
    const first = Requirements.parse({
      ...requirements,
      requirements: requirements.requirements.slice(0, 1),
    });
    expect([weak(required(first, requirements)), weak(required(requirements, first))]).toEqual([[], []]);
  });
});
