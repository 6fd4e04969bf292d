import { blockEnd, type Lexicon, quotedEnd } from './token.ts';

/** Go. */
export const go: Lexicon = {
  lineComments: ['//'],
  blockComment: ['/*', '*/'],
  stringEnd(text, at) {
    const character = text[at];
    if (character === '`') return blockEnd(text, at + 1, '`');
    return character === '"' || character === "'" ? quotedEnd(text, at, character) : at;
  },
};
