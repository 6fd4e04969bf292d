/** Assertions of Gomega: `Expect(err).NotTo(HaveOccurred())`, `Eventually(f).WithTimeout(t).Should(Equal(3))`. */
import type { Code } from '../lex/token.ts';
import { equal, inAnyOrder, type Judged, judgeCondition, judged } from '../source/condition.ts';
import { type Assertion, canonical, numberOf, partsOf, type Span, strength } from '../source/source.ts';
import { judgeError } from './named.ts';

const begins = /^(Expect|Eventually|Consistently)(WithOffset)?$/;
const owners = /^(g|gomega|om)$/;
const says = /^(To|Should|ToNot|NotTo|ShouldNot)$/;

/** Nobody writes more links, `.WithTimeout(…).WithPolling(…)`, or nests matchers deeper. */
const mostLinks = 6;
const deepest = 6;

/** The assertion that begins at a token, if one does. */
export function gomegaAt(code: Code, at: number): Assertion | undefined {
  const { tokens, partner } = code;
  const name = tokens[at]?.text ?? '';
  if (!begins.test(name) || tokens[at + 1]?.text !== '(') return undefined;
  if (tokens[at - 1]?.text === '.' && !owners.test(tokens[at - 2]?.text ?? '')) return undefined;
  const args = partsOf(code, at + 1);
  const looked = args[name.endsWith('WithOffset') ? 1 : 0];
  let close = partner[at + 1] ?? -1;
  for (let link = 0; link < mostLinks && close > at && looked; link += 1) {
    const word = tokens[close + 2]?.text ?? '';
    const open = close + 3;
    if (tokens[close + 1]?.text !== '.' || tokens[open]?.text !== '(') return undefined;
    close = partner[open] ?? -1;
    const [matcher] = says.test(word) ? partsOf(code, open) : [];
    if (matcher === undefined || close < 0) continue;
    const told = judgeMatcher(code, looked, matcher, word.includes('Not'));
    return { line: tokens[at]?.line ?? 1, from: at, to: close, ...told };
  }
  return undefined;
}

function judgeMatcher(code: Code, looked: Span, { from, to }: Span, negated: boolean, depth = 0): Judged {
  const name = code.tokens[from]?.text ?? '';
  const subject = canonical(code, looked.from, looked.to);
  const args = code.tokens[from + 1]?.text === '(' ? partsOf(code, from + 1) : [];
  const [first] = args;
  const expected = first ? canonical(code, first.from, first.to) : '';
  if (name === 'Not' && first && depth < deepest)
    return judgeMatcher(code, looked, first, !negated, depth + 1);
  if (/^(And|SatisfyAll)$/.test(name) && !negated && depth < deepest) {
    const all = args.map((one) => judgeMatcher(code, looked, one, false, depth + 1));
    const best = all.sort((a, b) => b.strength - a.strength)[0];
    if (best) return best;
  }
  if (/^BeTrue/.test(name)) return judgeCondition(code, looked, negated);
  if (/^BeFalse/.test(name)) return judgeCondition(code, looked, !negated);
  // That all went well says nothing of the result.
  const isError = /\b\w*err\w*$/i.test(subject);
  if (name === 'Succeed' || name === 'HaveOccurred' || (name === 'BeNil' && isError))
    return judged('error', strength.some, subject, '');
  if (negated)
    return /^(Contain|HaveKey|HaveField|HavePrefix|HaveSuffix|Match|Panic)/.test(name)
      ? judged('part', strength.part, subject, `not ${expected}`)
      : judged('truth', strength.some, subject, expected);
  // A value is that very error, a text or a matcher is found in what one says.
  if (name === 'MatchError')
    return { ...judgeError(expected, /^["A-Z]\w*\(|^"/.test(expected) ? '' : 'is'), subject };
  if (name === 'Panic') return judged('error', strength.some, subject, '');
  if (/^(Equal|BeEquivalentTo|BeIdenticalTo|MatchJSON|MatchYAML|MatchXML|HaveExactElements)$/.test(name))
    return equal(subject, expected);
  if (name === 'ConsistOf') return inAnyOrder(equal(subject, canonical(code, from + 1, to)));
  if (/^Be(Nil|Empty|Zero)$/.test(name)) return judged('equal', strength.exact, subject, 'null');
  if (/^(HaveLen|HaveCap)$/.test(name)) return judged('part', strength.close, subject, expected);
  if (name === 'BeNumerically') return judgeNumber(code, subject, args);
  const known = /^(Be[A-Z]|Have[A-Z]|Contain[A-Z]|Match[A-Z]|Receive|Satisfy|Or$|And$|WithTransform)/.test(
    name,
  );
  const whole = canonical(code, from, to);
  return known
    ? judged(
        'part',
        /^Have\w*Value$|^HaveField$|^HaveHTTP/.test(name) ? strength.close : strength.part,
        subject,
        whole,
      )
    : judged('custom', strength.close, subject, whole);
}

/** `BeNumerically("<=", 10)`, `BeNumerically("~", 3.14, 0.01)`. */
function judgeNumber(code: Code, subject: string, [sign, value, off]: readonly Span[]): Judged {
  const operator = sign ? canonical(code, sign.from, sign.to).replaceAll('"', '') : '';
  const expected = value ? canonical(code, value.from, value.to) : '';
  if (operator === '==') return equal(subject, expected);
  if (operator === '~') {
    const tolerance = numberOf(code, off);
    const near = judged('near', strength.close, subject, expected);
    return tolerance === undefined ? near : { ...near, tolerance };
  }
  if (!/^[<>]=?$/.test(operator)) return judged('truth', strength.some, subject, expected);
  const number = numberOf(code, value);
  const order = judged('order', strength.part, subject, expected);
  return number === undefined
    ? order
    : { ...order, bound: { upper: operator.startsWith('<'), value: number } };
}
