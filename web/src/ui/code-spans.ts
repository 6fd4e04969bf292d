/** The code in a sentence of plain text, as Markdown marks it. Pure. */

/** A piece of the text; `code` is what stood between backticks. */
export interface Span {
  readonly kind: 'text' | 'code';
  /** Where it begins. */
  readonly at: number;
  readonly text: string;
}

/** A run of backticks, what it encloses, and a run of the same length. */
const marked = /(?<!`)(`+)(?!`)(.*?)(?<!`)\1(?!`)/gs;

/** Backticks that nothing closes are text; as in Markdown, one space within the marks on both sides belongs to these. */
export function codeSpans(text: string): Span[] {
  const spans: Span[] = [];
  let at = 0;
  for (const found of text.matchAll(marked)) {
    if (found.index > at) spans.push({ kind: 'text', at, text: text.slice(at, found.index) });
    spans.push({ kind: 'code', at: found.index, text: (found[2] ?? '').replace(/^ (.*\S.*) $/s, '$1') });
    at = found.index + found[0].length;
  }
  if (at < text.length) spans.push({ kind: 'text', at, text: text.slice(at) });
  return spans;
}
