import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashedNgrams, hashedVector } from '#adapters/embeddings/hashed-ngrams.ts';

const likeness = (a: string, b: string) => {
  const other = hashedVector(b);
  return hashedVector(a).reduce((sum, value, at) => sum + value * (other[at] ?? 0), 0);
};

describe('hashed n-grams', () => {
  it('have 384 dimensions and length 1 for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
        const vector = hashedVector(text);
        expect(vector).toHaveLength(384);
        expect(Math.hypot(...vector)).toBeCloseTo(1, 10);
      }),
    );
  });

  it('are the same each time and name their model', async () => {
    expect(await hashedNgrams.embed('Retry with backoff')).toEqual(hashedVector('Retry with backoff'));
    expect(hashedNgrams.model).toBe('hashed-ngrams-384');
  });

  it('do not mind case, punctuation or the form of a letter', () => {
    expect(hashedVector('Über-Retry!')).toEqual(hashedVector('u\u0308ber retry'));
  });

  it('find near-duplicates nearer than related texts, and those nearer than others', () => {
    const text = 'The test of addDays fails because Sunday counts as an open day';
    const twin = 'The tests of addDays fail because Sunday counted as an open day';
    const related = 'Open days leave out Sunday and Monday';
    const other = 'Webhooks are verified with an HMAC signature';
    expect(likeness(text, twin)).toBeGreaterThan(0.7);
    expect(likeness(text, twin)).toBeGreaterThan(likeness(text, related));
    expect(likeness(text, related)).toBeGreaterThan(likeness(text, other));
    expect(Math.abs(likeness(text, other))).toBeLessThan(0.2);
  });
});
