import { blockEnd, type Lexicon, quotedEnd } from './token.ts';

/** Prefixes of strings have at most two letters: `rb`, `f`, `u`. */
const prefix = /[rRbBuUfFtT]/;

/** Python. */
export const python: Lexicon = {
  lineComments: ['#'],
  blockComment: null,
  stringEnd(text, at) {
    let quoteAt = at;
    while (quoteAt < at + 2 && prefix.test(text[quoteAt] ?? '')) quoteAt += 1;
    const quote = text[quoteAt];
    if (quote !== '"' && quote !== "'") return at;
    const triple = quote.repeat(3);
    if (text.startsWith(triple, quoteAt)) return blockEnd(text, quoteAt + 3, triple, true);
    return quotedEnd(text, quoteAt, quote);
  },
};
