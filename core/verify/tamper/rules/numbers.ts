/** Numbers in tests that have a telling name: a timeout, a tolerance, a count of retries. */
import type { Change, Source } from '../change.ts';
import type { FindingKind, Suspicion } from '../finding.ts';
import { readNumber } from '../source/source.ts';

/** Timeouts and tolerances of tests that grew, and retries. */
export function numberRules({ sources }: Change): Suspicion[] {
  const before = new Map(sources.before.map((source) => [source.path, source]));
  return sources.after
    .filter(({ isTest, same }) => isTest && !same)
    .flatMap((source) => {
      const was = before.get(source.path);
      return was ? [...grown(was, source), ...fewerTries(was, source)] : [];
    });
}

interface Named {
  readonly name: string;
  readonly value: number;
  readonly line: number;
}

const timeout = /time_?out|deadline|wait_?for|max_?wait|patience/i;
const tolerance = /^(epsilon|eps|tolerance|tol|delta|rtol|atol|max_?diff\w*|threshold)$|tolerance|epsilon/i;
/** How many inputs a property is tried with: here the smaller number is the laxer. */
const tries =
  /^(max_?examples|with_?cases|num_?runs|min_?successful_?tests|max_?count|tries|PROPTEST_CASES)$/i;
const retries = /^(retries|retry|retry_?times|reruns|flaky|max_?retries)$/i;

/** Assertions judge their own tolerance: only those that a name outside of them gives are looked at. */
function grown(was: Source, is: Source): Suspicion[] {
  const then = byName(namedNumbers(was));
  return [...byName(namedNumbers(is))].flatMap(([name, now]): Suspicion[] => {
    const kind = kindOf(name);
    const values = then.get(name) ?? [];
    const [largest] = values;
    const [found] = now;
    if (found === undefined || kind === undefined) return [];
    const fresh = largest === undefined;
    // A timeout or a tolerance that was not there before is a new test's own.
    if (fresh && kind !== 'test-config-edit') return [];
    const known = new Set(values.map(({ value }) => value));
    const wider = now.find(({ value }) => !known.has(value) && value > (largest?.value ?? 0));
    if (wider === undefined || now.length > values.length + (fresh ? now.length : 0)) return [];
    const at = { side: 'after', file: is.path, line: wider.line } as const;
    const place = largest ? { was: { side: 'before', file: was.path, line: largest.line } as const } : {};
    // Twice as long may be a slower machine; more than that hides something.
    const severity =
      kind === 'widened-timeout' && largest && wider.value <= 2 * largest.value ? 'low' : 'medium';
    return [
      {
        at,
        ...place,
        kind,
        severity,
        message: `${name} went from ${largest?.value ?? 'none'} to ${wider.value}.`,
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
  code.tokens.forEach((token, at) => {
    if (token.kind !== 'word' || (retries.test(token.text) && !isOfRunner(source, at))) return;
    if (kindOf(token.text) !== undefined || tries.test(token.text)) {
      const value = valueAfter(source, at + 1);
      if (value !== undefined) found.push({ name: token.text, value, line: token.line });
    }
  });
  for (const test of source.tests) {
    // The third argument of `it('…', fn, 5000)`.
    const last = code.tokens[test.to - 1];
    if (
      source.path.match(/\.[cm]?[jt]sx?$/) &&
      last?.kind === 'number' &&
      code.tokens[test.to - 2]?.text === ','
    )
      found.push({ name: `timeout of '${test.name}'`, value: readNumber(last.text), line: last.line });
  }
  return found;
}

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

/** Seconds; what has no unit is compared as it is. */
const units: Readonly<Record<string, number>> = {
  Nanosecond: 1e-9,
  Microsecond: 1e-6,
  Millisecond: 1e-3,
  Second: 1,
  Minute: 60,
  Hour: 3600,
  from_millis: 1e-3,
  from_secs: 1,
  ofMillis: 1e-3,
  ofSeconds: 1,
  ofMinutes: 60,
  NANOSECONDS: 1e-9,
  MICROSECONDS: 1e-6,
  MILLISECONDS: 1e-3,
  SECONDS: 1,
  MINUTES: 60,
  HOURS: 3600,
};

/** The unit that the next argument names: `400, unit = TimeUnit.MILLISECONDS`. */
function unitAfter({ code }: Source, comma: number): number {
  for (let at = comma + 1; at < comma + 6 && !/^[,);]$/.test(code.tokens[at]?.text ?? ';'); at += 1) {
    const text = code.tokens[at]?.text ?? '';
    if (/^[A-Z]+$/.test(text) && Object.hasOwn(units, text)) return units[text] ?? 1;
  }
  return 1;
}

/** A product of numbers and units that follows within the same call, assignment or argument. */
function valueAfter(source: Source, from: number): number | undefined {
  const { code } = source;
  let value: number | undefined;
  // `WithTimeout(context.Background(), 5*time.Second)` is the longest way from name to number: 14 tokens.
  for (let at = from; at < from + 14; at += 1) {
    const token = code.tokens[at];
    if (token === undefined || token.text === ';' || token.text === '{' || token.text === '}') break;
    if (value !== undefined && token.text === ',') return value * unitAfter(source, at);
    if (value !== undefined && (token.text === ')' || token.first)) break;
    const unit = Object.hasOwn(units, token.text) ? units[token.text] : undefined;
    if (token.kind === 'number') value = (value ?? 1) * readNumber(token.text);
    else if (unit !== undefined) value = (value ?? 1) * unit;
  }
  return value;
}
