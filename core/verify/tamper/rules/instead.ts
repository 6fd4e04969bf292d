/** What stands for an assertion that is gone where no other assertion does: the code around it, or what the product does now. */
import { type Change, namesUnknown, type Unit } from '../change.ts';
import { failing, wordsOfProduct } from '../pairing.ts';
import { type Assertion, bodyLimit, isSize, strength } from '../source/source.ts';
import { meant } from '../source/variables.ts';
import { wordsOf } from '../words.ts';
import { isAboutError, withItself } from './carried.ts';

/** Where an assertion was, and what is in its place. */
interface Places {
  readonly was: readonly Unit[];
  readonly is: Unit;
  /** What the variables of its test were given. */
  readonly given: ReadonlyMap<string, string>;
  readonly sources: Change['sources'];
}

/** Whether an error that is thrown, a value that is unwrapped, or the product's own change says what the assertion said. */
export function isSaidOtherwise(one: Assertion, { was, is, given, sources }: Places): boolean {
  return (
    (saysNoError(one) && throwsInstead(was, is)) ||
    unwraps(one, is) ||
    (isWarning(one) && wordsOfProduct(sources.after, warns) < wordsOfProduct(sources.before, warns)) ||
    failsNow(one, is, given, sources) ||
    waitsInstead(was, is) ||
    keepsThePanic(one, is) ||
    anyWarningFails(one, was, is) ||
    answersOnly(one, is) ||
    readsNoMore(one, was, is)
  );
}

/** That something is there goes without saying where its parts are asked for, and how much there is where all of it is. */
export function goesWithout(one: Assertion, is: Unit): boolean {
  if (one.form === 'custom' && one.expected === 'verifyNoMoreInteractions')
    return is.assertions.some(comparesAll);
  // Django asks for the status along with what a page holds or leads to.
  const answer = /^(\w+)\.status_code$/.exec(one.subject)?.[1];
  if (answer && is.assertions.some((other) => asksAnswer(other, answer))) return true;
  if (isSize(one) && is.assertions.some((other) => holdsAll(one, other))) return true;
  // What is compared with something must be there.
  const there = /^(.*)\.is_(?:ok|some)\(\)$/.exec(one.subject)?.[1];
  if (there && one.expected === '' && is.assertions.some((other) => compares(other, there))) return true;
  if (
    !/^(truth|equal)$/.test(one.form) ||
    one.strength > strength.some ||
    !/^(|null|nil|None|undefined|"")$/.test(one.expected)
  )
    return false;
  if (!/^[\w.]+(\(\))?$/.test(one.subject) || /err/i.test(one.subject)) return false;
  // That there is something in it says nothing beside what that is.
  const owner = one.subject.replace(/\.(isPresent|is_some|has_value)\(\)$/, '');
  return is.assertions.some(
    ({ subject, strength: strong, guarded }) =>
      strong >= strength.part &&
      !guarded &&
      (subject === owner || (subject.startsWith(owner) && /^[.[]/.test(subject.slice(owner.length)))),
  );
}

const compares = ({ subject, expected, strength: strong, guarded }: Assertion, what: string) =>
  subject === what && strong >= strength.part && !guarded && !/^(Err|None)\b/.test(expected);

const asksAnswer = ({ form, subject, expected, guarded }: Assertion, answer: string) =>
  form === 'custom' &&
  !guarded &&
  /^assert(Redirects|Contains)$/.test(expected) &&
  subject.startsWith(`(${answer},`);

/** All that a fake was given, as it came: nothing else was. */
const comparesAll = ({ form, strength: strong, guarded, subject, expected }: Assertion) =>
  form === 'equal' && strong >= strength.exact && !guarded && /\)$/.test(subject) && /[({[]/.test(expected);

/** Whether a list is compared with that many elements, as they are written. */
function holdsAll({ subject, expected }: Assertion, other: Assertion): boolean {
  if (other.form !== 'equal' || other.strength < strength.exact || other.guarded) return false;
  const sized = subject.replace(/^len\((.*)\)$/, '$1').replace(/\.(length|size|len|count)(\(\))?$/, '');
  return other.subject === sized && Number(expected) === elementsIn(other.expected);
}

/** How many elements a list holds that is written out: `[a, b]`, `[]T{a, b}`, `vec![a, b]`, or the arguments of a call. */
function elementsIn(text: string): number | undefined {
  const inner =
    /^(?:vec!|(?:\[\][\w.*]+|List\.of|Arrays\.asList)(?=[{(]))?[[{(](.*)[\]})]$/.exec(text)?.[1] ?? text;
  let [depth, count] = [0, inner === '' ? 0 : 1];
  for (const one of inner.replace(/"[^"]*"/g, '""')) {
    if (/[[({]/.test(one)) depth += 1;
    else if (/[\])}]/.test(one)) depth -= 1;
    else if (one === ',' && depth === 0) count += 1;
  }
  return depth === 0 ? count : undefined;
}

const saysNoError = ({ form, strength: strong, subject, expected }: Assertion) =>
  (form === 'error' && strong === strength.some && /err/i.test(subject)) ||
  (/^(null|undefined|)$/.test(expected) && /^(e|err|error)$/i.test(subject)) ||
  // Of the two that a callback is given, one is nothing.
  (/^(null|undefined)$/.test(expected) && /^\w+$/.test(subject));

/** Where an error was handed to a callback and is thrown now, it fails the test without being looked at. */
function throwsInstead(was: readonly Unit[], is: Unit): boolean {
  if (!/\.[cm]?[jt]sx?$/.test(is.source.path)) return false;
  const awaits = (unit: Unit) => spanOf(unit).filter(({ text }) => text === 'await').length;
  return awaits(is) > was.reduce((sum, unit) => sum + awaits(unit), 0);
}

/** By which a stub of a server or of a client is known, and how often it was asked. */
const stubs = /^(respx|responses|httpserver|requests_mock|httpx_mock|nock|intercept|stubFor|mockwebserver)$/i;
const counted = /\.(call_?count|called|callCount|isDone\(\)|is_done\(\))$/;

/** What a request was like goes without saying where a stub answers only one like it, and it is looked at whether it was asked. */
function answersOnly({ subject, expected }: Assertion, is: Unit): boolean {
  const values = expected.match(/"[^"]*"|\b\d[\w.]*/g) ?? [];
  if (values.length === 0 || !/\brequests?\b|\bcalls?\[/i.test(subject)) return false;
  const words = wordsOf(is);
  return (
    values.every((value) => words.has(value)) &&
    [...words.keys()].some((word) => stubs.test(word)) &&
    is.assertions.some((other) => counted.test(other.subject) && !other.guarded)
  );
}

/** Packages of Go by which a test comes by its inputs. */
const reading = /^(os|io|ioutil|filepath|embed|json|bytes|strconv|rand)$/;

/** Go: the error of a call by which a test came by its inputs goes with that call. */
function readsNoMore(one: Assertion, was: readonly Unit[], is: Unit): boolean {
  if (!is.source.path.endsWith('.go') || one.form !== 'error' || one.subject !== 'err') return false;
  const now = new Set(spanOf(is).map(({ text }) => text));
  return was.some(({ source: { code }, test, assertions }) => {
    if (test === undefined || !assertions.includes(one)) return false;
    let at = one.from;
    while (at > test.from && !(code.tokens[at]?.text === 'err' && isGiven(code.tokens[at + 1]?.text)))
      at -= 1;
    const [owner, dot, call] = code.tokens.slice(at + 2, at + 5);
    return reading.test(owner?.text ?? '') && dot?.text === '.' && !now.has(call?.text ?? '');
  });
}

/** Rust: whatever is unwrapped must be there, and the test fails where it is not. */
function unwraps({ subject }: Assertion, is: Unit): boolean {
  const asked = /^(.*)\.is_(err|ok|some)\(\)$/.exec(subject);
  if (!asked || !is.source.path.endsWith('.rs')) return false;
  const taken = asked[2] === 'err' ? /^(unwrap_err|expect_err)$/ : /^(unwrap|expect|\?)$/;
  const { definitions, code } = is.source;
  // By itself, or by a function beside it that it calls.
  const words = wordsOf(is);
  const helpers = definitions
    .filter(({ name, from, to }) => words.has(name) && to - from < longestHelper)
    .flatMap(({ from, to }) => code.tokens.slice(from, to));
  return [...spanOf(is), ...helpers].some(({ text }) => taken.test(text));
}

/** A helper that only unwraps is short. */
const longestHelper = 100;

/** That something warns, of its age most times. */
const isWarning = ({ form, expected }: Assertion) => form === 'error' && /Warning\b/.test(expected);
const warns = /^(warn|warn_deprecated|warn_explicit|deprecated)$/;

/** Whether a test keeps what was caught of a panic, and asks for that: as `#[should_panic]` or `recover() == nil` did. */
function keepsThePanic({ form, subject, expected }: Assertion, is: Unit): boolean {
  const tokens = spanOf(is);
  if (is.source.path.endsWith('.rs'))
    return (
      form === 'error' &&
      expected === ',' &&
      tokens.some(({ text }) => text === 'catch_unwind') &&
      is.assertions.some((other) => other.subject.endsWith('.is_err()') && !other.guarded)
    );
  if (!subject.includes('recover()')) return false;
  const kept = tokens.filter(
    (_, at) => /^:?=$/.test(tokens[at + 1]?.text ?? '') && tokens[at + 2]?.text === 'recover',
  );
  return kept.some(({ text }) => is.assertions.some((other) => other.subject.split(/\W+/).includes(text)));
}

/** Go: a test that slept before it looked waits for a signal now, and fails where that does not come in time. */
function waitsInstead(was: readonly Unit[], is: Unit): boolean {
  if (!is.source.path.endsWith('.go')) return false;
  const sleeps = (unit: Unit) => spanOf(unit).filter(({ text }) => text === 'Sleep').length;
  if (sleeps(is) >= was.reduce((sum, unit) => sum + sleeps(unit), 0)) return false;
  const tokens = spanOf(is);
  return tokens.some(({ text }, at) => {
    if (text !== 'case' || !tokens[at + 1]?.text.startsWith('<')) return false;
    const arm = tokens.slice(at + 1, at + longestArm).map((token) => token.text);
    const colon = arm.indexOf(':');
    const gaveUp = arm.slice(0, colon).some((word) => /^(After|Done|C)$/.test(word));
    return gaveUp && arm.slice(colon, colon + 6).some((word) => /^(Fatalf?|Errorf?|FailNow)$/.test(word));
  });
}

/** `case <-time.After(100 * time.Millisecond): t.Fatalf(`: no arm that gives up has more tokens before it fails. */
const longestArm = 30;

/** Python: that nothing was recorded of what warns goes without saying where any warning is an error. */
function anyWarningFails(one: Assertion, was: readonly Unit[], is: Unit): boolean {
  if (!is.source.path.endsWith('.py')) return false;
  if (one.form === 'error') return one.expected === 'None,' && turnsWarnings(is);
  const asksNone = one.expected === 'not' || /^(0|\[\]|null)$/.test(one.expected);
  const name = /^(?:len\()?(\w+)\)?$/.exec(one.subject)?.[1];
  const records = was.some((unit) =>
    spanOf(unit).some(
      ({ text }, at, all) =>
        text === 'as' &&
        all[at + 1]?.text === name &&
        all.slice(Math.max(0, at - 8), at).some((token) => /^(warns|catch_warnings)$/.test(token.text)),
    ),
  );
  return asksNone && records && turnsWarnings(is);
}

/** `warnings.simplefilter("error")` without a category. */
const turnsWarnings = (unit: Unit) =>
  spanOf(unit).some(
    ({ text }, at, all) =>
      /^(simplefilter|filterwarnings)$/.test(text) &&
      /^["']error["']$/.test(all[at + 2]?.text ?? '') &&
      all[at + 3]?.text === ')',
  );

/** Whether the product throws at more places, and the test asks for just such an error of what the assertion was about. */
function failsNow(
  one: Assertion,
  is: Unit,
  given: ReadonlyMap<string, string>,
  sources: Change['sources'],
): boolean {
  const asked = is.assertions.some((other) => isAboutError(other) && other.strength >= strength.close);
  if (!asked || is.assertions.some((other) => !isAboutError(other) && other.form !== 'trivial')) return false;
  const called = meant(one.subject, given).match(/\w+(?=\()/g) ?? [];
  const words = wordsOf(is);
  return (
    called.some((name) => words.has(name)) &&
    wordsOfProduct(sources.after, failing) > wordsOfProduct(sources.before, failing)
  );
}

/** Whether a test skips itself now where an error failed it: that is told by itself. */
export const skipsInstead = ({ form }: Assertion, was: readonly Unit[], is: Unit): boolean =>
  form === 'error' && is.skip === 'sometimes' && was.every(({ skip }) => skip === 'no');

/** Whether tests gave an option that the product no longer knows, and one asks now that it is refused. */
export function refusesOption(was: readonly Unit[], is: Unit, unknown: ReadonlySet<string>): boolean {
  if (is.assertions.length === 0 || !is.assertions.every(isAboutError)) return false;
  if (!is.assertions.some((one) => one.strength >= strength.close && !one.guarded)) return false;
  const names = (unit: Unit) =>
    namesUnknown(
      spanOf(unit)
        .map(({ kind, text }) => (kind === 'string' ? '""' : text))
        .join(''),
      unknown,
    );
  return names(is) && was.every(names);
}

/** `cap := v.cap(); v.grow(); equal(v.cap(), cap)`: whether something was done to what is asked since its answer was kept. */
function actsBetween({ source: { code }, test }: Unit, { subject, expected, from }: Assertion): boolean {
  const owner = /^(\w+)\.\w+\(/.exec(subject)?.[1];
  if (owner === undefined || test === undefined) return false;
  let kept = from;
  while (kept > test.from && !(code.tokens[kept]?.text === expected && isGiven(code.tokens[kept + 1]?.text)))
    kept -= 1;
  if (kept === test.from) return false;
  // Once where the answer is kept, and whatever comes then.
  return code.tokens.slice(kept, from).filter(({ text }) => text === owner).length > 1;
}

/** The assertion, trivial where it compares a thing with itself. */
export const saysWhat = (one: Assertion, unit: Unit, given: ReadonlyMap<string, string>): Assertion =>
  actsBetween(unit, one) ? one : withItself(one, given);

const isGiven = (text: string | undefined) => text === '=' || text === ':=';

/** The tokens of a test, of a long one the first. */
export const spanOf = ({ source, test }: Unit) =>
  test ? source.code.tokens.slice(test.from, Math.min(test.to, test.from + bodyLimit)) : [];

/** Whether a new test has the inputs that a test no longer has, and asks what was asked of them: a test that was cut in two. */
export function tookOver(was: Unit, line: number, is: Unit, fresh: readonly Unit[]): boolean {
  const one = was.assertions.find((asked) => asked.line === line);
  const left = new Set(wordsOf(is).keys());
  const lost = [...wordsOf(was).keys()].filter((word) => /^"|^\d/.test(word) && !left.has(word));
  const inputs = lost.filter((word) => !one?.expected.includes(word));
  if (one === undefined || inputs.length === 0 || is.assertions.length === 0) return false;
  return fresh.some((unit) => {
    const words = wordsOf(unit);
    const held = lost.filter((word) => words.has(word));
    return held.length * 2 >= lost.length && unit.assertions.some((other) => asksAsMuch(one, other));
  });
}

const asksAsMuch = (one: Assertion, other: Assertion) =>
  other.form !== 'trivial' &&
  !other.guarded &&
  (other.strength >= one.strength || (isAboutError(one) && isAboutError(other)));

/** A test with what the new tests inside of it ask. */
export function withSubtests(is: Unit, fresh: readonly Unit[]): Unit {
  const { test, source } = is;
  if (test === undefined || !source.path.endsWith('.go')) return is;
  const inner = fresh.filter(
    (unit) => unit.source === source && unit.test && test.from < unit.test.from && unit.test.to <= test.to,
  );
  return inner.length === 0
    ? is
    : { ...is, assertions: [...is.assertions, ...inner.flatMap((unit) => unit.assertions)] };
}
