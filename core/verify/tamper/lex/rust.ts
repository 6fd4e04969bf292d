import { blockEnd, type Lexicon, quotedEnd } from './token.ts';

/** Rust. */
export const rust: Lexicon = {
  lineComments: ['//'],
  blockComment: ['/*', '*/'],
  nested: true,
  stringEnd(text, at) {
    const raw = rawEnd(text, at);
    if (raw > at) return raw;
    const quote = text[at] === 'b' ? at + 1 : at;
    if (text[quote] === '"') return blockEnd(text, quote + 1, '"', true);
    if (text[quote] !== "'") return at;
    // 'a' is a character, 'a without a second quote a lifetime.
    if (text[quote + 1] === '\\') return quotedEnd(text, quote, "'");
    const width = (text.codePointAt(quote + 1) ?? 0) > 0xffff ? 3 : 2;
    return text[quote + width] === "'" ? quote + width + 1 : at;
  },
};

/** `r"…"`, `r#"…"#`, `br##"…"##`. */
function rawEnd(text: string, at: number): number {
  let from = text[at] === 'b' ? at + 1 : at;
  if (text[from] !== 'r') return at;
  from += 1;
  const hashes = from;
  // The language allows 255.
  while (text[from] === '#' && from - hashes < 255) from += 1;
  if (text[from] !== '"') return at;
  return blockEnd(text, from + 1, `"${'#'.repeat(from - hashes)}`);
}
