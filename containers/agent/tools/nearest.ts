/** Where a piece of text that is not in a file may have been meant: saves a model the turn of reading it again. */

/** From this share of common pairs of letters on (Dice) a line is likely the one that was meant. */
const likely = 0.75;
/** Files of more lines are searched by tools. */
const maxLines = 20_000;

/** A sentence that names the line of the file that is most like the longest line of what was looked for; empty when none is. */
export function nearest(text: string, wanted: string): string {
  const lines = text.split('\n');
  if (lines.length > maxLines) return '';
  const line = wanted.split('\n').reduce((longest, one) => (one.length > longest.length ? one : longest), '');
  const pairs = pairsOf(line);
  if (pairs.size < 4 || lines.includes(line)) return '';
  const found = lines.reduce(
    (best, one, index) => {
      const like = likeness(pairs, pairsOf(one));
      return like > best.like ? { like, index } : best;
    },
    { like: likely, index: -1 },
  );
  return found.index < 0
    ? ''
    : ` Perhaps line ${found.index + 1} was meant:\n${lines[found.index]?.slice(0, 300)}`;
}

function pairsOf(line: string): ReadonlySet<string> {
  const text = line.trim().slice(0, 300);
  return new Set(Array.from({ length: Math.max(0, text.length - 1) }, (_, at) => text.slice(at, at + 2)));
}

function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let common = 0;
  for (const pair of a) if (b.has(pair)) common += 1;
  return (2 * common) / (a.size + b.size || 1);
}
