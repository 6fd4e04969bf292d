/**
 * Functions of test files that throw where others assert: `function expectFoo(x) { if (x !== 1) throw new Error(…) }`. One that
 * is handed something, gives nothing back, and throws under a condition on what it was handed is there to check it; what gives
 * something back makes inputs, and a method that throws is one of a fake.
 */
import type { Code } from './lex/token.ts';
import { blockEndAt, lineEnd } from './source/indent.ts';
import type { Definition, Source, Span } from './source/source.ts';

/** A function of more tokens does more than check. */
const longest = 400;

/** Names of functions that throw, each behind the language of its file. */
export function throwersOf(sources: readonly Source[]): ReadonlySet<string> {
  return new Set(
    sources
      .filter(({ isTest, path }) => isTest && spokenIn(path) !== undefined)
      .flatMap((source) =>
        source.definitions
          .filter((one) => checksByThrowing(source, one))
          .map(({ name }) => `${spokenIn(source.path)} ${name}`),
      ),
  );
}

/** The language of a file, of those whose functions stand outside of classes. */
export function spokenIn(path: string): 'javascript' | 'python' | undefined {
  if (path.endsWith('.py')) return 'python';
  return /\.[cm]?[jt]sx?$/.test(path) ? 'javascript' : undefined;
}

function checksByThrowing({ code, path }: Source, { from, to }: Definition): boolean {
  const { tokens, partner } = code;
  const indented = path.endsWith('.py');
  // A decorator makes something else of a function: a fixture, a hook.
  const head = indented ? tokens[from]?.text === 'def' && tokens[from]?.column === 0 : isFunction(code, from);
  if (!head || to - from > longest) return false;
  let open = from;
  while (open < to && tokens[open]?.text !== '(') open += 1;
  const close = partner[open] ?? -1;
  if (close < 0 || close === open + 1) return false;
  const given = new Set(
    tokens.slice(open + 1, close).flatMap(({ kind, text }) => (kind === 'word' ? [text] : [])),
  );
  for (let at = close; at <= to; at += 1)
    if (tokens[at]?.text === 'return' && givesBack(code, at, to)) return false;
  for (let at = close; at < to; at += 1) {
    if (tokens[at]?.text !== 'if') continue;
    const { asked, done } = indented ? pythonIf(code, at) : bracedIf(code, at);
    const asks = tokens.slice(asked.from, asked.to + 1).some(({ text }) => given.has(text));
    if (asks && tokens.slice(done.from, done.to + 1).some((_, step) => fails(code, done.from + step)))
      return true;
  }
  return false;
}

const isFunction = ({ tokens }: Code, name: number) =>
  /^(function|const|let|var)$/.test(tokens[name - 1]?.text ?? '');

function givesBack({ tokens }: Code, at: number, to: number): boolean {
  const next = tokens[at + 1];
  return at < to && next !== undefined && !next.first && !/^[;}]$/.test(next.text);
}

interface If {
  readonly asked: Span;
  readonly done: Span;
}

function pythonIf(code: Code, at: number): If {
  const end = lineEnd(code, at);
  return { asked: { from: at + 1, to: end }, done: { from: at + 1, to: blockEndAt(code, at) } };
}

/** `if (…) { … }`, and `if (…) throw …`. */
function bracedIf({ tokens, partner }: Code, at: number): If {
  const close = Math.max(partner[at + 1] ?? at, at);
  const body = close + 1;
  const to = tokens[body]?.text === '{' ? (partner[body] ?? body) : body;
  return { asked: { from: at + 1, to: close }, done: { from: body, to } };
}

/** That something is not done yet, or not to be run here, checks nothing. */
function fails({ tokens }: Code, at: number): boolean {
  if (!/^(throw|raise)$/.test(tokens[at]?.text ?? '')) return false;
  return !tokens.slice(at + 1, at + 4).some(({ text }) => /NotImplemented|Skip/.test(text));
}
