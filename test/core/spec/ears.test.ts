import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEars } from '#core/spec/ears.ts';

function parsed(text: string) {
  const result = parseEars(text);
  if (!result.ok) throw new Error(`${text}: ${JSON.stringify(result.errors)}`);
  const clauses = result.clauses.map(({ keyword, text: words }) => [keyword, words]);
  return { pattern: result.pattern, clauses, system: result.system, response: result.response };
}

function errors(text: string) {
  const result = parseEars(text);
  return result.ok ? [] : result.errors.map(({ code, at }) => [code, at]);
}

describe('the five patterns', () => {
  it.each([
    ['ubiquitous', 'The cart shall show the total.', []],
    ['event', 'When a code is entered, the cart shall show the total.', [['when', 'a code is entered']]],
    ['state', 'While the cart is open, the cart shall show the total.', [['while', 'the cart is open']]],
    [
      'optional',
      'Where coupons are included, the cart shall show the total.',
      [['where', 'coupons are included']],
    ],
    [
      'unwanted',
      'If the code is unknown, then the cart shall show the total.',
      [['if', 'the code is unknown']],
    ],
  ])('reads %s', (pattern, text, clauses) => {
    expect(parsed(text)).toEqual({ pattern, clauses, system: 'cart', response: 'show the total' });
  });
});

describe('combinations', () => {
  it.each([
    ['event', 'While A, when B, the S shall R.', ['while', 'when']],
    ['unwanted', 'While A, if B, then the S shall R.', ['while', 'if']],
    ['unwanted', 'When A, if B, then the S shall R.', ['when', 'if']],
    ['unwanted', 'Where A, while B, if C, then the S shall R.', ['where', 'while', 'if']],
    ['unwanted', 'Where A, while B, when C, if D, then the S shall R.', ['where', 'while', 'when', 'if']],
    ['state', 'Where A, while B, the S shall R.', ['where', 'while']],
    ['state', 'While A, while B, the S shall R.', ['while', 'while']],
    ['event', 'Where A, when B, the S shall R.', ['where', 'when']],
  ])('have the pattern of the strongest keyword: %s of "%s"', (pattern, text, keywords) => {
    const result = parsed(text);
    expect(result.pattern).toBe(pattern);
    expect(result.clauses.map(([keyword]) => keyword)).toEqual(keywords);
  });

  it('take a keyword out of order as prose of its clause', () => {
    expect(
      parsed('When a shopper opens the page, where the cart is shown, the cart shall load.'),
    ).toMatchObject({
      pattern: 'event',
      clauses: [['when', 'a shopper opens the page, where the cart is shown']],
    });
  });

  it('take turns of phrase such as "if any" as prose', () => {
    expect(parsed('When the items, if any, are removed, the cart shall be empty.')).toMatchObject({
      pattern: 'event',
    });
  });
});

describe('free form', () => {
  it('allows commas inside a clause and in the response', () => {
    expect(
      parsed('When a guest, a member, or the owner signs in, the shop shall greet, log, and go on.'),
    ).toEqual({
      pattern: 'event',
      clauses: [['when', 'a guest, a member, or the owner signs in']],
      system: 'shop',
      response: 'greet, log, and go on',
    });
  });

  it('allows "then" inside an If clause', () => {
    expect(parsed('If a file is read and then deleted, then the shop shall stop.').clauses).toEqual([
      ['if', 'a file is read and then deleted'],
    ]);
  });

  it('allows any case, line breaks, spare white space and no final period', () => {
    expect(parsed('\n  WHEN  a code\n is entered ,\n THE cart SHALL\n show it ')).toEqual({
      pattern: 'event',
      clauses: [['when', 'a code is entered']],
      system: 'cart',
      response: 'show it',
    });
  });

  it('allows any script', () => {
    expect(parsed('When der Käufer „Äpfel“ wählt, the Über-Korb shall 表示する 🍏。')).toMatchObject({
      system: 'Über-Korb',
      response: '表示する 🍏',
    });
  });

  it('does not look for words inside quotes, code and brackets', () => {
    expect(
      parsed('When the shopper says "stop, the cart shall go" (now, if ever), `omoi, x` shall stop.'),
    ).toMatchObject({
      pattern: 'event',
      system: '`omoi, x`',
      response: 'stop',
    });
  });

  it('does not take inches or an apostrophe for quotes', () => {
    expect(parsed('When a 5" disc is put in, the 3" drive\'s lamp shall glow.')).toMatchObject({
      system: '3" drive\'s lamp',
    });
  });

  it('allows a system that is a plain name, and "shall not"', () => {
    expect(parsed('OmoiOS shall not poll.')).toMatchObject({ system: 'OmoiOS', response: 'not poll' });
    expect(parsed('When idle, OmoiOS shall not poll.')).toMatchObject({ system: 'OmoiOS' });
  });

  it('says where each clause begins', () => {
    const result = parseEars('While a, when b, the s shall r');
    expect(result.ok && result.clauses.map(({ at }) => at)).toEqual([0, 9]);
  });
});

describe('errors', () => {
  it.each([
    ['When a code is entered the cart shall show it.', 'no-comma', 22],
    ['When the codes, old and new, are entered', 'shall-missing', 29],
    ['When the user, the admin, or a bot signs in the cart shall show it.', 'no-comma', 43],
    ['While open, when a code comes the cart shall show it.', 'no-comma', 29],
    ['If a code is unknown, the cart shall show it.', 'then-missing', 22],
    ['If a code is unknown the cart shall show it.', 'then-missing', 20],
    ['If a code is unknown then the cart shall show it.', 'no-comma', 20],
    ['If a is read, then removed, the cart shall show it.', 'then-missing', 28],
    ['When a code comes, then the cart shall show it.', 'then-without-if', 19],
    ['If a code comes, then while open, the cart shall show it.', 'misplaced-clause', 22],
    ['The cart, when open, shall show it.', 'misplaced-clause', 10],
    ['Upon login, the cart shall show it.', 'unknown-clause', 0],
    ['The cart should show it.', 'wrong-modal', 9],
    ['When the shopper can pay, the cart must show it.', 'wrong-modal', 35],
    ['The cart shows it.', 'shall-missing', 0],
    ['When a code comes, the cart shows it.', 'shall-missing', 19],
    ['The cart shall', 'response-missing', 14],
    ['The cart shall ...', 'response-missing', 14],
    ['The shall show it.', 'system-missing', 4],
    ['Shall show it.', 'system-missing', 0],
    ['If a code comes, then shall show it.', 'system-missing', 22],
    ['When , the cart shall show it.', 'empty-clause', 0],
    ['While open, when, the cart shall show it.', 'empty-clause', 12],
    ['', 'empty-text', 0],
    ['  \n', 'empty-text', 0],
  ])('%j lacks something: %s at %d', (text, code, at) => {
    expect(errors(text)).toEqual([[code, at]]);
  });

  it('come together when several things are missing', () => {
    expect(errors('When , the shall.')).toEqual([
      ['empty-clause', 0],
      ['system-missing', 11],
      ['response-missing', 16],
    ]);
  });

  it('say in words what is missing', () => {
    const messages = ['When x the s shall r', 'If x, the s shall r', 'The s should r', 'The s shall'].map(
      (text) => {
        const result = parseEars(text);
        return result.ok ? '' : result.errors[0]?.message;
      },
    );
    expect(messages).toEqual([
      'no comma after the trigger at 6',
      "'then' missing after the If clause at 6",
      "'should' at 6 where 'shall' is needed",
      'response is empty at 11',
    ]);
  });
});

const nouns = fc.constantFrom(
  'shopper',
  'Käufer',
  '商品',
  'coupon',
  'thenar',
  'iffy item',
  'whenever-flag',
  '"a, shall b"',
);
const verbs = fc.constantFrom(
  'arrives',
  'is removed',
  'läuft',
  'waits (then goes, if ever)',
  'sees `x, the y shall`',
);
const phrase = fc.tuple(nouns, verbs).map(([noun, verb]) => `the ${noun} ${verb}`);
const clause = fc.array(phrase, { minLength: 1, maxLength: 3 }).map((phrases) => phrases.join(', or '));
const optional = fc.option(clause, { nil: undefined });
const system = fc.constantFrom('cart', 'payment service', 'Über-Korb', 'カート', 'OmoiOS gateway');
const response = fc
  .array(fc.constantFrom('show the total', 'log it, when asked', 'antworten', 'wait 3.5 s', 'say "no."'), {
    minLength: 1,
    maxLength: 3,
  })
  .map((parts) => parts.join(', and '));
const space = fc.constantFrom(' ', '  ', '\n', '\r\n\t');
const shape = fc.record({
  where: optional,
  while: optional,
  when: optional,
  if: optional,
  system,
  response,
  space,
  upper: fc.boolean(),
  period: fc.constantFrom('.', '', ' .'),
});

describe('generated sentences', () => {
  it('parse back to what they were made from', () => {
    fc.assert(
      fc.property(shape, (made) => {
        const keywords = ['where', 'while', 'when', 'if'] as const;
        const present = keywords.flatMap((keyword) =>
          made[keyword] === undefined ? [] : [[keyword, made[keyword]]],
        );
        const word = (text: string) => (made.upper ? text.toUpperCase() : text);
        const front = present.map(([keyword, text]) => `${word(keyword ?? '')} ${text},`);
        const main = `${made.if === undefined ? '' : `${word('then')} `}${word('the')} ${made.system} ${word('shall')} ${made.response}`;
        const text = [...front, main].join(' ').replaceAll(' ', made.space) + made.period;
        const patterns = { where: 'optional', while: 'state', when: 'event', if: 'unwanted' } as const;
        const principal = keywords.findLast((keyword) => made[keyword] !== undefined);
        expect(parsed(text)).toEqual({
          pattern: principal ? patterns[principal] : 'ubiquitous',
          clauses: present,
          system: made.system,
          response: made.response,
        });
      }),
      { numRuns: 500 },
    );
  });

  it('never throw, and every error lies within the text', () => {
    const words = fc.constantFrom(
      'When',
      'if',
      'then',
      ',',
      'shall',
      'the',
      'while',
      'where',
      'x',
      '"',
      '(',
      '`',
      '.',
      '\n',
      'should',
      '🍏',
    );
    const noise = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(words).map((parts) => parts.join(' ')),
      fc.array(words).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(noise, (text) => {
        const result = parseEars(text);
        if (result.ok) {
          expect([result.system, result.response]).not.toContain('');
          return;
        }
        expect(result.errors.length).toBeGreaterThan(0);
        for (const { at } of result.errors) expect(at >= 0 && at <= text.length).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});
