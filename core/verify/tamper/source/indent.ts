/** Python's lines and blocks, which have no brackets to go by. */
import type { Code } from '../lex/token.ts';

/** A statement of more tokens than this is data; it is cut there, so that reading stays linear. */
const longest = 5000;

/** The last token of the logical line that `at` stands in: a line break inside brackets ends nothing. */
export function lineEnd(code: Code, at: number): number {
  let to = at;
  for (let next = at; next < Math.min(at + longest, code.tokens.length); next += 1) {
    const token = code.tokens[next];
    const joined = isContinued(code, next);
    if (next > at && ((token?.first && !joined) || token?.text === ';')) break;
    next = Math.max(next, code.partner[next] ?? -1);
    to = next;
  }
  return to;
}

/** A backslash at the end of a line is a token of its own, the last one of its line. */
function isContinued(code: Code, at: number): boolean {
  return code.tokens[at - 1]?.text === '\\';
}

/** The last token of the block whose head (`def`, `class`, `try`) stands at `at`. */
export function blockEndAt(code: Code, at: number): number {
  const column = code.tokens[at]?.column ?? 0;
  let to = lineEnd(code, at);
  while (to + 1 < code.tokens.length) {
    const next = code.tokens[to + 1];
    if (next?.first && next.column <= column) return to;
    to = lineEnd(code, to + 1);
  }
  return to;
}
