/** What words give away: vagueness that no check can answer, and whether two texts tell of the same thing. */

/** Words that two readers understand differently; each phrase is matched as whole words in any case. */
const vague = [
  'fast',
  'quick',
  'quickly',
  'slow',
  'user-friendly',
  'user friendly',
  'easy',
  'easily',
  'simple',
  'intuitive',
  'robust',
  'flexible',
  'efficient',
  'efficiently',
  'appropriate',
  'appropriately',
  'adequate',
  'sufficient',
  'reasonable',
  'seamless',
  'seamlessly',
  'as needed',
  'as required',
  'if possible',
  'where possible',
  'and so on',
  'and/or',
  'etc',
  'some',
  'several',
  'properly',
  'correctly',
  'works well',
  'work well',
  'as expected',
  'as intended',
  'gracefully',
  'nice',
  'modern',
  'state of the art',
  'tbd',
];

const pattern = new RegExp(
  `(?<![\\p{L}\\p{N}_-])(?:${[...vague].sort((a, b) => b.length - a.length).join('|')})(?![\\p{L}\\p{N}_-])`,
  'giu',
);

/** The vague words in a text, in lower case, each once. What is quoted or code is a name, not a claim. */
export function vagueWords(text: string): string[] {
  return [...new Set([...unquoted(text).matchAll(pattern)].map((match) => match[0].toLowerCase()))];
}

/** The text without what is quoted or code. */
export function unquoted(text: string): string {
  return text.replace(/`[^`]*`|"[^"]*"|“[^”]*”/gu, ' ');
}

/** Words that any requirement may have, whatever it tells of. */
const skeleton = new Set(
  'the a an of to in on for and or is are be with by it its that this when while where if then shall system'.split(
    ' ',
  ),
);

/** Scripts that write without spaces are compared by character. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

function tokens(text: string): Set<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const spread = words.flatMap((word) => (unspaced.test(word) ? [...word] : [word]));
  return new Set(spread.filter((word) => !skeleton.has(word)));
}

/** Share of common words (Jaccard index) in [0, 1]; two texts without words are alike. */
export function likeness(a: string, b: string): number {
  const [left, right] = [tokens(a), tokens(b)];
  const common = [...left].filter((word) => right.has(word)).length;
  const all = left.size + right.size - common;
  return all === 0 ? 1 : common / all;
}
