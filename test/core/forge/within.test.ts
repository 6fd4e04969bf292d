import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Ranked, within } from '#core/forge/within.ts';

const section = fc.record({
  head: fc.string({ maxLength: 20 }),
  lines: fc.array(fc.string({ maxLength: 40 }), { maxLength: 60 }),
  tail: fc.constantFrom('', '\n\n</details>'),
  rank: fc.option(fc.integer({ min: 0, max: 9 })),
});

const size = (sections: readonly Ranked[]) => within(sections, Number.MAX_SAFE_INTEGER, 'there').length;
/** What can never be cut: whole sections, heads and tails, and for each cut section its note. */
const floor = (sections: readonly Ranked[]) =>
  size(sections.map((one) => (one.rank === null ? one : { ...one, lines: [] }))) + sections.length * 40;

describe('a text within a limit', () => {
  it('is never longer than the limit, where heads and notes fit', () => {
    fc.assert(
      fc.property(fc.array(section, { maxLength: 6 }), fc.nat(2000), (sections, room) => {
        const limit = floor(sections) + room;
        expect(within(sections, limit, 'there').length).toBeLessThanOrEqual(limit);
      }),
    );
  });

  it('counts white space that a note keeps from the end', () => {
    const lines = ['       ', '        ', '', '       ', '      ', '', '      !', ''];
    const sections = [{ head: '', lines, tail: '', rank: 0 }];
    expect(within(sections, 41, 'there').length).toBeLessThanOrEqual(41);
  });

  it('is left alone when it fits', () => {
    const sections = [{ head: 'a\n', lines: ['1', '2'], tail: '', rank: 1 }];
    expect(within(sections, 6, 'there')).toBe('a\n1\n2\n');
  });

  it('cuts what matters least first and says how much', () => {
    const lines = Array.from({ length: 50 }, (_, index) => `line ${index}`);
    const sections = [
      { head: 'first\n', lines, tail: '', rank: 1 },
      { head: 'second\n', lines, tail: '</x>', rank: 2 },
    ];
    const text = within(sections, 600, 'there');
    expect(text).toContain('line 49\n\nsecond');
    expect(text).toMatch(/_\d+ lines more: there\._<\/x>/u);
  });
});
