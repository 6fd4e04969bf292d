/** A call that had to throw and gives an answer now: to ask for just that answer says more than that there is some error. */
import type { Unit } from '../change.ts';
import { blockEndAt } from '../source/indent.ts';
import { type Assertion, canonical, strength } from '../source/source.ts';

/** Whether an error was asked of a call, and one value and no other is asked of the same call with the same arguments. */
export function answersTheCall(one: Assertion, unit: Unit, other: Assertion, typed: boolean): boolean {
  if (one.form !== 'error' || other.guarded || !/\w\(.*\)$/.test(other.subject)) return false;
  return isExact(other, typed) && calledIn(one, unit).includes(other.subject);
}

/** Where nothing but a flag can be true or false, that it is so is one value. */
const isExact = ({ form, strength: strong, expected }: Assertion, typed: boolean) =>
  (form === 'equal' && strong >= strength.exact && !/^(|null)$/.test(expected)) ||
  (typed && form === 'truth' && expected === 'not');

/** What an assertion of an error says, in Python with the block that has to raise it. */
function calledIn({ from, to }: Assertion, { source: { code, path } }: Unit): string {
  let head = from;
  while (path.endsWith('.py') && head > from - 4 && code.tokens[head]?.text !== 'with') head -= 1;
  const isBlock = path.endsWith('.py') && code.tokens[head]?.text === 'with';
  return canonical(code, from, isBlock ? blockEndAt(code, head) : to);
}
