/** Which assertions of a test are reached: not those after a `return`, and those behind a condition only sometimes. */
import { columnOf, type Guard, guardsOf, handlersOf, leftAt, listenersOf } from './source/guards.ts';
import { type Assertion, bodyLimit, type Skip, type Source, strength, type Test } from './source/source.ts';

interface Told {
  readonly assertions: readonly Assertion[];
  readonly skip: Skip;
  /** Of what leaves the test. */
  readonly line: number;
}

/** By which a test ends when a function was called, counts what it asserted, or makes time go on. */
const waiting =
  /^(done|resolve|resolved|end|assertions|hasAssertions|plan|waitFor|advanceTimers\w*|runAllTimers\w*|runOnlyPendingTimers|tick\w*|Promise|await)$/;

/** Reads the conditions of a file once. */
export class Reached {
  readonly #source: Source;
  readonly #guards: readonly Guard[];
  readonly #indented: boolean;

  constructor(source: Source) {
    this.#source = source;
    this.#indented = source.path.endsWith('.py');
    this.#guards = [
      ...guardsOf(source.code, this.#indented),
      ...handlersOf(source.code, this.#indented),
      ...(/\.[cm]?[jt]sx?$/.test(source.path) ? listenersOf(source.code) : []),
    ].sort((a, b) => a.at - b.at);
  }

  of(test: Test, assertions: readonly Assertion[]): Told {
    const { code } = this.#source;
    const nothing = { assertions, skip: 'no', line: test.line } as const;
    if (assertions.length === 0 || test.body < 0) return nothing;
    const to = Math.min(test.to, test.from + bodyLimit);
    const line = (at: number) => code.tokens[at]?.line ?? test.line;
    const left = leftAt(code, test.body, to, this.#indented);
    const alive = left === undefined ? assertions : assertions.filter(({ from }) => from < left);
    if (left !== undefined && alive.length === 0) return { assertions, skip: 'always', line: line(left) };
    const waits = code.tokens.slice(test.from, to).some(({ text }) => waiting.test(text));
    const guards = this.#within(test).filter(({ condition }) => !(waits && condition === 'called'));
    const first = Math.min(...alive.map(({ from }) => from));
    const leaving = guards.find(
      ({ leaves, to: end, at }) => leaves && end < first && this.#isOutermost(test, at),
    );
    return {
      assertions: alive.map((one) => withGuard(one, guards, alive)),
      skip: leaving ? 'sometimes' : 'no',
      line: leaving ? line(leaving.at) : test.line,
    };
  }

  /** Assertions outside of tests, in helpers and hooks, with the conditions around them. */
  outside(assertions: readonly Assertion[]): readonly Assertion[] {
    // No file of helpers has more conditions.
    const guards = this.#guards.slice(0, 500);
    return assertions.map((one) => withGuard(one, guards, assertions));
  }

  #within({ body, to }: Test): Guard[] {
    let low = 0;
    let high = this.#guards.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#guards[middle]?.at ?? 0) < body) low = middle + 1;
      else high = middle;
    }
    const found: Guard[] = [];
    // No test has more conditions; what has is data.
    for (let at = low; at < Math.min(this.#guards.length, low + 200); at += 1) {
      const guard = this.#guards[at];
      if (guard === undefined || guard.at > to) break;
      found.push(guard);
    }
    return found;
  }

  /** On the level of the test itself, not in a function or a loop within. */
  #isOutermost({ body, from }: Test, at: number): boolean {
    const { tokens, partner } = this.#source.code;
    if (this.#indented) return tokens[at]?.column === columnOf(this.#source.code, body) + 4;
    let next = Math.max(body, from) + 1;
    while (next < at) next = Math.max(next, partner[next] ?? -1) + 1;
    return next === at;
  }
}

/** Behind a condition an assertion says less; not behind one that the test asserts itself, which only narrows a type. */
function withGuard(one: Assertion, guards: readonly Guard[], all: readonly Assertion[]): Assertion {
  const around = guards.filter(({ from, to, leaves }) => from <= one.from && one.to <= to && !leaves);
  const open = around.filter(
    ({ condition, at }) =>
      !all.some(({ from, subject }) => from < at && subject !== '' && condition.startsWith(subject)),
  );
  if (open.length === 0 || one.form === 'trivial') return one;
  return { ...one, guarded: true, strength: Math.max(strength.none + 1, one.strength - 2) };
}
