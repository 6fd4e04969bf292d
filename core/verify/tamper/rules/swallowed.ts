/** Failures in tests that nobody sees: an assertion whose error is caught, a test process that always ends well. */
import type { Change, Source, Unit } from '../change.ts';
import type { Suspicion } from '../finding.ts';
import { type Code, gather } from '../lex/token.ts';
import { blockEndAt } from '../source/indent.ts';
import { assertionKey } from '../source/source.ts';
import { doesNothing } from './idle.ts';

/** Failures in test code that are swallowed now and were not before. */
export function swallowedRules({ sources, units }: Change): Suspicion[] {
  const asserting = { before: assertionsBySource(units.before), after: assertionsBySource(units.after) };
  const before = sources.before
    .filter(({ isTest, tests }) => isTest || tests.length > 0)
    .flatMap((source) => swallowers(source, asserting.before));
  const files = new Set(sources.after.map(({ path }) => path));
  const awaited = awaitedBefore(units.before);
  const adrift = units.after.flatMap((unit) => (unit.source.same ? [] : adriftIn(unit, awaited)));
  const known = units.before.flatMap((unit) => adriftIn(unit, new Set()));
  const caught = sources.after
    .filter(({ isTest, tests, same }) => !same && (isTest || tests.length > 0))
    .flatMap((source) => swallowers(source, asserting.after));
  return [...fresh(adrift, known, files), ...fresh(caught, before, files)];
}

/** An assertion that is a promise says nothing unless something waits for it. */
function adriftIn({ source, assertions }: Unit, awaited: ReadonlySet<string>): Swallower[] {
  if (!/\.[cm]?[jt]sx?$/.test(source.path)) return [];
  const { tokens } = source.code;
  return assertions.flatMap((one): Swallower[] => {
    if (waits.test(tokens[one.from - 1]?.text ?? '') || tokens[one.to]?.text === '(') return [];
    const promised = tokens
      .slice(one.from, Math.min(one.to, one.from + 400))
      .some(({ text }, at, all) => /^(rejects|resolves)$/.test(text) && all[at - 1]?.text === '.');
    if (!promised && !awaited.has(assertionKey(one))) return [];
    const message = 'Nothing waits for this assertion: the test ends before it can fail.';
    return [{ key: 'adrift', file: source.path, line: one.line, message }];
  });
}

const waits = /^(await|return|=>|\(|\[|,|=|:|\?|&&|\|\||\?\?|yield|\.\.\.)$/;

/** Assertions that were waited for, of those that need it: helpers, and matchers that look again until they hold. */
function awaitedBefore(units: readonly Unit[]): ReadonlySet<string> {
  return new Set(
    units.flatMap(({ source: { code }, assertions }) =>
      assertions
        .filter(({ from }) => code.tokens[from - 1]?.text === 'await')
        .filter((one) => one.form === 'custom' || /\b(page|locator|getBy\w+|poll)\b/.test(one.subject))
        .map(assertionKey),
    ),
  );
}

/** What was not there before: in the same file, or in one that is gone now and may have moved. */
function fresh(
  found: readonly Swallower[],
  known: readonly Swallower[],
  files: ReadonlySet<string>,
): Suspicion[] {
  const placeOf = ({ key, file }: Swallower) => `${key}\n${files.has(file) ? file : ''}`;
  const count = new Map<string, number>();
  for (const one of known) count.set(placeOf(one), (count.get(placeOf(one)) ?? 0) + 1);
  return found
    .filter(({ key, file }) => {
      const place = [`${key}\n${file}`, `${key}\n`].find((one) => (count.get(one) ?? 0) > 0);
      if (place !== undefined) count.set(place, (count.get(place) ?? 0) - 1);
      return place === undefined;
    })
    .map(
      ({ file, line, message }): Suspicion => ({
        at: { side: 'after', file, line },
        kind: 'swallowed-failure',
        severity: 'high',
        message,
      }),
    );
}

/** Where assertions begin in each file, in order. */
function assertionsBySource(units: readonly Unit[]): Map<Source, number[]> {
  const found = new Map<Source, number[]>();
  for (const { source, assertions } of units) {
    const list = found.get(source) ?? [];
    for (const { from } of assertions) list.push(from);
    found.set(source, list);
  }
  for (const list of found.values()) list.sort((a, b) => a - b);
  return found;
}

interface Swallower {
  readonly key: string;
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** What any of the languages lets a failure pass by. */
const mayPass = /^(try|catch|suppress|recover|catch_unwind|join|_?exit|Exit)$/;

function swallowers(source: Source, asserting: ReadonlyMap<Source, readonly number[]>): Swallower[] {
  const { code, path } = source;
  const sorted = asserting.get(source) ?? [];
  // Where the error is what a test waits for, it fails by itself if none comes.
  const failed = new Set(source.assertions.filter(isFailure).map(({ from }) => from));
  const sure = sorted.filter((at) => !failed.has(at));
  return gather(code.tokens, (token, at): Swallower[] => {
    if (token.kind !== 'word' || !mayPass.test(token.text)) return [];
    const guarded = path.endsWith('.py')
      ? guardedPython(code, at)
      : path.endsWith('.go')
        ? recovered(code, at)
        : guardedBraces(code, at);
    if (guarded && someIn(guarded.idle ? sure : sorted, guarded.from, guarded.to))
      return [
        {
          key: 'caught',
          file: path,
          line: token.line,
          message: 'A failed assertion is caught here, and the test passes.',
        },
      ];
    if (path.endsWith('.rs') && leavesThread(code, at))
      return [
        {
          key: 'joined',
          file: path,
          line: token.line,
          message: 'A thread may panic, and the test passes.',
        },
      ];
    if (
      endsWell(code, at) &&
      (source.tests.length > 0 || source.definitions.some(({ name }) => name === 'TestMain'))
    )
      return [
        {
          key: 'ended',
          file: path,
          line: token.line,
          message: 'The test process ends with 0 whatever happened.',
        },
      ];
    return [];
  });
}

/** No test has more tokens between a thread and its end. */
const longestThread = 500;

/** Rust: `let _ = handle.join();`, `handle.join().ok();` of a thread. */
function leavesThread({ tokens }: Code, at: number): boolean {
  if (tokens[at]?.text !== 'join' || tokens[at - 1]?.text !== '.' || tokens[at + 2]?.text !== ')')
    return false;
  if (!tokens.slice(Math.max(0, at - longestThread), at).some(({ text }) => text === 'spawn')) return false;
  const after = tokens.slice(at + 3, at + 8).map(({ text }) => text);
  if (after.join('').startsWith('.ok();')) return true;
  const drops = tokens.slice(Math.max(0, at - 12), at).map(({ text }) => text);
  const start = Math.max(drops.lastIndexOf(';'), drops.lastIndexOf('{'), drops.lastIndexOf('}'));
  return (
    after[0] === ';' &&
    drops
      .slice(start + 1)
      .join(' ')
      .startsWith('let _ =')
  );
}

function someIn(sorted: readonly number[], from: number, to: number): boolean {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  return (sorted[low] ?? Number.POSITIVE_INFINITY) <= to;
}

/** `fail()`, `pytest.fail(…)`, `assert False`. */
const isFailure = ({ form, subject }: Source['assertions'][number]) =>
  /^fail\b/.test(subject) || form === 'trivial' || /^(False|false)$/.test(subject);

interface Guarded {
  /** Only errors of a kind are caught, and nothing at all is done about them. */
  readonly idle?: boolean;
  readonly from: number;
  readonly to: number;
}

const quiet = /^(throw|raise|expect|assert\w*|fail|done|reject|Fail|verify\w*|panic|should)$/;
const failing = /^(assert|require|panic|Fatalf?|Errorf?|Fail|FailNow|Exit)$/;

/** Whether anything in a handler of Go fails, hands the test on to who may fail it, or keeps what was caught for later. */
function handlesPanic({ tokens }: Code, from: number, to: number): boolean {
  return tokens.slice(from, to).some(({ text }, index) => {
    const [before, next] = [tokens[from + index - 1]?.text, tokens[from + index + 1]?.text];
    const kept = text === '=' && before !== '_';
    return failing.test(text) || (/^(t|tb|b)$/.test(text) && next !== '.') || kept;
  });
}

/** `defer func() { recover() }()`: what follows it in its function may panic as it likes. */
function recovered(code: Code, at: number): Guarded | undefined {
  if (code.tokens[at]?.text !== 'recover' || code.tokens[at + 1]?.text !== '(') return undefined;
  let open = at;
  while (open > at - 60 && open > 0 && code.tokens[open]?.text !== 'defer') open -= 1;
  if (code.tokens[open]?.text !== 'defer') return undefined;
  let body = open;
  while (body < at && code.tokens[body]?.text !== '{') body += 1;
  const end = code.partner[body] ?? -1;
  if (end < at || handlesPanic(code, body, end)) return undefined;
  let to = end + 1;
  while (to < Math.min(end + 20_000, code.tokens.length) && code.tokens[to]?.text !== '}')
    to = Math.max(to, code.partner[to] ?? -1) + 1;
  return { from: end, to };
}

/** `try { … } catch { nothing that fails }`, and `catch_unwind(…)` whose result is dropped. */
function guardedBraces(code: Code, at: number): Guarded | undefined {
  const text = code.tokens[at]?.text;
  if (text === 'catch_unwind') return unwound(code, at);
  if (text === 'catch') return dropped(code, at);
  if (text !== 'try' || code.tokens[at + 1]?.text !== '{') return undefined;
  const close = code.partner[at + 1] ?? -1;
  if (close < 0 || code.tokens[close + 1]?.text !== 'catch') return undefined;
  let body = close + 2;
  if (code.tokens[body]?.text === '(') body = (code.partner[body] ?? body) + 1;
  const end = code.partner[body] ?? -1;
  if (end < 0) return undefined;
  const caught = code.tokens.slice(close, body).map((token) => token.text);
  // A catch of Java that names another kind of error lets a failed assertion pass through.
  const typed = caught.find((word) => /^[A-Z]\w*(Exception|Error)$|^Throwable$/.test(word));
  if (typed !== undefined && !/^(AssertionError|Throwable|Error)$/.test(typed))
    return doesNothing(code, body + 1, end - 1) ? { from: at + 1, to: close, idle: true } : undefined;
  const fails = code.tokens.slice(body, Math.min(end, body + 2000)).some((token) => quiet.test(token.text));
  return fails || collects(code, body, end) ? undefined : { from: at + 1, to: close };
}

/** `failures.push(error)` in a handler, where what was collected is asserted soon after it. */
function collects({ tokens }: Code, body: number, end: number): boolean {
  const handler = tokens.slice(body, Math.min(end, body + 2000));
  const push = handler.findIndex(
    ({ text }, at) => /^(push|add)$/.test(text) && handler[at - 1]?.text === '.',
  );
  const name = push < 0 ? undefined : handler[push - 2]?.text;
  const after = tokens.slice(end, end + 200);
  return after.some(
    ({ text }, at) => text === name && /^(expect|assert\w*|ok|equal)$/.test(after[at - 2]?.text ?? ''),
  );
}

/** `let _ = catch_unwind(…)`, `catch_unwind(…).ok();`, and a branch for what unwound in which nothing fails. */
function unwound(code: Code, at: number): Guarded | undefined {
  const to = code.partner[at + 1] ?? -1;
  if (to < 0) return undefined;
  const before = code.tokens.slice(Math.max(0, at - 12), at).map(({ text }) => text);
  const after = code.tokens.slice(to + 1, to + 5).map(({ text }) => text);
  const start = Math.max(before.lastIndexOf(';'), before.lastIndexOf('{'), before.lastIndexOf('}'));
  const statement = before.slice(start + 1);
  if (statement.includes('_') && !statement.includes('if')) return { from: at, to };
  if (after.join('').startsWith('.ok();') && !statement.includes('=')) return { from: at, to };
  if (!statement.includes('if')) return undefined;
  let body = to + 1;
  while (body < to + 8 && code.tokens[body]?.text !== '{') body += 1;
  const end = code.partner[body] ?? -1;
  if (end < 0 || code.tokens[end + 1]?.text === 'else') return undefined;
  const fails = code.tokens
    .slice(body, Math.min(end, body + 2000))
    .some(({ text }) => quiet.test(text) || /^(unwrap\w*|resume_unwind|unreachable|Err)$/.test(text));
  return fails ? undefined : { from: at, to };
}

/** `run().then(asserts).catch(() => {})`: whatever the chain rejects with is gone. */
function dropped(code: Code, at: number): Guarded | undefined {
  const to = code.tokens[at - 1]?.text === '.' ? (code.partner[at + 1] ?? -1) : -1;
  if (to < 0 || code.tokens.slice(at + 1, Math.min(to, at + 2000)).some(({ text }) => quiet.test(text)))
    return undefined;
  if (!onlyTells(code, at + 2, to)) return undefined;
  let from = at - 2;
  while (from > 0 && /^(\.|\))$/.test(code.tokens[from]?.text ?? ''))
    from = (code.tokens[from]?.text === ')' ? (code.partner[from] ?? from) : from) - 1;
  return { from: Math.max(from, 0), to: at };
}

/** By which nothing is done with an error but to print it. */
const printing = /^(console|log|logger|print)$/;
const nothing = /^(undefined|null|void|true|false|noop)$/;

/** A handler by another name, or one that answers with the error, may look at it later; one with a block answers nothing. */
function onlyTells({ tokens }: Code, from: number, to: number): boolean {
  const words = tokens.slice(from, to).map(({ text }) => text);
  if (words.includes('{')) return true;
  const answer = words[words.indexOf('=>') + 1] ?? '';
  return printing.test(answer) || nothing.test(answer);
}

/** `try:` with an `except` that does not fail, and `with suppress(AssertionError):`. */
function guardedPython(code: Code, at: number): Guarded | undefined {
  const token = code.tokens[at];
  if (token?.text === 'suppress' && code.tokens[at + 1]?.text === '(') {
    let head = at;
    while (head > at - 60 && head > 0 && !code.tokens[head]?.first) head -= 1;
    const names = code.tokens.slice(at, code.partner[at + 1] ?? at).map(({ text }) => text);
    return catches(names) && code.tokens[head]?.text === 'with'
      ? { from: at, to: blockEndAt(code, head) }
      : undefined;
  }
  if (token?.text !== 'try' || !token.first) return undefined;
  const to = blockEndAt(code, at);
  const except = to + 1;
  if (code.tokens[except]?.text !== 'except') return undefined;
  const end = blockEndAt(code, except);
  const words = code.tokens.slice(except, Math.min(end + 1, except + 2000)).map(({ text }) => text);
  const head = words.slice(0, words.indexOf(':'));
  // What is made of the error may be looked at later.
  const name = head[head.indexOf('as') + 1];
  const given = words.indexOf('=', head.length);
  const kept = head.includes('as') && given > 0 && words.slice(given).some((word) => word === name);
  if (catches(head)) return kept || words.some((word) => quiet.test(word)) ? undefined : { from: at, to };
  // What follows may look at what was left undone.
  return doesNothing(code, except + head.length + 1, end) &&
    !/^(else|except|finally)$/.test(code.tokens[end + 1]?.text ?? '')
    ? { from: at, to, idle: true }
    : undefined;
}

function catches(words: readonly string[]): boolean {
  return words.length <= 1 || words.some((word) => /^(AssertionError|Exception|BaseException)$/.test(word));
}

/** `process.exit(0)`, `sys.exit(0)`, `os._exit(0)`, `os.Exit(0)`, `System.exit(0)`, `std::process::exit(0)`. */
function endsWell(code: Code, at: number): boolean {
  const text = code.tokens[at]?.text ?? '';
  if (!/^(_?exit|Exit)$/.test(text) || code.tokens[at + 1]?.text !== '(' || code.tokens[at + 2]?.text !== '0')
    return false;
  return (
    /^(\.|::)$/.test(code.tokens[at - 1]?.text ?? '') &&
    /^(process|sys|os|System)$/.test(code.tokens[at - 2]?.text ?? '')
  );
}
