/** Expected values that moved to where the name of their test says they may not be: the name still tells what was meant. */
import type { Unit } from '../change.ts';
import type { Suspicion } from '../finding.ts';
import { type Pairing, spoken } from '../pairing.ts';
import { type Assertion, assertionKey, strength } from '../source/source.ts';

/** Assertions that now contradict the name of their test, which stayed. */
export function contradictedRules({ pairs }: Pairing): Suspicion[] {
  return pairs.flatMap(({ was, is }): Suspicion[] => {
    const [old] = was;
    if (was.length !== 1 || old === undefined || old.name !== is.name || is.source.same) return [];
    const name = spoken(is.name);
    return [...movedIn(old, is, name), ...noLongerFails(old, is, name)];
  });
}

/** A test of more assertions is data. */
const most = 100;

function movedIn(old: Unit, is: Unit, name: string): Suspicion[] {
  const then = new Set(old.assertions.map(assertionKey));
  const now = new Set(is.assertions.map(assertionKey));
  const fresh = is.assertions.slice(0, most).filter((one) => !then.has(assertionKey(one)));
  return old.assertions.slice(0, most).flatMap((one): Suspicion[] => {
    if (one.form !== 'equal' || one.strength < strength.exact || now.has(assertionKey(one))) return [];
    const other = fresh.find(({ subject, form }) => subject === one.subject && form === 'equal');
    if (other === undefined || other.expected === one.expected || !contradicts(name, one, other)) return [];
    return [tell(old, one, is, other.line)];
  });
}

const numberIn = (text: string) => /-?\d+(?:\.\d+)?/.exec(text)?.[0];

/** Whether a name fits what was expected, and not what is expected now. */
function contradicts(name: string, one: Assertion, other: Assertion): boolean {
  const [was, is] = [numberIn(one.expected), numberIn(other.expected)];
  if (was !== undefined && is !== undefined && was !== is) {
    if (/\bround(s|ed|ing)? (half )?up\b|\bhalf up\b|\bceil/.test(name)) return Number(is) < Number(was);
    if (/\bround(s|ed|ing)? (half )?down\b|\bfloor|\btruncat/.test(name)) return Number(is) > Number(was);
    const says = (value: string) =>
      value.length > 1 && new RegExp(`(?<![\\w.])${value.replaceAll('.', '\\.')}(?![\\w.]*\\d)`).test(name);
    if (/^\W*[\d.]+\W*$/.test(one.expected) && says(was) && !says(is)) return true;
  }
  if (/^true$/i.test(one.expected) && /^false$/i.test(other.expected))
    return (
      /\b(accepts?|allows?|permits?|recogni[sz]es)\b/.test(name) && !/\b(not|never|no|only)\b/.test(name)
    );
  if (/^false$/i.test(one.expected) && /^true$/i.test(other.expected))
    return (
      /\b(rejects?|refuses?|denies|forbids?|disallows?)\b/.test(name) && !/\b(not|never|no|only)\b/.test(name)
    );
  return false;
}

/** A test that says that something is refused, and only looks at what comes of it now. */
function noLongerFails(old: Unit, is: Unit, name: string): Suspicion[] {
  if (!/\b(raises|throws|rejects|refuses|panics)\b/.test(name)) return [];
  const isOfError = ({ form, subject, expected }: Assertion) =>
    form === 'error' ||
    (form === 'equal' && expected === '') ||
    /err|exc|throw|panic|reject|catch|\bok\b|fail|invalid|false|nul|none|nil|undef|success|status|kind|message/i.test(
      `${subject} ${expected}`,
    );
  const [first] = old.assertions;
  const [now] = is.assertions;
  if (first === undefined || now === undefined || !old.assertions.every(({ form }) => form === 'error'))
    return [];
  if (
    old.assertions.some(({ strength: strong, subject }) => strong === strength.some && /^err$/i.test(subject))
  )
    return [];
  if (is.assertions.some((one) => isOfError(one) || one.form === 'custom' || one.form === 'trivial'))
    return [];
  return [tell(old, first, is, now.line)];
}

function tell(old: Unit, one: Assertion, is: Unit, line: number): Suspicion {
  return {
    at: { side: 'after', file: is.source.path, line },
    was: { side: 'before', file: old.source.path, line: one.line },
    kind: 'weakened-assertion',
    severity: 'medium',
    message: `'${is.name}' no longer expects what its name says.`,
  };
}
