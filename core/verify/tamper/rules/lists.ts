/** Lists that a file of tests gives a name: those that tests run over and that are empty now, and records that are gone. */
import { type Change, hasUnknownMember, quotesUnknown, type Source, type Unit } from '../change.ts';
import type { Suspicion } from '../finding.ts';
import { gather } from '../lex/token.ts';
import type { Pairing } from '../pairing.ts';
import { assertionKey, bodyLimit, canonical, partsOf, type Span } from '../source/source.ts';
import { valueEnd } from '../source/variables.ts';

/** Lists of which nothing is left, or less than the tests were written for. */
export function listRules({ sources, unknown }: Change, { pairs }: Pairing): Suspicion[] {
  const before = new Map(sources.before.map((source) => [source.path, source]));
  const product = sources.after.some(({ isTest, same }) => !isTest && !same);
  return sources.after.flatMap((source): Suspicion[] => {
    const was = before.get(source.path);
    if (source.same || was === undefined || !(source.isTest || source.tests.length > 0)) return [];
    const runs = runOver(source.code);
    const then = new Map(listsIn(was.code).map((one) => [one.name, one]));
    return listsIn(source.code).flatMap((now): Suspicion[] => {
      const old = then.get(now.name);
      if (old === undefined || old.empty) return [];
      const at = { side: 'after', file: source.path, line: now.line } as const;
      const place = { at, was: { side: 'before', file: was.path, line: old.line } } as const;
      if (now.empty && runs.has(now.name))
        return [
          {
            ...place,
            kind: 'removed-test',
            severity: 'high',
            message: `Nothing is left in ${now.name}, which tests run over.`,
          },
        ];
      if (runs.has(now.name)) return fewerValues({ source: was, list: old }, { source, list: now }, unknown);
      if (!product || !hasLess(was, old, source, now, unknown)) return [];
      if (!asksTheSame(pairs, source, now.name)) return [];
      return [
        {
          ...place,
          kind: 'weakened-assertion',
          severity: 'medium',
          message: `Records are gone from ${now.name}, and what is asked of it stayed the same.`,
        },
      ];
    });
  });
}

/** Nobody writes more between `for` and the body. */
const longestHead = 20;

/** Names that stand in the head of a loop, or that are gone through by a call. */
function runOver({ tokens }: Source['code']): ReadonlySet<string> {
  return new Set(
    gather(tokens, ({ text }, at): string[] => {
      const name = tokens[at - 2]?.text ?? '';
      if (/^(forEach|iter|into_iter|stream|map|items|entries)$/.test(text) && tokens[at - 1]?.text === '.')
        return [name];
      if (/^(each|parametrize)$/.test(text)) return words(tokens.slice(at + 1, at + longestHead));
      if (text !== 'for') return [];
      const head = tokens.slice(at + 1, at + longestHead);
      const end = head.findIndex((token) => token.text === '{' || token.first);
      return words(end < 0 ? head : head.slice(0, end));
    }),
  );
}

const words = (tokens: Source['code']['tokens']): string[] =>
  tokens.filter(({ kind }) => kind === 'word').map(({ text }) => text);

interface List {
  readonly name: string;
  readonly empty: boolean;
  readonly line: number;
  /** Its value. */
  readonly from: number;
}

/** A list or a table as it is written: `[…]`, `[]string{…}`, `vec![…]`, `List.of(…)`, `new String[] {…}`; and one without elements. */
const list =
  /^&?(\[|\{|\(|set\(|dict\(|list\(|vec!|map\[|new \w+(<[^=]*>)?(\[\])?[({]|(List|Set|Map|Stream|Array|Arrays)\.(of|asList|empty)\(|Vec::new|std::|nil$)/;
const none =
  /^&?(\[\]|\{\}|\(\)|(set|dict|list)\(\)|vec!\[\]|(\[\]|map\[[\w.*]+\])[\w.*]*(\{[^{}]*\})?\{\}|new \w+(<[^=]*>)?(\(\)|\[\]\{\}|\[0\])|\w+\.(of|asList|empty)\(\)|Vec::new\(\)|nil)$/;
/** What comes into a list later on. */
const filling = /^(append|push|add|put|insert|extend|set|update|unshift|addAll|putAll)$/;

/** Names that are given a list once, and nothing after that. */
function listsIn(code: Source['code']): List[] {
  const { tokens, partner } = code;
  const found = new Map<string, List>();
  const filled = new Set<string>();
  tokens.forEach(({ kind, text, line }, at) => {
    const [next = '', after = ''] = [tokens[at + 1]?.text, tokens[at + 2]?.text];
    if (kind !== 'word') return;
    const given = next === '[' && /^[-+]?=$/.test(tokens[(partner[at + 1] ?? at) + 1]?.text ?? '');
    if (given || (next === '.' && filling.test(after))) filled.add(text);
    const sign = signAfter(code, at);
    if (sign === undefined) return;
    if (found.has(text)) filled.add(text);
    const value = canonical(code, sign + 1, valueEnd(code, sign + 1));
    if (list.test(value)) found.set(text, { name: text, empty: none.test(value), line, from: sign + 1 });
  });
  return [...found.values()].filter(({ name }) => !filled.has(name));
}

/** The sign of an assignment to the name at `at`, behind its type if that is told. */
function signAfter({ tokens, partner }: Source['code'], at: number): number | undefined {
  let sign = at + 1;
  if (tokens[sign]?.text === ':')
    while (sign < at + 16 && !/^(=|;|,|\))$/.test(tokens[sign]?.text ?? ';'))
      sign = Math.max(sign, partner[sign] ?? -1) + 1;
  return /^:?=$/.test(tokens[sign]?.text ?? '') ? sign : undefined;
}

/** `{ mail: 'a' }`, `new User("a")`, `User { … }`: the elements of a list of records, as far as it is one. */
function recordsOf({ code }: Source, { from }: List): ReadonlyMap<string, Span> {
  const { tokens, partner } = code;
  // What begins with a brace is one record itself; of a type, `[]User{…}`, the last brackets hold the elements.
  if (tokens[from]?.text === '{') return new Map();
  let open = from;
  while (open < from + 8 && !((partner[open] ?? -1) > open + 1)) open += 1;
  const records = partsOf(code, open).filter(({ from: first, to }) => {
    const bare = /^[{([]$/.test(tokens[first]?.text ?? '');
    const closes = (partner[to] ?? -1) >= first && (partner[to] ?? to) < to;
    return closes && to > first + 2 && (bare || tokens[first + 1]?.text !== ':');
  });
  return new Map(records.map((one) => [canonical(code, one.from, one.to), one]));
}

interface Placed {
  readonly source: Source;
  readonly list: List;
}

/** Numbers and texts that are gone from a list that tests run over, which holds no other ones, and that stand nowhere else in the file. */
function fewerValues(was: Placed, is: Placed, unknown: ReadonlySet<string>): Suspicion[] {
  const [then, now] = [valuesIn(was), valuesIn(is)];
  const left = new Set(now.map(({ text }) => text));
  const known = new Set(then.map(({ text }) => text));
  if (now.length === 0 || [...left].some((text) => !known.has(text))) return [];
  const said = new Set(
    is.source.code.tokens.map(({ kind, text }) => (kind === 'string' ? text.slice(1, -1) : text)),
  );
  const lost = then.filter(
    ({ text }) => !left.has(text) && !said.has(text.replace(/^"|"$/g, '')) && !quotesUnknown(text, unknown),
  );
  const [first] = lost;
  if (first === undefined) return [];
  return [
    {
      at: { side: 'before', file: was.source.path, line: first.line },
      kind: 'removed-test',
      severity: 'high',
      message: `${lost.length} of ${then.length} values of ${was.list.name} are gone, which tests run over.`,
    },
  ];
}

/** The numbers and texts of a list, as far as it holds nothing else. */
function valuesIn({ source: { code }, list: { from } }: Placed): { text: string; line: number }[] {
  const { tokens, partner } = code;
  let open = from;
  while (open < from + 8 && !((partner[open] ?? -1) > open + 1)) open += 1;
  const parts = open < from + 8 ? partsOf(code, open) : [];
  const isValue = ({ from: first, to }: Span) =>
    /^(number|string)$/.test(tokens[to]?.kind ?? '') &&
    (first === to || (to === first + 1 && tokens[first]?.text === '-'));
  if (parts.length < 2 || !parts.every(isValue)) return [];
  return parts.map((one) => ({ text: canonical(code, one.from, one.to), line: tokens[one.from]?.line ?? 1 }));
}

/** Whether records are gone from a list, which holds no other ones, and stand nowhere else in the file. */
function hasLess(was: Source, old: List, is: Source, now: List, unknown: ReadonlySet<string>): boolean {
  const [then, left] = [recordsOf(was, old), recordsOf(is, now)];
  if (left.size === 0 || left.size >= then.size || [...left.keys()].some((text) => !then.has(text)))
    return false;
  const whole = canonical(is.code, 0, is.code.tokens.length - 1);
  return [...then].every(
    ([text, { from, to }]) =>
      left.has(text) ||
      !(
        whole.includes(text) ||
        quotesUnknown(text, unknown) ||
        hasUnknownMember(was.code, from, to, unknown)
      ),
  );
}

/** Whether the tests that name a list, and there are some, ask what they asked. */
function asksTheSame(pairs: Pairing['pairs'], source: Source, name: string): boolean {
  const names = ({ source: { code }, test }: Unit) =>
    test !== undefined &&
    code.tokens.slice(test.from, Math.min(test.to, test.from + bodyLimit)).some(({ text }) => text === name);
  const users = pairs.filter(({ is }) => is.source.path === source.path && names(is));
  const keys = (units: readonly Unit[]) =>
    units
      .flatMap(({ assertions }) => assertions.map(assertionKey))
      .sort()
      .join('\n');
  return users.length > 0 && users.every(({ was, is }) => keys(was) === keys([is]) && keys([is]) !== '');
}
