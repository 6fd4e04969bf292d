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
  if (asked.length === 0) return [];
  const isAsked = ({ key, value }: Entry) => asked.some((values) => values.has(key) && values.has(value));
  const known = new Set(productOf(sources.before).flatMap(({ code }) => code.tokens.map(plain)));
  return productOf(sources.after)
    .filter(({ same, path }) => !same && before.has(path))
    .flatMap((source) =>
      tablesIn(source)
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
