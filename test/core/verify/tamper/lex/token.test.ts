import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { go } from '#core/verify/tamper/lex/go.ts';
import { java } from '#core/verify/tamper/lex/java.ts';
import { javascript } from '#core/verify/tamper/lex/javascript.ts';
import { python } from '#core/verify/tamper/lex/python.ts';
import { rust } from '#core/verify/tamper/lex/rust.ts';
import { type Lexicon, scan } from '#core/verify/tamper/lex/token.ts';

const texts = (lexicon: Lexicon, text: string) => scan(text, lexicon).tokens.map((token) => token.text);
const strings = (lexicon: Lexicon, text: string) =>
  scan(text, lexicon).tokens.flatMap((token) => (token.kind === 'string' ? [token.text] : []));

const template = '`x $' + '{b(`y $' + '{"}"}`)} z`';

describe('the scanner', () => {
  it.each<[string, Lexicon, string, string[]]>([
    ['a template within a template', javascript, `a(${template})`, [template]],
    ['a regular expression with a quote', javascript, 'x.replace(/["/]/g, 1)', ['/["/]/g']],
    ['a division', javascript, 'a / b / c', []],
    ['a string that is never closed, to its line', javascript, 'a = "b\nc', ['"b']],
    ['a triple quoted string', python, 'a = f"""b "c" \n"""; d', ['f"""b "c" \n"""']],
    ['a raw string of Go', go, 'a := `b "\\`', ['`b "\\`']],
    ['a raw string with hashes', rust, 'let a = r##"b "# c"##;', ['r##"b "# c"##']],
    ['a character, not a lifetime', rust, "fn a<'b>(c: &'b str) { d('\"') }", ["'\"'"]],
    ['a text block', java, 'a = """\n  "b"\n  """;', ['"""\n  "b"\n  """']],
  ])('reads %s', (_, lexicon, text, expected) => {
    expect(strings(lexicon, text)).toEqual(expected);
  });

  it('leaves comments out, nested ones of Rust too', () => {
    expect(texts(rust, 'a /* b /* c */ d */ e // f')).toEqual(['a', 'e']);
    expect(texts(python, 'a # b\nc')).toEqual(['a', 'c']);
  });

  it('keeps every character that is no white space, whatever the text', () => {
    for (const lexicon of [javascript, python, go, rust, java])
      fc.assert(
        fc.property(fc.string({ unit: fc.constantFrom(...'ab1"\'`/*#$', ...'{}()[]\\\n r.') }), (text) => {
          const { tokens, comments } = scan(text, lexicon);
          const kept = [...tokens, ...comments].map((token) => token.text).join('');
          expect(kept.replace(/\s/g, '')).toHaveLength(text.replace(/\s/g, '').length);
        }),
      );
  });

  it('pairs brackets, and leaves alone what has no partner', () => {
    expect(scan('a)b(c', javascript).partner.filter((at) => at !== undefined)).toEqual([]);
    expect(scan('(a)', javascript).partner).toEqual([2, undefined, 0]);
  });
});
