/** Numbers in tests that have a telling name: a timeout, a tolerance, a count of retries. */
import type { Change, Source } from '../change.ts';
import type { FindingKind, Suspicion } from '../finding.ts';
import { readNumber } from '../source/source.ts';
import { helpersThatWait, isWait, longestWait, numbersGiven, valueAfter } from './waits.ts';

/** Timeouts and tolerances of tests that grew, and retries. */
export function numberRules({ sources }: Change): Suspicion[] {
  const before = new Map(sources.before.map((source) => [source.path, source]));
  return sources.after
    .filter(({ isTest, same }) => isTest && !same)
    .flatMap((source) => {
      const was = before.get(source.path);
      return was
        ? [...toldOnce(grown(was, source), source), ...waitsLonger(was, source), ...fewerTries(was, source)]
        : [];
    });
}

/** The options of one call stand so close together. */
const together = 2;

/** Tries that come along with more time, in one call, are one act: the test is given longer. */
function toldOnce(found: readonly Suspicion[], { code }: Source): Suspicion[] {
  // A mark of its own is an act of its own.
  const marked = new Set(
    code.tokens.flatMap(({ text, first, line }) => (first && text === '@' ? [line] : [])),
  );
  const longer = found.filter(({ kind }) => kind === 'widened-timeout').map(({ at }) => at.line);
  return found.filter(
    ({ kind, at }) =>
      kind !== 'test-config-edit' ||
      !longer.some((line) => (marked.has(at.line) ? line === at.line : Math.abs(line - at.line) <= together)),
  );
}

interface Named {
  readonly name: string;
  readonly value: number;
  readonly line: number;
  /** The test that it stands in; empty outside of tests. */
  readonly test: string;
}

const timeout = /time_?out|deadline|wait_?for|max_?wait|patience/i;
const tolerance = /^(epsilon|eps|tolerance|tol|delta|rtol|atol|max_?diff\w*|threshold)$|tolerance|epsilon/i;
/** How many inputs a property is tried with: here the smaller number is the laxer. */
const tries =
  /^(max_?examples|with_?cases|num_?runs|min_?successful_?tests|max_?count|tries|PROPTEST_CASES)$/i;
const retries =
  /^(retries|retry|retry_?times|reruns|flaky|max_?retries|retryingtest|repeatedifexceptionstest|retryanalyzer|retryrule|flakeattempts)$/i;

/** Assertions judge their own tolerance: only those that a name outside of them gives are looked at. */
function grown(was: Source, is: Source): Suspicion[] {
  const common = commonTests(was, is);
  const faked = fakedTests(was, is);
  const then = byPlace(namedNumbers(was), common);
  return [...byPlace(namedNumbers(is), common)].flatMap(([key, now]): Suspicion[] => {
    const [found] = now;
    const kind = found && kindOf(found.name);
    const values = then.get(key) ?? [];
    const [largest] = values;
    if (found === undefined || kind === undefined) return [];
    if (kind === 'widened-timeout' && faked(found.test)) return [];
    const fresh = largest === undefined;
    // A timeout or a tolerance that was not there before is a new test's own; none at all may take the place of a default.
    const unlimited = found.value === Number.POSITIVE_INFINITY && common.has(found.test);
    if (fresh && kind !== 'test-config-edit' && !unlimited) return [];
    const known = new Set(values.map(({ value }) => value));
    const wider = now.find(({ value }) => !known.has(value) && value > (largest?.value ?? 0));
    if (wider === undefined || now.length > values.length + (fresh ? now.length : 0)) return [];
    return [grew(was, is, wider, largest, kind)];
  });
}

function grew(
  was: Source,
  is: Source,
  wider: Named,
  largest: Named | undefined,
  kind: FindingKind,
): Suspicion {
  const say = (value: number | undefined) =>
    value === Number.POSITIVE_INFINITY ? 'no limit' : String(value ?? 'none');
  return {
    at: { side: 'after', file: is.path, line: wider.line },
    ...(largest ? { was: { side: 'before', file: was.path, line: largest.line } as const } : {}),
    kind,
    // Twice as long may be a slower machine; more than that hides something.
    severity: kind === 'widened-timeout' && largest && wider.value <= 2 * largest.value ? 'low' : 'medium',
    message: `${wider.name} went from ${say(largest?.value)} to ${say(wider.value)}.`,
  };
}

/** A helper that looks more often or sleeps longer, and does nothing of it less, waits longer. */
function waitsLonger(was: Source, is: Source): Suspicion[] {
  const then = helpersThatWait(was);
  return [...helpersThatWait(is)].flatMap(([name, { values, line }]): Suspicion[] => {
    const old = then.get(name);
    if (old === undefined || old.values.length !== values.length) return [];
    const more = values.some((value, at) => value > (old.values[at] ?? value));
    const less = values.some((value, at) => value < (old.values[at] ?? value));
    if (!more || less) return [];
    return [
      {
        at: { side: 'after', file: is.path, line },
        was: { side: 'before', file: was.path, line: old.line },
        kind: 'widened-timeout',
        severity: 'medium',
        message: `${name} waits longer than before.`,
      },
    ];
  });
}

function fewerTries(was: Source, is: Source): Suspicion[] {
  const then = byName(namedNumbers(was));
  return [...byName(namedNumbers(is))].flatMap(([name, now]): Suspicion[] => {
    const [most] = then.get(name) ?? [];
    const [found] = now;
    if (!tries.test(name) || most === undefined || found === undefined || found.value >= most.value)
      return [];
    return [
      {
        at: { side: 'after', file: is.path, line: found.line },
        was: { side: 'before', file: was.path, line: most.line },
        kind: 'lowered-threshold',
        severity: 'medium',
        message: `${name} went from ${most.value} to ${found.value}.`,
      },
    ];
  });
}

function kindOf(name: string): FindingKind | undefined {
  if (timeout.test(name)) return 'widened-timeout';
  if (retries.test(name)) return 'test-config-edit';
  return tolerance.test(name) ? 'widened-tolerance' : undefined;
}

/** By which time goes on without anybody waiting. */
const fakes =
  /^(start_paused|useFakeTimers|synctest|freeze_time|time_machine|VirtualTimeScheduler|fakeAsync|FakeTimers)$/;

/** Which tests have a clock of their own now and had none before: how long they would take is no time. */
function fakedTests(was: Source, is: Source): (test: string) => boolean {
  const faked = ({ code, tests }: Source, name: string) =>
    tests.some(
      (test) =>
        test.name === name && code.tokens.slice(test.from, test.to).some(({ text }) => fakes.test(text)),
    );
  const all = ({ code }: Source) => code.tokens.some(({ text }) => fakes.test(text));
  if (!all(is)) return () => false;
  // A hook may set the clock for all of them.
  const fresh = !all(was);
  return (test) => fresh || (faked(is, test) && !faked(was, test));
}

/** Tests of both sides, so that a number is compared with the one in the same test. */
function commonTests(was: Source, is: Source): ReadonlySet<string> {
  const then = new Set(was.tests.map(({ name }) => name));
  return new Set(is.tests.map(({ name }) => name).filter((name) => name !== '' && then.has(name)));
}

/** By name and test; those of tests that are new or gone are told apart from those outside of tests. */
function byPlace(numbers: readonly Named[], common: ReadonlySet<string>): Map<string, Named[]> {
  const placed = numbers.map((one) => ({
    key: `${one.name}\n${one.test === '' || common.has(one.test) ? one.test : '?'}`,
    one,
  }));
  const found = new Map<string, Named[]>();
  for (const { key, one } of placed) {
    const list = found.get(key);
    if (list) list.push(one);
    else found.set(key, [one]);
  }
  for (const list of found.values()) list.sort((a, b) => b.value - a.value);
  return found;
}

/** The largest first. */
function byName(numbers: readonly Named[]): Map<string, Named[]> {
  const found = new Map<string, Named[]>();
  for (const one of numbers) {
    const list = found.get(one.name);
    if (list) list.push(one);
    else found.set(one.name, [one]);
  }
  for (const list of found.values()) list.sort((a, b) => b.value - a.value);
  return found;
}

function namedNumbers(source: Source): Named[] {
  const { code } = source;
  const found: Named[] = [];
  const given = numbersGiven(source);
  const tests = source.tests.filter(({ group }) => !group).sort((a, b) => a.from - b.from);
  let next = 0;
  code.tokens.forEach((token, at) => {
    while (next < tests.length && (tests[next]?.to ?? 0) < at) next += 1;
    if (token.kind !== 'word' || (retries.test(token.text) && !repeats(source, at))) return;
    const wait = isWait(source, at);
    const value = wait
      ? longestWait(source, at, given)
      : (kindOf(token.text) !== undefined || tries.test(token.text)) && !isAsked(source, at)
        ? (unlimitedAt(source, at) ?? ofAnalyzer(source, at) ?? valueAfter(source, at + 1))
        : undefined;
    const test = (tests[next]?.from ?? at + 1) <= at ? (tests[next]?.name ?? '') : '';
    if (value !== undefined)
      found.push({ name: wait ? `timeout of ${token.text}` : token.text, value, line: token.line, test });
  });
  for (const test of source.tests) {
    // The third argument of `it('…', fn, 5000)`.
    const last = code.tokens[test.to - 1];
    if (
      source.path.match(/\.[cm]?[jt]sx?$/) &&
      last?.kind === 'number' &&
      code.tokens[test.to - 2]?.text === ','
    ) {
      const value = readNumber(last.text) || Number.POSITIVE_INFINITY;
      found.push({ name: `timeout of '${test.name}'`, value, line: last.line, test: test.name });
    }
  }
  return found;
}

/** By which a value is compared with all of another. */
const comparing =
  /^(toBe|toEqual|objectContaining|toStrictEqual|toMatchObject|equal|eql|deepEqual|strictEqual|deepStrictEqual|\w*[cC]alledWith|\w*CalledOnceWith|assert_\w*called\w*_with|assertEquals?)$/;

/** Whether a number is what the product is asked for: `client.timeout == 30`, `toEqual({ timeout: 30 })`. */
function isAsked({ code: { tokens, partner } }: Source, at: number): boolean {
  let start = at;
  while (start > at - 10 && tokens[start - 1]?.text === '.') start -= 2;
  if (/^[!=]==?$/.test(tokens[at + 1]?.text ?? '') || /^[!=]==?$/.test(tokens[start - 1]?.text ?? ''))
    return true;
  // What is compared stands close to what compares it.
  for (let open = at - 1; open > at - 40 && open > 0; open -= 1) {
    if (tokens[open]?.text !== '(' || (partner[open] ?? -1) < at) continue;
    // What a call inside of it is given is how long that may take.
    return comparing.test(tokens[open - 1]?.text ?? '');
  }
  return false;
}

/** `retries: 2`, `@flaky(3)`: how often a runner is to try again; not what the product under test is given. */
function repeats(source: Source, at: number): boolean {
  const { tokens } = source.code;
  if (/^(retryAnalyzer|RetryRule|FlakeAttempts)$/.test(tokens[at]?.text ?? ''))
    return /^[=(]$/.test(tokens[at + 1]?.text ?? '');
  const isMark = /^[@.[]$/.test(tokens[at - 1]?.text ?? '');
  return (isMark || tokens[at + 2]?.kind === 'number') && isOfRunner(source, at);
}

/** `deadline=None`, `this.timeout(0)`, `{ timeout: Infinity }`: no limit at all. */
function unlimitedAt(source: Source, at: number): number | undefined {
  const { tokens } = source.code;
  const [sign, value] = [tokens[at + 1]?.text ?? '', tokens[at + 2]?.text ?? ''];
  if (!timeout.test(tokens[at]?.text ?? '') || !/^[=:(]$/.test(sign)) return undefined;
  const none = /^(None|Infinity|MAX_SAFE_INTEGER|MAX)$/.test(value);
  return none || (value === '0' && isOfRunner(source, at)) ? Number.POSITIVE_INFINITY : undefined;
}

/** TestNG: `@Test(retryAnalyzer = Retry.class)`; how often it tries stands in that class. */
const ofAnalyzer = ({ code: { tokens } }: Source, at: number): number | undefined =>
  tokens[at]?.text === 'retryAnalyzer' && tokens[at + 1]?.text === '=' ? 1 : undefined;

const runners =
  /^(it|test|describe|context|suite|configure|this|jest|vi|flaky|mark|rerun\w*|Flaky|Retry\w*)$/;

/** `jest.retryTimes(3)`, `it('…', { retry: 3 }, …)`, `@flaky(reruns=3)`: retries of a test, not of what it tests. */
function isOfRunner({ code: { tokens, partner } }: Source, at: number): boolean {
  const before = tokens[at - 1]?.text;
  if (before === '@' || before === '[') return true;
  if (before === '.') return runners.test(tokens[at - 2]?.text ?? '');
  // Options stand close to the call that they are given to.
  for (let open = at - 1; open > at - 60 && open > 0; open -= 1) {
    if ((partner[open] ?? -1) < at || tokens[open]?.text !== '(') continue;
    return runners.test(tokens[open - 1]?.text ?? '');
  }
  return before !== ':';
}
