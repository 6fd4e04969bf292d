/** Assertions of Python: the statement, unittest's methods, pytest's `raises`, and those of mocks. */
import type { Code } from '../lex/token.ts';
import { type Judged, judgeCondition, judged } from '../source/condition.ts';
import { lineEnd } from '../source/indent.ts';
import {
  type Assertion,
  canonical,
  checksByName,
  partsOf,
  type Span,
  split,
  strength,
} from '../source/source.ts';
import { judgeError, judgeNamed } from './named.ts';

/** All assertions of a file, in order. */
export function assertionsOfPython(code: Code): Assertion[] {
  const found: Assertion[] = [];
  code.tokens.forEach((token, at) => {
    if (token.kind !== 'word' || code.tokens[at - 1]?.text === 'def') return;
    if (token.text === 'assert') found.push(statementAt(code, at));
    else if (token.text === 'raise' && code.tokens[at + 1]?.text === 'AssertionError')
      found.push({
        line: token.line,
        from: at,
        to: lineEnd(code, at),
        ...judged('truth', strength.some, 'fail', ''),
      });
    else if (code.tokens[at + 1]?.text === '(' && (code.partner[at + 1] ?? -1) > 0) {
      const told = callAt(code, at, partsOf(code, at + 1));
      if (told) found.push({ line: token.line, from: at, to: code.partner[at + 1] ?? at, ...told });
    }
  });
  return found;
}

function statementAt(code: Code, at: number): Assertion {
  const to = lineEnd(code, at);
  const condition = split(code, at + 1, to, ',')[0] ?? { from: at + 1, to };
  // A tuple with something in it is true whatever it holds.
  const isTuple = code.partner[at + 1] === condition.to && code.tokens[at + 1]?.text === '(';
  if (isTuple && partsOf(code, at + 1).length > 1)
    return {
      line: code.tokens[at]?.line ?? 1,
      from: at,
      to,
      ...judged('trivial', strength.none, canonical(code, at + 1, condition.to), ''),
    };
  return { line: code.tokens[at]?.line ?? 1, from: at, to, ...judgeCondition(code, condition) };
}

const mocked: Readonly<Record<string, number>> = {
  assert_called_once_with: strength.exact,
  assert_called_with: strength.exact,
  assert_awaited_once_with: strength.exact,
  assert_has_calls: strength.close,
  assert_any_call: strength.close,
  assert_called_once: strength.close,
  assert_not_called: strength.close,
  assert_called: strength.some,
  assert_awaited: strength.some,
};

const ofNose =
  /^assert_(true|false|(not_)?equals?|(not_)?in|is|is_(not_)?none|is_instance|greater(_equal)?|less(_equal)?)$/;

function callAt(code: Code, at: number, args: readonly Span[]): Judged | undefined {
  const name = code.tokens[at]?.text ?? '';
  const member = code.tokens[at - 1]?.text === '.';
  const text = (index: number) => {
    const arg = args[index];
    return arg ? canonical(code, arg.from, arg.to) : '';
  };
  const strong = mocked[name];
  if (member && strong !== undefined) {
    const subject = canonical(code, ownerFrom(code, at), at - 2);
    return judged('equal', strong, subject, canonical(code, at + 1, code.partner[at + 1] ?? at));
  }
  const owner = member ? (code.tokens[at - 2]?.text ?? '') : '';
  if ((name === 'raises' || name === 'warns') && owner === 'pytest') {
    const match = args.slice(1).find(({ from }) => code.tokens[from]?.text === 'match');
    return judgeError(text(0), match ? canonical(code, match.from, match.to) : '');
  }
  if (/^(assertRaises|assertRaisesRegex|assertWarns)$/.test(name))
    return judgeError(text(0), name.endsWith('Regex') ? text(1) : '');
  // Of Django: each asks for several things at once.
  const asksMore = /^assert(Redirects|Contains|TemplateUsed|FormError|FormSetError)$/.test(name);
  if (asksMore) {
    const strong = name === 'assertContains' ? strength.part : strength.close;
    return judged('custom', strong, canonical(code, at + 1, code.partner[at + 1] ?? at), name);
  }
  if (/^assert[A-Z]/.test(name) && owner === 'self')
    return judgeNamed(code, name.slice('assert'.length).replace(/^Is(?=None|Instance)/, ''), args);
  if (/^assert_[a-z]/.test(name) && /^(testing|assert|np|npt|pd|pdt|tm|torch|xr)$/.test(owner))
    return judgeNamed(code, name.slice('assert_'.length), args);
  if (!member && /^assert_(allclose|(array_)?(almost_)?equal|(frame|series)_equal)$/.test(name))
    return judgeNamed(code, name.slice('assert_'.length), args);
  // nose: `assert_true(…)`, `assert_raises(…)`.
  if (!member && /^assert_raises(_regexp?)?$/.test(name))
    return judgeError(text(0), name.endsWith('raises') ? '' : text(1));
  if (!member && ofNose.test(name))
    return judgeNamed(code, name.slice('assert_'.length).replace(/^is_(?=none|instance)/, ''), args);
  if (name === 'fail' && owner === 'pytest') return judged('truth', strength.some, 'fail', '');
  if (member && /_(assertions|expectations)$/.test(name))
    return judged('custom', strength.close, canonical(code, ownerFrom(code, at), at - 2), name);
  const free = !member || owner === 'self' || owner === 'cls';
  if (!free || !checksByName(name)) return undefined;
  return judged('custom', strength.close, canonical(code, at + 1, code.partner[at + 1] ?? at), name);
}

/** Where `a.b.c` begins that ends before the dot at `at - 1`. */
function ownerFrom(code: Code, at: number): number {
  let from = at - 2;
  while (code.tokens[from - 1]?.text === '.' && from > at - 60) from -= 2;
  return Math.max(0, from);
}
