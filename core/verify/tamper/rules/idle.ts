/** Handlers of errors by which nothing is done. */
import type { Code } from '../lex/token.ts';

/** What only prints, and where to. */
const prints = /^(print|println|printf|printStackTrace|log|logger|System|out|err)$/;
const leaves = /^(pass|return|continue)$/;

/** Whether the tokens of a handler are none, or only print or leave. */
export function doesNothing({ tokens, partner }: Code, from: number, to: number): boolean {
  for (let at = from; at <= to; at += 1) {
    const text = tokens[at]?.text ?? '';
    // What is printed may be anything.
    if (text === '(') at = Math.max(at, partner[at] ?? at);
    else if (/^[.;]$/.test(text) || prints.test(text) || leaves.test(text)) continue;
    else if (tokens[at + 1]?.text !== '.' || tokens[at + 2]?.text !== 'printStackTrace') return false;
  }
  return true;
}
