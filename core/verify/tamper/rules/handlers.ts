/** Assertions in handlers that are gone with them: what was caught there fails the test now. */
import type { Unit } from '../change.ts';
import { type Assertion, bodyLimit, type Source } from '../source/source.ts';

/** What makes a `try` fail where nothing was thrown: the handler was meant to run. */
const failing = /^(fail|Fail|throw|assertions|hasAssertions|plan|rejects|assertThrows)$/;

/**
 * Whether an assertion was only made where something was caught, while a test passed as well where nothing was thrown, and the
 * test does the same now and catches nothing.
 */
export function failsWhereCaught(one: Assertion, was: Unit, is: Unit): boolean {
  if (!one.guarded || is.test === undefined || is.assertions.length === 0) return false;
  const body = tryBefore(was.source, one.from);
  if (body === undefined || body.some((word) => failing.test(word))) return false;
  const now = is.source.code.tokens
    .slice(is.test.from, Math.min(is.test.to, is.test.from + bodyLimit))
    .map(({ text }) => text);
  if (now.some((word) => /^(catch|except|suppress)$/.test(word))) return false;
  const called = body.filter((word, at) => body[at + 1] === '(' && /^\w+$/.test(word));
  return called.length > 0 && called.every((name) => now.includes(name) || /^(assert|expect)/.test(name));
}

/** The words of the `try` whose handler a place stands in. */
function tryBefore({ code: { tokens, partner } }: Source, place: number): readonly string[] | undefined {
  let open = place - 1;
  while (open > 0 && tokens[open]?.text !== '{') {
    const other = partner[open] ?? -1;
    open = (other >= 0 && other < open ? other : open) - 1;
  }
  const head = tokens[open - 1]?.text === ')' ? (partner[open - 1] ?? 0) - 1 : open - 1;
  const close = head - 1;
  const from = partner[close] ?? -1;
  if (tokens[head]?.text !== 'catch' || tokens[close]?.text !== '}' || from < 0) return undefined;
  return tokens.slice(from, close).map(({ text }) => text);
}
