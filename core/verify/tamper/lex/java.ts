import { blockEnd, type Lexicon, quotedEnd } from './token.ts';

/** Java; close enough for Kotlin and Groovy build scripts. */
export const java: Lexicon = {
  lineComments: ['//'],
  blockComment: ['/*', '*/'],
  stringEnd(text, at) {
    if (text.startsWith('"""', at)) return blockEnd(text, at + 3, '"""', true);
    const character = text[at];
    return character === '"' || character === "'" ? quotedEnd(text, at, character) : at;
  },
};
