/** Words and spans of a sentence, for the parser of EARS. Offsets count UTF-16 code units. */

/** A word that was found: as written, from `at` up to but without `end`. */
export interface Found {
  readonly text: string;
  readonly at: number;
  readonly end: number;
}

/** Matches whole words of any script's neighbourhood, in any case; a hyphen binds, so `when-clause` is one word. */
export function word(alternatives: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}_-])(?:${alternatives})(?![\\p{L}\\p{N}_-])`, 'giu');
}

/** The first match at or after `from`; the boundary in front of it is looked at too. */
export function nextWord(pattern: RegExp, text: string, from: number): Found | undefined {
  const search = new RegExp(pattern);
  search.lastIndex = from;
  const match = search.exec(text);
  return match ? { text: match[0], at: match.index, end: match.index + match[0].length } : undefined;
}

/**
 * The text with quoted, code and bracketed parts blotted out, at the same length.
 * A quotation mark behind a letter or digit opens nothing: it means inches or an apostrophe.
 */
export function mask(text: string): string {
  const opaque = /`[^`]*`|(?<![\p{L}\p{N}])"[^"]*"(?![\p{L}\p{N}])|“[^”]*”|«[^»]*»|\([^()]*\)|\[[^[\]]*\]/gu;
  return text.replace(opaque, (part) => '_'.repeat(part.length));
}

/** The span without white space at either end; empty (`from === to`) when there is nothing else. */
export function trimmedSpan(text: string, from: number, to: number): { from: number; to: number } {
  const span = text.slice(from, to);
  const end = from + span.trimEnd().length;
  return { from: Math.min(to, from + span.length - span.trimStart().length), to: Math.max(end, from) };
}
