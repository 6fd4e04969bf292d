/** Listeners of errors that nobody caught: a runner fails for those, unless a test tells it that all of them are known. */
import type { Change, Source } from '../change.ts';
import type { Suspicion } from '../finding.ts';
import { gather } from '../lex/token.ts';
import { partsOf, type Span, stringValue } from '../source/source.ts';

/** Listeners in tests, and in what sets them up, that take any error for none and were not there before. */
export function uncaughtRules({ sources }: Change): Suspicion[] {
  const known = new Set(sources.before.flatMap(listenersIn).map(({ event }) => event));
  return sources.after
    .filter(({ same }) => !same)
    .flatMap((source) => listenersIn(source).filter(({ event }) => !known.has(event)))
    .map(({ event, file, line }) => ({
      at: { side: 'after', file, line },
      kind: 'swallowed-failure',
      severity: 'high',
      message: `Whatever error nobody caught is taken for none (${event}).`,
    }));
}

interface Listener {
  readonly event: string;
  readonly file: string;
  readonly line: number;
}

const events = /^(uncaught:exception|unhandledRejection|uncaughtException|unhandledrejection)$/;
const setsUp = /(^|\/)[\w.-]*setup[\w.-]*\.[cm]?[jt]s$/i;

function listenersIn({ path, isTest, tests, code }: Source): Listener[] {
  const script = /\.[cm]?[jt]sx?$/.test(path);
  if (!(isTest || tests.length > 0 || setsUp.test(path)) || !(script || path.endsWith('.java'))) return [];
  return gather(code.tokens, (token, at): Listener[] => {
    const args = code.tokens[at + 1]?.text === '(' ? partsOf(code, at + 1) : [];
    const [first, second] = args;
    const found = (event: string) => [{ event, file: path, line: token.line }];
    if (token.text === 'setDefaultUncaughtExceptionHandler')
      return first && isQuiet(code, first) ? found(token.text) : [];
    if (!script || !/^(on|once|prependListener|addListener|addEventListener)$/.test(token.text)) return [];
    const event = stringValue(code.tokens[first?.from ?? -1]);
    // Cypress asks before it lets a test fail.
    const fails = event === 'fail' && /^(cy|Cypress)$/.test(code.tokens[at - 2]?.text ?? '');
    return second && (events.test(event) || fails) && isQuiet(code, second) ? found(event) : [];
  });
}

/** By which a handler looks at the error, keeps it or lets it fail the test after all. */
const minds =
  /^(if|switch|\?|&&|\|\||throw|raise|expect|assert\w*|fail|done|reject|exit|exitCode|push|add|includes|match|test|instanceof|=|set|resolve)$/;

/** Whether a handler that is written out does nothing with an error but to print it; what has a name may do anything. */
function isQuiet({ tokens }: Source['code'], { from, to }: Span): boolean {
  // Whoever writes so much does something.
  if (to - from > 200) return false;
  const words = tokens.slice(from, to + 1).map(({ text }) => text);
  const isWritten = words.some((text) => /^(=>|->|function)$/.test(text));
  const isNothing = from === to && /^(noop|undefined)$/.test(words[0] ?? '');
  return isNothing || (isWritten && !words.some((text) => minds.test(text)));
}
