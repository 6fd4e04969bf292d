/** What a comparison of assertions by what they say does not see: one of several copies is gone, or stands there hollow. */
import type { Unit } from '../change.ts';
import type { Suspicion } from '../finding.ts';
import type { Pairing } from '../pairing.ts';
import { type Assertion, assertionKey } from '../source/source.ts';
import { givenIn } from '../source/variables.ts';
import { saysWhat, spanOf } from './instead.ts';

/** Copies of assertions that a test lost while another copy stays. */
export function copyRules({ pairs }: Pairing): Suspicion[] {
  return pairs.flatMap(({ was, is }) => {
    const [first] = was;
    if (was.length !== 1 || first === undefined || is.source.same) return [];
    return [...hollowIn(first, is), ...droppedErrors(first, is)];
  });
}

/** Assertions that cannot fail, by themselves or by what their variables were given. */
function trivialIn(unit: Unit): Assertion[] {
  const { source, test, assertions } = unit;
  if (test === undefined) return [];
  const given = givenIn(source.code, test);
  return assertions.filter((one) => saysWhat(one, unit, given).form === 'trivial');
}

function hollowIn(was: Unit, is: Unit): Suspicion[] {
  const [then, now] = [trivialIn(was), trivialIn(is)];
  const [found] = now.slice(then.length);
  if (found === undefined || is.assertions.length - now.length >= was.assertions.length - then.length)
    return [];
  return [
    {
      at: { side: 'after', file: is.source.path, line: found.line },
      kind: 'weakened-assertion',
      severity: 'high',
      message: `An assertion in '${is.name}' cannot fail any more.`,
    },
  ];
}

/** No test that a person wrote looks at more errors. */
const comparable = 100;

/** Go: `got, _ := Parse(in)` of a test that looked at the error, and looks at that of other calls still. */
function droppedErrors(was: Unit, is: Unit): Suspicion[] {
  if (!is.source.path.endsWith('.go')) return [];
  const fewer = was.assertions
    .filter(({ form }) => form === 'error')
    .slice(0, comparable)
    .map(assertionKey)
    .find((key, _, all) => {
      const left = is.assertions.filter((one) => assertionKey(one) === key).length;
      return left > 0 && left < all.filter((other) => other === key).length;
    });
  const then = new Set(droppedBy(was).map(({ call }) => call));
  const called = new Set(spanOf(was).map(({ text }) => text));
  const found = droppedBy(is).find(({ call }) => !then.has(call) && called.has(call));
  if (fewer === undefined || found === undefined) return [];
  return [
    {
      at: { side: 'after', file: is.source.path, line: found.line },
      kind: 'removed-assertion',
      severity: 'medium',
      message: `'${is.name}' no longer looks at the error of ${found.call}.`,
    },
  ];
}

/** `got, _ := pkg.Parse(in)`: which call it is whose last result nobody looks at. */
function droppedBy(unit: Unit): { call: string; line: number }[] {
  const tokens = spanOf(unit);
  return tokens.flatMap(({ text, line }, at) => {
    if (text !== '_' || tokens[at - 1]?.text !== ',' || !/^:?=$/.test(tokens[at + 1]?.text ?? '')) return [];
    let name = at + 2;
    while (tokens[name + 1]?.text === '.') name += 2;
    return tokens[name + 1]?.text === '(' ? [{ call: tokens[name]?.text ?? '', line }] : [];
  });
}
