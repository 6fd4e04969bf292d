/** A table of a product that holds what tests ask and expect, and nothing else: their answers, looked up and not worked out. */
import { type Change, productOf, type Source } from '../change.ts';
import type { Suspicion } from '../finding.ts';
import { gather } from '../lex/token.ts';
import { partsOf, type Span, stringValue } from '../source/source.ts';
import { tableOf } from '../table.ts';

/** Of fewer entries a product may well be about just these. */
const fewest = 3;

/** Of tests with more rows and assertions the first are enough. */
const most = 2000;

/** Tables that came into a file which did without, while the tests were there before and stayed as they were. */
export function tabledRules({ sources, units, before }: Change): Suspicion[] {
  const asked = units.before
    .filter(({ test, source }) => test && source.isTest && source.same)
    .flatMap((unit) => [...tableOf(unit), ...unit.assertions].map((span) => valuesIn(unit.source, span)))
    .slice(0, most);
  for (const source of sources.after.filter(({ isTest, same }) => isTest && same))
    for (const { key, value } of tablesIn(source).flat().slice(0, most)) asked.push(new Set([key, value]));
  if (asked.length === 0) return [];
  const isAsked = ({ key, value }: Entry) => asked.some((values) => values.has(key) && values.has(value));
  const stubs = new Set(sources.before.filter(isStub).map(({ path }) => path));
  const known = new Set(productOf(sources.before).flatMap(({ code }) => code.tokens.map(plain)));
  return productOf(sources.after)
    .filter(({ same, path }) => !same && before.has(path))
    .flatMap((source) =>
      [...tablesIn(source), ...(stubs.has(source.path) ? [] : branchesIn(source))]
        .filter((entries) => entries.every((one) => isAsked(one) && !known.has(one.value)))
        .map(
          ([first]): Suspicion => ({
            at: { side: 'after', file: source.path, line: first?.line ?? 1 },
            kind: 'special-cased-test',
            severity: 'high',
            message: 'Product code holds a table of just what its tests ask and expect.',
          }),
        ),
    );
}

type Token = Source['code']['tokens'][number];
const plain = (token: Token) => (token.kind === 'string' ? stringValue(token) : token.text);
const isLiteral = ({ kind }: Token) => kind === 'string' || kind === 'number';

/** A row or an assertion of more tokens is a document. */
const longest = 60;

function valuesIn({ code }: Source, { from, to }: Span): ReadonlySet<string> {
  const tokens = to - from > longest ? [] : code.tokens.slice(from, to + 1);
  return new Set(tokens.filter(isLiteral).map(plain));
}

interface Entry {
  readonly key: string;
  readonly value: string;
  readonly line: number;
}

/** `{ Robert: 'R163', Rupert: 'R163' }`: each entry a key and a literal. */
function tablesIn({ code }: Source): Entry[][] {
  return gather(code.tokens, (token, at): Entry[][] => {
    if (token.text !== '{' || (code.partner[at] ?? -1) < 0) return [];
    const entries = partsOf(code, at).map(({ from, to }): Entry | undefined => {
      const [key, sign, value] = code.tokens.slice(from, to + 1);
      if (to !== from + 2 || !key || !value || !isLiteral(value) || !/^(:|=>)$/.test(sign?.text ?? ''))
        return undefined;
      return { key: plain(key), value: plain(value), line: key.line };
    });
    const all = entries.flatMap((one) => one ?? []);
    return all.length >= fewest && all.length === entries.length ? [all] : [];
  });
}

/** Code that was still to be written: what it then tells apart may be just what its tests were written for. */
const isStub = ({ code }: Source) =>
  code.tokens.some(({ kind, text }) =>
    kind === 'string'
      ? /not (yet )?implemented|todo/i.test(text)
      : /^(todo|unimplemented|NotImplemented(Error)?|UnsupportedOperationException)$/.test(text),
  );

/** From one branch to the next there is no more than what closes the first, or a name and its sign. */
const between = 12;

/** A function of branches for single literals, `case 'III': return 3`, `if text == "III": return 3`, `"III" => 3`: those that follow each other. */
function branchesIn({ code }: Source): Entry[][] {
  const runs: Entry[][] = [];
  let last = Number.NEGATIVE_INFINITY;
  code.tokens.forEach((token, at) => {
    const found = isLiteral(token) ? branchAt(code, at) : undefined;
    if (found === undefined) return;
    const entry = { key: plain(token), value: plain(found.answer), line: token.line };
    if (at - last <= between) runs.at(-1)?.push(entry);
    else runs.push([entry]);
    last = found.at;
  });
  return runs.filter(({ length }) => length >= fewest);
}

/** What a branch for the literal at `at` gives back at once. */
function branchAt({ tokens }: Source['code'], at: number): { answer: Token; at: number } | undefined {
  const text = (index: number) => tokens[index]?.text ?? '';
  const asked =
    /^(case|when|===?)$/.test(text(at - 1)) || (text(at - 1) === '(' && text(at - 2) === 'equals');
  let next = at + 1;
  const arrow = /^(=>|->)$/.test(text(next));
  if (!asked && !arrow) return undefined;
  while (next < at + 5 && /^[):{]$|^(=>|->)$/.test(text(next))) next += 1;
  const returns = text(next) === 'return' || text(next) === 'yield';
  if (returns) next += 1;
  else if (!arrow) return undefined;
  const answer = tokens[next];
  const after = tokens[next + 1];
  // What goes on after the literal is worked out.
  const ends = after === undefined || after.first || /^[;,})]$/.test(after.text);
  return answer && isLiteral(answer) && ends ? { answer, at: next } : undefined;
}
