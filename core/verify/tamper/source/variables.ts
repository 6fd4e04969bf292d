/** What the variables of a test were given, so that `want` is known for the value that it holds. */
import type { Code } from '../lex/token.ts';
import { lineEnd } from './indent.ts';
import { bodyLimit, canonical, partsOf, type Span } from './source.ts';

/** Names that are given a value once within a span, with the canonical text of it. */
export function givenIn(code: Code, { from, to }: Span): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const twice = new Set<string>();
  for (let at = from; at < Math.min(to, from + bodyLimit); at += 1) {
    const token = code.tokens[at];
    if (token?.text === '}' && code.tokens[at + 1]?.text === '=') {
      for (const [name, value] of takenApart(code, at)) found.set(name, value);
      continue;
    }
    if (token?.kind !== 'word' || !/^(=|:=)$/.test(code.tokens[at + 1]?.text ?? '')) continue;
    // Of several results each has a name; none of them is the call.
    if (/^[,.]$/.test(code.tokens[at - 1]?.text ?? '')) continue;
    if (found.has(token.text)) twice.add(token.text);
    found.set(token.text, canonical(code, at + 2, valueEnd(code, at + 2)));
  }
  for (const name of twice) found.delete(name);
  return found;
}

/** `const { items, next: cursor } = list(…)`: each name is a field of the value. */
function takenApart(code: Code, at: number): [string, string][] {
  const open = code.partner[at] ?? -1;
  if (open < 0 || !/^(const|let|var)$/.test(code.tokens[open - 1]?.text ?? '')) return [];
  const value = canonical(code, at + 2, valueEnd(code, at + 2));
  return partsOf(code, open).flatMap(({ from, to }): [string, string][] => {
    const [field, name] = [code.tokens[from], code.tokens[to]];
    const isNamed = from === to || (to === from + 2 && code.tokens[from + 1]?.text === ':');
    return isNamed && field && name ? [[name.text, `${value}.${field.text}`]] : [];
  });
}

/** A value ends with its statement or its line; of one that is longer the beginning is enough. */
const longest = 100;

/** Where a value that begins at a token ends. */
export function valueEnd(code: Code, from: number): number {
  const end = Math.min(lineEnd(code, from), from + longest);
  for (let at = from; at <= end; at += 1) {
    at = Math.max(at, code.partner[at] ?? -1);
    if (/^[;)}\]]$/.test(code.tokens[at + 1]?.text ?? '')) return at;
  }
  return end;
}

/** `want := f(x)` of an `x` that was given before: nobody follows more steps. */
const steps = 3;

/** A text with the names at its beginning or between its signs replaced by what they were given, and those in turn. */
export function meant(text: string, given: ReadonlyMap<string, string>): string {
  let told = text;
  for (let step = 0; step < steps && given.size > 0; step += 1) {
    const next = told
      // Words of a text and keys of an object are no names.
      .replace(/"[^"]*"|(?<![\w.$])[A-Za-z_]\w*(?![\w("]|:(?!:))/g, (name) => given.get(name) ?? name)
      .slice(0, 800);
    if (next === told) break;
    told = next;
  }
  return told;
}
