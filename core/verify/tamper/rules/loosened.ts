/** How one assertion lets more results pass than another. */
import type { Change } from '../change.ts';
import { isSnapshot, isTestPath } from '../path.ts';
import { type Assertion, isSize, type Source, strength } from '../source/source.ts';
import { meant } from '../source/variables.ts';
import { isAboutError, losesOrder } from './carried.ts';

/** Half of a fourth decimal place and `5e-5` are the same, whatever they are rounded to. */
const isWider = (was: number, is: number) => is > was * (1 + 1e-9);

/** Whether two results are compared with something near, and the second may be further off. */
export const isFurtherOff = (one: Assertion, other: Assertion) =>
  other.form === 'near' &&
  one.tolerance !== undefined &&
  other.tolerance !== undefined &&
  isWider(one.tolerance, other.tolerance);

/** The kind of what is told of it. */
export type Loosened = 'weakened-assertion' | 'widened-tolerance';

/** How the second lets more pass than the first; undefined when it does not. */
export function loosened(one: Assertion, other: Assertion): Loosened | undefined {
  if (one.form === 'near' && other.form === 'near') {
    const was = one.tolerance ?? 0.01;
    return other.tolerance !== undefined && isWider(was, other.tolerance) ? 'widened-tolerance' : undefined;
  }
  const [was, is] = [one.bound, other.bound];
  if (was && is && was.upper === is.upper && one.subject === other.subject)
    return (was.upper ? is.value > was.value : is.value < was.value) ? 'widened-tolerance' : undefined;
  // Of what had to hold all at once, one is enough.
  if (one.subject.includes('&&') && one.subject.replaceAll('&&', '||') === other.subject)
    return 'weakened-assertion';
  // An exact comparison of fractions is a mistake that a tolerance mends.
  if (one.form === 'equal' && other.form === 'near' && /\d\.\d/.test(one.expected) && !isCoarse(one, other))
    return undefined;
  // What is true of a result has a name here and a comparison there.
  if (isFlag(one.expected) && other.subject !== one.subject && other.strength >= strength.part)
    return undefined;
  if (onlyAFlag(one, other) || losesOrder(one, other) || leavesOutMore(one, other))
    return 'weakened-assertion';
  if (other.strength >= one.strength || saysAsMuch(one, other) || refusesNow(one, other)) return undefined;
  if (isNoError(one, other)) return undefined;
  return 'weakened-assertion';
}

/** Whether that a call gives nil back is said as what it means, that it went well: `To(BeNil())` and `To(Succeed())`, `ifError(e)`. */
const isNoError = (one: Assertion, other: Assertion) =>
  one.form === 'equal' &&
  /^(null|undefined)$/.test(one.expected) &&
  other.form === 'error' &&
  other.expected === '' &&
  other.subject === one.subject;

/** Nothing, or a word for a failure. */
const nothing =
  /^(|null|nil|None|undefined|false|False|-1|"[^"]*(fail|error|invalid|denied|refus|reject|missing|unknown|unavailable)[^"]*")$/i;

/** Whether what was answered with nothing, or with a word for a failure, is refused with an error of a kind: `find(x).is_none()`, `Err(Error::NotFound)`. */
const refusesNow = (one: Assertion, other: Assertion) =>
  one.form === 'equal' &&
  nothing.test(one.expected) &&
  !isAboutError(one) &&
  isAboutError(other) &&
  other.strength >= strength.close;

/** Fields that a deep comparison left out, and fields that it leaves out beside them. */
function leavesOutMore(one: Assertion, other: Assertion): boolean {
  const [was, is] = [one, other].map(({ expected }) => /, but for (.*)$/.exec(expected)?.[1]?.split(/\W+/));
  return was !== undefined && (is ?? []).some((word) => !was.includes(word));
}

/** Whether a comparison leaves out only fields that are new: of a time or an id that came along nobody knows the value. */
export function leavesOutNew({ expected }: Assertion, { before, after }: Change): boolean {
  const fields = /, but for (.*)$/.exec(expected)?.[1]?.match(/(?<=[".])[a-z]\w*(?=")/g) ?? [];
  return fields.length > 0 && fields.every((field) => isNewWord(field, before, after));
}

/** Whether a file that is no test says a word now, and no file that changed said it before. */
export function isNewWord(word: string, before: Change['before'], after: Change['after']): boolean {
  const said = new RegExp(`\\b${word}\\b`);
  const product = [...after].filter(([path]) => !isTestPath(path) && !isSnapshot(path));
  return product.some(([, text]) => said.test(text)) && ![...before.values()].some((text) => said.test(text));
}

/** A tenth of what is expected is more than arithmetic is off by. */
function isCoarse({ expected }: Assertion, { tolerance }: Assertion): boolean {
  const value = Math.abs(Number(/^(-?\d+\.\d+)[dfDF]?$/.exec(expected)?.[1] ?? Number.NaN));
  return tolerance !== undefined && tolerance > value / 10;
}

const isFlag = (text: string) => /^(true|false|True|False)$/.test(text);

/** Where a value was compared, that something is true of it says less; unless what is said to be true is that comparison. */
function onlyAFlag(one: Assertion, other: Assertion): boolean {
  if (one.form !== 'equal' || other.form !== 'equal' || !isFlag(other.expected) || isFlag(one.expected))
    return false;
  return one.expected !== '' && !other.subject.includes(one.expected);
}

/** A comparison with a part of a structure that holds all that was expected, or the very field that was looked at. */
function saysAsMuch(one: Assertion, other: Assertion): boolean {
  if ((other.form !== 'part' && other.form !== 'error') || !/[[{]/.test(other.expected)) return false;
  // In any order, with anything else beside it.
  if (one.expected.startsWith('[') && /^"?expect\.arrayContaining\(/.test(other.expected)) return false;
  const field = /^(.*)\.(\w+)$/.exec(one.subject);
  if (field && other.subject === field[1]) return new RegExp(`\\b${field[2]}:`).test(other.expected);
  // Whatever the object is called now: the same field must have the same value.
  if (field && one.expected !== '' && other.expected.includes(`${field[2]}:${one.expected}`)) return true;
  const values = one.expected.match(/"[^"]*"|\b[\w.]+/g) ?? [];
  return (
    /[[{]/.test(one.expected) && values.length > 0 && values.every((value) => other.expected.includes(value))
  );
}

/** Where nothing but a flag can be true, that it is so is as exact as a comparison: `assert.False(x)`, `assert.Equal(x, false)`. */
export function saysTheFlag(one: Assertion, other: Assertion): boolean {
  if (one.form !== 'equal' || other.form !== 'truth' || one.subject !== other.subject) return false;
  return one.expected === 'true'
    ? other.expected === ''
    : one.expected === 'false' && other.expected === 'not';
}

/** `response.status_code`, `res.ok`, `w.Code`, `status().isOk()`. */
const ofStatus = /(^|\.)(status|status_?code|code|ok|is_?success)(\(\))?$/i;
const success = /^(|true|20[0-3]|(\w+(\.|::))*(Status)?(OK|CREATED|ACCEPTED|HTTP_20[0-3]\w*))$/i;

/** `result.exit_code`, `proc.returncode` of a program. */
const ofExit = /(^|\.)(exit_?code|return_?code|exit_?status)(\(\))?$/i;

/** Whether the second only asks that a request went well, where the first asked what it was answered with. */
export function onlySaysOk(one: Assertion, other: Assertion): boolean {
  // Where a redirect leads to is more than that it is one.
  if (one.expected === 'assertRedirects' && ofStatus.test(other.subject) && /^30\d$/.test(other.expected))
    return true;
  const asks =
    other.form === 'custom'
      ? /^\(status\(\)\.is(Ok|2xxSuccessful)\(\)\)$/.test(other.subject)
      : ofStatus.test(other.subject) && success.test(other.expected);
  const ends = ofExit.test(other.subject) && other.expected === '0';
  // A page that is shown where another was redirected to is another answer, and so is one that is no error.
  const isAnswer = !/status|code|redirect|location|err|\.ok\b/i.test(`${one.subject} ${one.expected}`);
  return (asks || ends) && isAnswer && one.form !== 'error' && one.strength >= strength.part;
}

/** Java: whether what is expected is what a class of the platform says, which no product brings: `StandardCharsets.UTF_8.name()`. */
export function asksThePlatform(one: Assertion, other: Assertion, { code }: Source): boolean {
  if (one.form !== 'equal' || other.form !== 'equal') return false;
  // Of two calls nobody tells which is looked at.
  const [asked = '', ...rest] = [other.subject, other.expected].filter((side) => side !== one.subject);
  if (rest.length > 0) return false;
  const name = /^([A-Z]\w+)\.[A-Z][A-Z\d_]+(\.\w+\(\))?$/.exec(asked)?.[1];
  if (name === undefined) return false;
  return code.tokens.some(({ text }, at) => {
    if (text !== 'import' || !/^javax?$/.test(code.tokens[at + 1]?.text ?? '')) return false;
    const end = code.tokens.slice(at, at + 20).findIndex((token) => token.text === ';');
    return end > 0 && code.tokens[at + end - 1]?.text === name;
  });
}

/** A count may be kept in a variable before it is compared: `const count = await hits.count()`. */
export function countsTheSame(one: Assertion, other: Assertion, given: ReadonlyMap<string, string>): boolean {
  if (one.form !== 'equal' || one.expected !== other.expected || !isSize(other)) return false;
  return isSize({ ...one, subject: meant(one.subject, given) });
}

/** Whether an error that was kept in a variable is asked for where the call is: `NoError(t, err)`, `NoError(t, load(&c))`. */
export const holdsItsError = (one: Assertion, other: Assertion): boolean =>
  one.form === 'error' &&
  other.form === 'error' &&
  one.expected === other.expected &&
  /^\w*[eE]rr\d?$/.test(one.subject) &&
  other.subject.endsWith(')');
