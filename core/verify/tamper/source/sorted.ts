/** What a test sorts in place before it looks at it: its order was not looked at. */
import type { Code } from '../lex/token.ts';
import type { Assertion, Span } from './source.ts';

/** A test that sorts has this word in it, whatever its language. */
const sorting =
  /^(sort|sort_\w+|sorted|Sort|SortFunc|SortStableFunc|Strings|Ints|Float64s|Slice|SliceStable|Stable)$/;
/** Of a test so many tokens are looked at. */
const longest = 2000;

/** The assertions of a test, with `sorted(name)` where they look at a variable that was sorted before. */
export function withSorted(
  code: Code,
  { from, to }: Span,
  assertions: readonly Assertion[],
): readonly Assertion[] {
  const places = new Map<string, number>();
  const last = assertions.reduce((most, one) => Math.max(most, one.from), from);
  for (let at = from; at < Math.min(to, last, from + longest); at += 1) {
    if (!sorting.test(code.tokens[at]?.text ?? '') || code.tokens[at + 1]?.text !== '(') continue;
    const name = sortedAt(code, at);
    if (name !== undefined && !places.has(name)) places.set(name, at);
  }
  if (places.size === 0) return assertions;
  return assertions.map((one) => {
    const at = places.get(one.subject);
    return at !== undefined && at < one.from && one.form === 'equal'
      ? { ...one, subject: `sorted(${one.subject})` }
      : one;
  });
}

/** `sort.Strings(got)`, `slices.SortFunc(got, …)`, `Collections.sort(got)`, and `got.sort();` as a statement of its own. */
function sortedAt({ tokens, partner }: Code, at: number): string | undefined {
  const [owner, dot] = [tokens[at - 2], tokens[at - 1]?.text];
  if (dot !== '.' || owner?.kind !== 'word') return undefined;
  if (/^(sort|slices|Collections|Arrays)$/.test(owner.text)) {
    const given = tokens[at + 2];
    // `sort.Sort(byName(got))`: the list is given to its order first.
    const inner = tokens[at + 3]?.text === '(' ? tokens[at + 4] : given;
    return inner?.kind === 'word' ? inner.text : undefined;
  }
  // What is done with the sorted list shows it as such by itself.
  const before = tokens[at - 3];
  const next = tokens[(partner[at + 1] ?? at) + 1];
  const alone = before === undefined || /^[;{})]$/.test(before.text) || before.line < owner.line;
  const ends = next === undefined || /^[;}]$/.test(next.text) || next.line > (tokens[at]?.line ?? 0);
  return alone && ends && /^(sort|sort_\w+)$/.test(tokens[at]?.text ?? '') ? owner.text : undefined;
}
