/** What changed between two texts, word by word, for reading. Pure. */

export interface Piece {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

/** Past this many words a side the table of the comparison is too large for a page: the whole text is replaced then. */
const maxWords = 600;

/** The pieces of both texts in order: those of the old one are `same` and `removed`, those of the new one `same` and `added`. */
export function compareWords(before: string, after: string): Piece[] {
  const old = split(before);
  const now = split(after);
  if (old.length > maxWords || now.length > maxWords)
    return joined([piece('removed', before), piece('added', after)]);
  const lengths = table(old, now);
  const pieces: Piece[] = [];
  let [i, j] = [0, 0];
  while (i < old.length && j < now.length) {
    if (old[i] === now[j]) {
      pieces.push(piece('same', old[i] ?? ''));
      i += 1;
      j += 1;
    } else if (at(lengths, i + 1, j) >= at(lengths, i, j + 1)) pieces.push(piece('removed', old[i++] ?? ''));
    else pieces.push(piece('added', now[j++] ?? ''));
  }
  pieces.push(
    ...old.slice(i).map((word) => piece('removed', word)),
    ...now.slice(j).map((word) => piece('added', word)),
  );
  return joined(pieces);
}

const piece = (kind: Piece['kind'], text: string): Piece => ({ kind, text });
const split = (text: string): string[] => text.match(/\s+|[^\s]+/gu) ?? [];
const at = (lengths: readonly (readonly number[])[], i: number, j: number): number => lengths[i]?.[j] ?? 0;

/** The longest common subsequence of what is left from (i, j) on. */
function table(old: readonly string[], now: readonly string[]): number[][] {
  const lengths: number[][] = Array.from({ length: old.length + 1 }, () => []);
  for (let i = old.length - 1; i >= 0; i -= 1) {
    const row = lengths[i] ?? [];
    for (let j = now.length - 1; j >= 0; j -= 1) {
      row[j] =
        old[i] === now[j] ? at(lengths, i + 1, j + 1) + 1 : Math.max(at(lengths, i + 1, j), row[j + 1] ?? 0);
    }
  }
  return lengths;
}

/** Neighbours of one kind become one piece. */
function joined(pieces: readonly Piece[]): Piece[] {
  const result: { kind: Piece['kind']; text: string }[] = [];
  for (const { kind, text } of pieces) {
    const last = result.at(-1);
    if (last?.kind === kind) last.text += text;
    else if (text !== '') result.push({ kind, text });
  }
  return result;
}
