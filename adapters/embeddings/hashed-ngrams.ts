/**
 * Embeddings without a model: words, pairs of words and pieces of words, hashed into 384 dimensions.
 *
 * Lexical, not semantic: it finds texts that share words or parts of words (near-duplicates, the same error message),
 * not paraphrases. What it offers is that nothing is downloaded and the same text always gives the same vector.
 */
import type { Embedder } from '#core/memory/ports.ts';

/** The vector's length; also that of the store's column. */
const dimensions = 384;
/** Pieces of words of this many letters: three and four tell stems and endings apart, longer ones rarely meet again. */
const pieceLengths = [3, 4];
/** Whole words say most, their pieces catch inflections, pairs catch order. */
const weights = { word: 1, pair: 0.6, piece: 0.35 };

/** The embedder that stands in where no embedding model is configured. */
export const hashedNgrams: Embedder = {
  model: 'hashed-ngrams-384',
  embed: async (text) => hashedVector(text),
};

/** The text's vector, of length 1; a text without words gets the first axis, so that a distance is always defined. */
export function hashedVector(text: string): number[] {
  const counts = new Map<number, number>();
  const words =
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  const add = (feature: string, weight: number) => {
    const hash = fnv1a(feature);
    counts.set(hash, (counts.get(hash) ?? 0) + weight);
  };
  words.forEach((word, index) => {
    add(word, weights.word);
    const next = words[index + 1];
    if (next !== undefined) add(`${word} ${next}`, weights.pair);
    for (const piece of piecesOf(word)) add(piece, weights.piece);
  });
  return normalized(counts);
}

/** Pieces with the word's ends marked, `^lo`, `oan`, `an$`: a beginning is not an ending. */
function* piecesOf(word: string): Generator<string> {
  const marked = `^${word}$`;
  for (const length of pieceLengths) {
    for (let at = 0; at + length <= marked.length; at += 1) yield marked.slice(at, at + length);
  }
}

function normalized(counts: ReadonlyMap<number, number>): number[] {
  const vector = new Array<number>(dimensions).fill(0);
  for (const [hash, count] of counts) {
    const at = hash % dimensions;
    // The hash's top bit gives a sign, so that features which meet in one dimension cancel as often as they add up.
    const sign = hash >= 0x80000000 ? -1 : 1;
    // Damped: the tenth mention of a word says little more than the third.
    vector[at] = (vector[at] ?? 0) + sign * Math.log1p(count);
  }
  const length = Math.hypot(...vector);
  if (length === 0) return vector.map((_, at) => (at === 0 ? 1 : 0));
  return vector.map((value) => value / length);
}

/** FNV-1a over UTF-16 code units, 32 bits, with a final mix so that the low bits depend on all of the text. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return (hash ^ (hash >>> 16)) >>> 0;
}
