/** An assertion that stands in a test several times, each after another step, and stands there less often now. */
import type { Unit } from '../change.ts';
import type { Token } from '../lex/token.ts';
import { type Assertion, assertionKey, bodyLimit } from '../source/source.ts';

/** Of a test with more assertions nobody tells which is which. */
const most = 1000;
/** Of the line before an assertion so many tokens tell it from its like. */
const longest = 20;

/**
 * Assertions of a test that are gone though their like is still there, while the step that they looked at stayed. Of tests
 * that became one nothing is told: there each stands for several.
 */
export function fewerTimes([was, ...others]: readonly Unit[], is: Unit): ReadonlySet<Assertion> {
  if (was === undefined || others.length > 0) return new Set();
  // What is gone through in a loop now stood there once for each round.
  if (loopsIn(is) > loopsIn(was)) return new Set();
  const [then, now] = [byKey(was), byKey(is)];
  const lost = new Set<Assertion>();
  let said: string | undefined;
  // What cannot fail may stand in the place of one of them.
  const idle = trivialIn(is) > trivialIn(was);
  for (const [key, all] of then) {
    const left = now.get(key) ?? [];
    let fewer = all.length - left.length;
    if (fewer <= 0 || left.length === 0) continue;
    const steps = left.map((one) => stepBefore(is, one));
    said ??= textOf(is);
    for (const one of all) {
      const step = stepBefore(was, one);
      const at = steps.indexOf(step);
      if (at >= 0) steps.splice(at, 1);
      // What is asked twice in a row of what no call gives was one too many.
      else if (!/[()]/.test(one.subject) && isBesideLike(all, one)) fewer -= 1;
      // What went with its step is no longer asked because there is nothing to ask.
      else if (fewer > 0 && (idle || (step !== '' && said.includes(step)))) {
        lost.add(one);
        fewer -= 1;
      }
    }
  }
  return lost;
}

const trivialIn = ({ assertions }: Unit) => assertions.filter(({ form }) => form === 'trivial').length;

function byKey({ assertions }: Unit): Map<string, Assertion[]> {
  const found = new Map<string, Assertion[]>();
  for (const one of assertions.slice(0, most)) {
    const list = found.get(assertionKey(one));
    if (list) list.push(one);
    else found.set(assertionKey(one), [one]);
  }
  return found;
}

/** Whether the same assertion stands on the line before, or the one after. */
const isBesideLike = (all: readonly Assertion[], { line }: Assertion) =>
  all.some((other) => Math.abs(other.line - line) === 1);

const looping = /^(for|while|loop|forEach|each|map|range|repeat|times|parametrize)$/;
const loopsIn = ({ source: { code }, test }: Unit) =>
  test
    ? code.tokens
        .slice(test.from, Math.min(test.to, test.from + bodyLimit))
        .filter(({ kind, text }) => kind === 'word' && looping.test(text)).length
    : 0;

const joined = (tokens: readonly Token[]) => tokens.map(({ text }) => text).join(' ');

/** The line before the one that an assertion begins in, as far as it belongs to the test. */
function stepBefore({ source: { code }, test }: Unit, { from, line }: Assertion): string {
  let to = from;
  const first = test ? Math.max(test.body, test.from) : 0;
  while (to > first && (code.tokens[to]?.line ?? 0) >= line) to -= 1;
  if (to <= first) return '';
  let start = to;
  const own = code.tokens[to]?.line;
  while (start > first && code.tokens[start - 1]?.line === own && to - start < longest) start -= 1;
  return joined(code.tokens.slice(start, to + 1));
}

function textOf({ source: { code }, test }: Unit): string {
  return test ? joined(code.tokens.slice(test.from, Math.min(test.to, test.from + bodyLimit) + 1)) : '';
}
