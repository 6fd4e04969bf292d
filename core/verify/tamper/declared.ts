/** Names that a product declares: fields, arms of a switch, keys of a table, switches of a command, routes, marks. */
import type { Code, Token } from './lex/token.ts';
import { stringValue } from './source/source.ts';

/** A word as it is; of strings those that name a switch of a command or a route, or a state, in quotes. */
export function nameOf(token: Token): string {
  if (token.kind !== 'string') return token.kind === 'word' ? token.text : '';
  const value = stringValue(token);
  return /^((--|\/)\w.*|[\w.+-]{2,30})$/.test(value) ? `"${value}"` : '';
}

/** A shorter name may mean anything. */
export const tellingName = 4;

/** Whether the token at `at` declares a name: a field, an arm of a switch or a match, one of a union, a key of a table. */
export function declares({ tokens }: Code, at: number): boolean {
  const [before, next] = [tokens[at - 1]?.text ?? '', tokens[at + 1]?.text ?? ''];
  const token = tokens[at];
  if (token?.kind === 'string' && (/^(--|\/)/.test(stringValue(token)) || isMarked(tokens, at))) return true;
  if (next === '=' && /^[(,*]$/.test(before) && isParameter(tokens, at)) return true;
  if (token?.kind !== 'string') return /^[:?]$/.test(next);
  return /^(case|\|)$/.test(before) || /^(:|=>|->|\|)$/.test(next);
}

/** `@main.command("sync")`, `@Command("sync")`: what a mark is given first names what it marks. */
function isMarked(tokens: Code['tokens'], at: number): boolean {
  let start = at - 2;
  if (tokens[at - 1]?.text !== '(') return false;
  while (start > at - 8 && tokens[start - 1]?.text === '.') start -= 2;
  return tokens[start - 1]?.text === '@';
}

/** Python: `def connect(url, *, retries=3)`. No list of parameters has more tokens. */
function isParameter(tokens: Code['tokens'], at: number): boolean {
  let depth = 0;
  for (let open = at - 1; open > at - 200 && open > 1; open -= 1) {
    const text = tokens[open]?.text ?? '';
    if (/^[)\]}]$/.test(text)) depth += 1;
    else if (/^[([{]$/.test(text) && depth > 0) depth -= 1;
    else if (text === '(') return tokens[open - 2]?.text === 'def';
    else if (/^[[{]$/.test(text)) return false;
  }
  return false;
}
