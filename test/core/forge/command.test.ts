import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asTitle, clean, cut, readCommand } from '#core/forge/command.ts';

const wish = (body: string) => readCommand(body)?.wish ?? null;

describe('a command', () => {
  it('is a line that begins with it, and what else the comment says goes along', () => {
    expect(readCommand('Hello.\r\n/omoi  Add coupons \r\nSoon, please.')).toEqual({
      wish: 'Add coupons',
      rest: 'Hello.\nSoon, please.',
    });
    expect(wish('/omoi')).toBe('');
    expect(readCommand('/omoi one\n/omoi two')).toEqual({ wish: 'one', rest: '/omoi two' });
  });

  it.each([
    ['in a fenced block', 'Like this:\n```\n/omoi x\n```'],
    ['in a block of tildes that holds other fences', '~~~~\n```\n~~~\n/omoi x\n~~~~'],
    ['in a block that nobody closes', '```sh\n/omoi x'],
    ['in an indented block', 'Type:\n\n    /omoi x'],
    ['after a tab', '\t/omoi x'],
    ['in a quoted reply', '> /omoi x\n\nNo, thanks.'],
    ['in a quote in a quote', '> > /omoi x'],
    ['in a hidden remark', 'Hello <!-- \n/omoi x\n--> there'],
    ['in a remark that nobody closes', '<!--\n/omoi x'],
    ['in HTML code', '<pre>\n/omoi x\n</pre>'],
    ['in a comment of ours', '/omoi x\n\n<!-- omoios: ticket TKT-1 -->'],
    ['in the middle of a line', 'please /omoi x'],
    ['with more letters', '/omoix y'],
    ['with a Cyrillic о', '/\u043emoi x'],
    ['with a full-width slash', '\uff0fomoi x'],
    ['with a zero-width space in it', '/om\u200boi x'],
    ['after a zero-width space', '\u200b/omoi x'],
    ['before a no-break space', '/omoi\u00a0x'],
  ])('is none %s', (_, body) => expect(readCommand(body)).toBeNull());

  it('after code or a quote is one', () => {
    expect(wish('```\n/omoi no\n```\n/omoi yes')).toBe('yes');
    expect(wish('> /omoi no\n\n/omoi yes')).toBe('yes');
    expect(wish('<!-- /omoi no -->\n/omoi yes')).toBe('yes');
  });

  it('is found in texts of any size and kind in the time that it takes to read them', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void readCommand(text)));
    for (const part of ['<pre>', '<!--', '```\n', '</pre ', '<code'])
      expect(wish(`/omoi x\n${part.repeat(60_000 / part.length)}`)).toBe('x');
  });
});

it('a title is one line without what turns or hides text, and never empty', () => {
  expect(asTitle('Pay\u202e$\u0000\n now\u200b', 'x')).toBe('Pay$ now');
  expect(asTitle('\u200b \u2066', 'https://e.org/issues/3')).toBe('https://e.org/issues/3');
  expect(asTitle('a'.repeat(300), 'x')).toHaveLength(200);
});

it('no text is cut in the middle of a pair, or holds what a row cannot', () => {
  expect(cut(`${'a'.repeat(199)}🎉`, 200)).toBe('a'.repeat(199));
  expect(clean('a\0b\ud83dc🎉')).toBe('ab\ufffdc🎉');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(50), (text, max) => {
      expect(/\p{Surrogate}/u.test(cut(clean(text), max))).toBe(false);
    }),
  );
});
