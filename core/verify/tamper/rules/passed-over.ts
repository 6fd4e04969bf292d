/** Cases that a test goes through without looking at them any more: a new `if (…) continue;` before what it asserts. */
import type { Change, Unit } from '../change.ts';
import type { Suspicion } from '../finding.ts';
import type { Code } from '../lex/token.ts';
import { failing, type Pairing } from '../pairing.ts';
import { type Guard, guardsOf } from '../source/guards.ts';
import { assertionKey, bodyLimit } from '../source/source.ts';

/** Tests that leave a round of a loop, or the rest of themselves, before assertions that they had. */
export function passedOverRules(_change: Change, { pairs }: Pairing): Suspicion[] {
  return pairs.flatMap(({ was, is }): Suspicion[] => {
    const [old] = was;
    if (was.length !== 1 || old === undefined || is.source.same) return [];
    // A test that is left as a whole is a skipped one.
    if (is.skip !== 'no') return [];
    // Guards are read only where there are more words that leave; mostly there are not.
    if (leaving(is) <= leaving(old)) return [];
    const kept = new Set(old.assertions.map(assertionKey));
    const known = new Set(exitsOf(old).map(({ condition }) => condition));
    const exit = exitsOf(is).find(
      (one) => !known.has(one.condition) && !looksFirst(is, one) && hides(is, one, kept),
    );
    if (exit === undefined) return [];
    return [
      {
        at: { side: 'after', file: is.source.path, line: is.source.code.tokens[exit.at]?.line ?? is.line },
        was: { side: 'before', file: old.source.path, line: old.line },
        kind: 'weakened-assertion',
        severity: 'medium',
        message: `'${is.name}' passes over cases that it looked at before.`,
      },
    ];
  });
}

function leaving({ source: { code }, test }: Unit): number {
  if (test === undefined || test.body < 0) return 0;
  const body = code.tokens.slice(test.body, Math.min(test.to, test.from + bodyLimit) + 1);
  return body.filter(({ kind, text }) => kind === 'word' && /^(continue|break|return)$/.test(text)).length;
}

function exitsOf({ source, test }: Unit): Guard[] {
  if (test === undefined || test.body < 0) return [];
  const { body, to } = test;
  return guardsOf(source.code, source.path.endsWith('.py')).filter(
    ({ exits, at, to: end }) => exits && body < at && end <= to,
  );
}

/** Whether the branch asserts something itself, fails, or skips aloud: then nothing is passed over in silence. */
function looksFirst({ source: { code }, assertions }: Unit, { at, from, to }: Guard): boolean {
  if (assertions.some((one) => at <= one.from && one.from <= to)) return true;
  return code.tokens
    .slice(from, to)
    .some(
      ({ kind, text }) => kind === 'word' && (failing.test(text) || /^(skip|Skip|Fatal|Error)/.test(text)),
    );
}

/** Whether an assertion of before stands behind it in the same block. */
function hides(
  { source: { code, path }, assertions }: Unit,
  exit: Guard,
  kept: ReadonlySet<string>,
): boolean {
  const end = path.endsWith('.py') ? indentEnd(code, exit) : braceEnd(code, exit.at);
  return assertions.some((one) => exit.to < one.from && one.from < end && kept.has(assertionKey(one)));
}

function braceEnd({ tokens, partner }: Code, from: number): number {
  for (let at = from - 1; at >= 0; at -= 1) {
    const other = partner[at] ?? -1;
    if (other > from && tokens[at]?.text === '{') return other;
    if (other >= 0 && other < at) at = other;
  }
  return tokens.length;
}

function indentEnd({ tokens }: Code, { at, to }: Guard): number {
  const column = tokens[at]?.column ?? 0;
  const end = tokens.findIndex((token, index) => index > to && token.first && token.column < column);
  return end < 0 ? tokens.length : end;
}
