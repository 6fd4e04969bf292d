/** Lines that end in CRLF: a model neither sees nor writes the carriage returns, and the file keeps them. */

/** Where a piece stands. */
export interface Piece {
  readonly at: number;
  readonly length: number;
}

/** All places of a piece in a text, whichever way the lines of either end. */
export function placesOf(text: string, piece: string): Piece[] {
  if (!text.includes('\r\n')) return exactly(text, piece);
  const lines = piece.split(/\r?\n/).map((line) => line.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return [...text.matchAll(new RegExp(lines.join('\\r?\\n'), 'g'))].map(({ index, 0: found }) => ({
    at: index,
    length: found.length,
  }));
}

function exactly(text: string, piece: string): Piece[] {
  const places: Piece[] = [];
  for (let at = text.indexOf(piece); at >= 0; at = text.indexOf(piece, at + 1))
    places.push({ at, length: piece.length });
  return places;
}

/** Whether more lines of a text end in CRLF than in LF alone. */
export function endsInCrlf(text: string): boolean {
  const crlf = text.split('\r\n').length - 1;
  return crlf > 0 && crlf * 2 > text.split('\n').length - 1;
}

/** The text with its lines ending as those of `like` do. */
export function endingLike(text: string, like: string): string {
  return endsInCrlf(like) ? text.replace(/\r?\n/g, '\r\n') : text;
}

/** For a model to read. */
export const withoutReturns = (text: string): string => text.replaceAll('\r\n', '\n');
