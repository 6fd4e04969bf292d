/** Whether a new assertion of a test carries on what a lost one said, though it is written in another way. */
import { type Assertion, isSize, strength } from '../source/source.ts';
import { meant } from '../source/variables.ts';

/** With drawn inputs an assertion holds the examples that call the same. */
export function asksTheSame(one: Assertion, other: Assertion): boolean {
  const called = ({ subject }: Assertion): readonly string[] => subject.match(/\w+(?=\()/g) ?? [];
  const names = called(one);
  return (
    other.strength >= one.strength && names.length > 0 && names.every((name) => called(other).includes(name))
  );
}

const ofError = /err|exc|caught|message|thrown/i;
/** `Err(…)`, `ShapeError::Cells`, `IllegalStateException.class`. */
const anError = /\bErr\(|(Error|Exception)\b/;

/** Whether an assertion asks for an error, or for what one says. */
export const isAboutError = ({ form, subject, expected }: Assertion) =>
  form === 'error' || ofError.test(subject) || anError.test(`${subject} ${expected}`);

/** An error may be asked for by its kind, its text, its value or by a panic: which of them is a matter of style. */
export function tellsTheError(one: Assertion, other: Assertion): boolean {
  if (!isAboutError(one) || !isAboutError(other) || other.strength < strength.close) return false;
  // How many errors there are tells none of them.
  if (isSize(other) && !isSize(one)) return false;
  return one.form !== 'error' || other.form !== 'error';
}

/** One exact comparison with a whole structure says what was said of its parts, one by one. */
export function comparesTheWhole(
  one: Assertion,
  other: Assertion,
  then: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
): boolean {
  if (other.form !== 'equal' || other.strength < strength.exact || other.guarded) return false;
  const whole = meant(other.expected, now);
  // Of the very result that is compared, whatever was asked less exactly.
  const same = meant(one.subject, then) === meant(other.subject, now);
  if (same && one.strength < strength.exact) return true;
  if (!/[{[(,]/.test(whole) || seesAnother(one.expected, whole)) return false;
  // What a fake was given is told by its text.
  const said = /^\w+\(.*\)$/.test(one.expected) ? literalsIn(one.expected) : [];
  if (said.length > 0 && said.every((literal) => whole.includes(literal.replaceAll('"', '')))) return true;
  // A field of a variable that nothing tells of may be a part of anything.
  const values = one.expected.match(/"[^"]*"|[\w.]+/g) ?? [];
  const holdsAll = values.length > 0 && values.every((value) => whole.includes(value));
  if (holdsAll && values.some((value) => value.startsWith('"'))) return true;
  const calls = callsIn(meant(one.subject, then));
  const asked = callsIn(meant(other.subject, now));
  const rooted = rootOf(one.subject) === rootOf(other.subject);
  if (!rooted && calls.length > 0 && !calls.some((name) => asked.includes(name))) return false;
  if (holdsAll) return true;
  // A factory may fill in flags and nothing, and so many elements are there to be counted.
  const isPlain = !values.some((value) => /^["\d]/.test(value));
  return (
    (rooted || calls.length > 0) &&
    (isPlain ||
      (rooted && one.form === 'order') ||
      one.strength <= strength.some ||
      isSize(one) ||
      /call_?count/i.test(one.subject))
  );
}

/** Of a mock, that one method is called (`.send(…)`) says nothing of the calls of another. */
function seesAnother(one: string, other: string): boolean {
  const method = (text: string) => /^\.(\w+)\(/.exec(text)?.[1];
  const [was, is] = [method(one), method(other)];
  return was !== undefined && is !== undefined && was !== is;
}

/** Rust: two things are compared whole that were compared by their fields: `a == b` for `a.x == b.x`. */
export const comparesOwners = (one: Assertion, other: Assertion): boolean =>
  one.form === 'equal' &&
  other.form === 'equal' &&
  !other.guarded &&
  /^\w+$/.test(other.expected) &&
  one.subject.startsWith(`${other.subject}.`) &&
  one.expected.startsWith(`${other.expected}.`) &&
  one.subject.slice(other.subject.length) === one.expected.slice(other.expected.length);

/** Several results that are near several values, as one tuple: `(x, y) == approx((0.6, 0.8))`. */
export const isNearTogether = (one: Assertion, other: Assertion): boolean =>
  one.form === 'near' &&
  other.form === 'near' &&
  !other.guarded &&
  one.expected !== '' &&
  /^[([].*,/.test(other.subject) &&
  other.subject.includes(one.subject) &&
  other.expected.includes(one.expected);

const rootOf = (subject: string) => /^\w+(?!\w|\()/.exec(subject)?.[0] ?? subject;

/** What a text calls, but for what only counts or copies. */
export const callsIn = (text: string): readonly string[] =>
  (text.match(/\w+(?=\()/g) ?? []).filter((name) => name !== 'len' && name !== 'list');

/** What is compared with what the same call gives is equal to it, whatever that is. */
export function withItself(one: Assertion, given: ReadonlyMap<string, string>): Assertion {
  if (one.form !== 'equal' || one.expected === '') return one;
  const subject = meant(one.subject, given);
  const same = subject.includes('(') && subject === meant(one.expected, given);
  return same ? { ...one, form: 'trivial', strength: strength.none } : one;
}

/** Sorting, a set or one case make different results the same; what was compared as it came is compared so now. */
const lossy =
  /(^|\W)(sorted|set|frozenset|Set|Counter|toSet|toLowerCase|ToLower|to_lowercase|lower|casefold|toSorted|sort|keys|keySet)\(/;

/** Whether a comparison looks at its result without what the first one looked at. */
export function losesOrder(one: Assertion, other: Assertion): boolean {
  if (one.form !== 'equal' || lossy.test(one.subject) || !lossy.test(other.subject)) return false;
  // A set has no order.
  if (/(^|\W)(Set|HashSet|TreeSet|frozenset|BTreeSet|set)(\.of|::from)?[(<]/.test(one.expected)) return false;
  // A list that is made in place may be given to `sorted` without its brackets.
  const bare = one.subject.replace(/^(?:list\(|\[(?:\.\.\.)?)(.*)[\])]$/, '$1');
  if (other.subject === one.subject) return false;
  const calls = callsIn(bare);
  const asked = callsIn(other.subject);
  const alike =
    one.expected === other.expected && calls.length > 0 && calls.every((name) => asked.includes(name));
  return alike || other.subject.includes(bare);
}

const literalsIn = (text: string): readonly string[] => text.match(/"[^"]*"|\b\d[\w.]*/g) ?? [];

/** Methods that any list or text has: that both sides call them says nothing. */
export const general =
  /^(map|filter|join|split|sort|sorted|slice|get|keys|values|entries|items|of|list|len|str|int|String|Number|Decimal|Some|Ok|Err|vec|format|to_string|toString|into|unwrap|new|New|parse|stringify|from|expect|read_text|open)$/;

/**
 * An expectation that was written down, and is now what the code under test says: it is asked for by the very call that is
 * looked at, and nothing of what was written is left.
 */
export function worksOut(
  one: Assertion,
  other: Assertion,
  then: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
): boolean {
  if (one.form !== 'equal' || other.form !== 'equal') return false;
  const written = literalsIn(then.get(one.expected) ?? one.expected);
  // What the inputs of a call hold is nothing that is expected.
  const expected = now.get(other.expected) ?? other.expected;
  if (written.length === 0 || written.some((literal) => expected.includes(literal))) return false;
  // What the written value was made with, `new Money("1.20")`, is no more what is tested than its number.
  const made = callsIn(meant(one.expected, then));
  const looked = callsIn(meant(one.subject, then)).filter(
    (name) => !general.test(name) && !made.includes(name),
  );
  const called = callsIn(meant(expected, now).replace(/"[^"]*"/g, '""'));
  const still = callsIn(meant(other.subject, now));
  return looked.some((name) => called.includes(name) && still.includes(name));
}

/** A part of a list or a text, by its places. */
const aPart =
  /^(\[[^\]]*(:|\.\.)[^\]]*\]|\[-?\d+\]|\.(slice|take|limit|subList|substring|substr|head|first|last|at|charAt|iter\(\)\.take)\()/;

/** Whether only a part is compared of what was compared as a whole, while `said` holds not all that was expected. */
export function losesRest(
  one: Assertion,
  other: Assertion,
  then: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
  said: string,
): boolean {
  if (one.form !== 'equal' || other.form === 'custom') return false;
  const same = [one.subject, meant(one.subject, then)].find((text) =>
    [other.subject, meant(other.subject, now)].some(
      (is) => is.startsWith(text) && aPart.test(is.slice(text.length)),
    ),
  );
  const written = literalsIn(then.get(one.expected) ?? one.expected);
  if (same !== undefined) return written.some((literal) => !said.includes(literal));
  return isField(one, other, then, now) && written.length > 1 && keepsSome(written, said);
}

const keepsSome = (written: readonly string[], said: string) =>
  written.some((literal) => said.includes(literal)) && written.some((literal) => !said.includes(literal));

/** Whether the value of one field is compared where the whole was: `parse(x).unwrap().host`. */
function isField(
  one: Assertion,
  other: Assertion,
  then: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
): boolean {
  if (other.form !== 'equal' || !/[{([]/.test(one.expected)) return false;
  const bare = (text: string) => text.replace(/^(?:list|tuple|sorted)\((.*)\)$/, '$1');
  const [was, is] = [bare(meant(one.subject, then)), bare(meant(other.subject, now))];
  return was.includes('(') && is.startsWith(was) && /\.[a-z]\w*$/.test(is.slice(was.length));
}
