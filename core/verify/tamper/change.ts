/** Reads both trees once: the files of code with their tests as units that rules can compare. */

import { type Helpers, helperCalls, helpersOf, sweep, testsFrom } from './called-checks.ts';
import { declares, nameOf, tellingName } from './declared.ts';
import type { Place, Tree } from './finding.ts';
import { isTestPath, languageOf } from './path.ts';
import { Reached } from './reached.ts';
import { withSorted } from './source/sorted.ts';
import type { Assertion, Skip, Source, Test } from './source/source.ts';

export type { Source } from './source/source.ts';

/** A test with what it asks for; without `test`, what stands in a file outside its tests. */
export interface Unit {
  readonly source: Source;
  readonly test: Test | undefined;
  readonly name: string;
  readonly line: number;
  readonly assertions: readonly Assertion[];
  /** Its own skip or the one of a group around it, and the line that says so. */
  readonly skip: Skip;
  readonly skipLine: number;
}

/** Everything that rules look at. */
export interface Change {
  readonly before: Tree;
  readonly after: Tree;
  readonly sources: { readonly before: readonly Source[]; readonly after: readonly Source[] };
  readonly units: { readonly before: readonly Unit[]; readonly after: readonly Unit[] };
  /** Names that the product defined before and nobody defines any more. */
  readonly gone: ReadonlySet<string>;
  /** Fields, options, parameters, switches and routes that the product declared and whose name stands nowhere in it any more. */
  readonly unknown: ReadonlySet<string>;
}

/** A file of more than this is data or a bundle, and no test that a person wrote. */
const largest = 1_000_000;

/** Reads the change. */
export function readChange(before: Tree, after: Tree): Change {
  const sources = sourcesOf(before, after);
  return {
    before,
    after,
    sources,
    units: { before: unitsOf(sources.before), after: unitsOf(sources.after) },
    gone: goneOf(sources.before, sources.after),
    unknown: unknownOf(sources.before, sources.after),
  };
}

/** A file that stays as it was is read once for both sides. */
function sourcesOf(before: Tree, after: Tree): Change['sources'] {
  const were = readAll('before', before, after, new Map());
  const kept = new Map(were.flatMap((source) => (source.same ? [[source.path, source]] : [])));
  return { before: were, after: readAll('after', after, before, kept) };
}

function readAll(
  side: Place['side'],
  tree: Tree,
  other: Tree,
  known: ReadonlyMap<string, Source>,
): readonly Source[] {
  return [...tree].flatMap(([path, text]): Source[] => {
    const read = known.get(path);
    if (read) return [{ ...read, side }];
    const language = languageOf(path);
    if (language === undefined || text.length > largest) return [];
    const code = language.scan(text);
    const isTest = isTestPath(path);
    return [{ ...language.read(code, path), path, side, code, isTest, same: other.get(path) === text }];
  });
}

function goneOf(before: readonly Source[], after: readonly Source[]): ReadonlySet<string> {
  const defined = (sources: readonly Source[]) =>
    sources
      .filter(({ isTest }) => !isTest)
      // What a test beside the product defines for itself goes with the test.
      .flatMap((source) => {
        const tests = testsFrom(source);
        return source.definitions.filter(({ from }) => from < tests).map(({ name }) => name);
      });
  const now = new Set(defined(after));
  return new Set(defined(before).filter((name) => !now.has(name)));
}

/** `Format.XML`, `Format::Xml`, `case XML`: one of an enumeration, told with a dot before its name. */
export function memberAt({ tokens }: Source['code'], at: number): string | undefined {
  const token = tokens[at];
  if (token?.kind !== 'word' || !/^(\.|::|case)$/.test(tokens[at - 1]?.text ?? '')) return undefined;
  const called = /^[(!.]$|^::$/.test(tokens[at + 1]?.text ?? '');
  return /^[A-Z]\w{2,}$/.test(token.text) && !called ? `.${token.text}` : undefined;
}

function unknownOf(before: readonly Source[], after: readonly Source[]): ReadonlySet<string> {
  const words = new Set<string>();
  const product = ({ isTest }: Source) => !isTest;
  for (const { same, code } of before.filter(product)) {
    if (same) continue;
    code.tokens.forEach((token, at) => {
      const member = memberAt(code, at);
      if (member) words.add(member);
      const word = nameOf(token);
      if (word.length >= tellingName && declares(code, at)) words.add(word);
    });
  }
  for (const { code } of after.filter(product))
    for (const token of code.tokens) {
      words.delete(nameOf(token));
      if (token.kind === 'word') words.delete(`.${token.text}`);
    }
  return words;
}

/** Whether a text holds, in quotes, what the product no longer knows. */
export function quotesUnknown(text: string, unknown: ReadonlySet<string>): boolean {
  return unknown.size > 0 && (text.match(/"[^"]*"/g) ?? []).some((word) => unknown.has(word));
}

/** Whether a piece of a test names one of an enumeration that the product no longer has. */
export function hasUnknownMember(
  code: Source['code'],
  from: number,
  to: number,
  unknown: ReadonlySet<string>,
): boolean {
  if (unknown.size === 0) return false;
  for (let at = from; at <= to; at += 1) {
    const member = memberAt(code, at);
    if (member && unknown.has(member)) return true;
  }
  return false;
}

/** Whether a string is a route with a parameter (`/orders?page=2`) that the product no longer knows. */
export function asksUnknown(text: string, unknown: ReadonlySet<string>): boolean {
  if (unknown.size === 0 || !text.startsWith('"')) return false;
  // What stood under a route that is gone.
  const under = [...text.matchAll(/\//g)].some(
    ({ index }) => index > 1 && unknown.has(`${text.slice(0, index)}"`),
  );
  if (text.startsWith('"/') && under) return true;
  return [...text.matchAll(/[?&](\w+)=/g)].some(([, name]) => unknown.has(name ?? ''));
}

/** Whether a text names, as an option, what the product no longer knows. */
export function namesUnknown(text: string, unknown: ReadonlySet<string>): boolean {
  if (unknown.size === 0) return false;
  const named = text.matchAll(/(\w+)\s*[:=](?![=:])/g);
  return [...named].some(([, option]) => unknown.has(option ?? ''));
}

function unitsOf(sources: readonly Source[]): Unit[] {
  const helpers = helpersOf(sources);
  const classes = new Set(
    sources.flatMap(({ isTest, path }) => (isTest ? (/(\w+)\.java$/.exec(path)?.[1] ?? []) : [])),
  );
  return sources.flatMap((source) => unitsIn(source, helpers, classes));
}

/** Files of the product, without the tests that stand in them: inputs and answers stand there by right. */
export function productOf(sources: readonly Source[]): Source[] {
  return sources
    .filter(({ isTest }) => !isTest)
    .map((source) => {
      const { code } = source;
      const from = testsFrom(source);
      return from >= code.tokens.length
        ? source
        : { ...source, code: { ...code, tokens: code.tokens.slice(0, from) } };
    });
}

function unitsIn(source: Source, helpers: Helpers, classes: ReadonlySet<string>): Unit[] {
  const tests = source.tests.filter(({ group }) => !group);
  if (tests.length === 0 && !source.isTest) return [];
  const mine = new Map<Test, Assertion[]>(tests.map((test) => [test, []]));
  const rest: Assertion[] = [];
  const from = testsFrom(source);
  const all = [...source.assertions, ...helperCalls(source, helpers, classes)];
  sweep(
    tests,
    all,
    (test, one) => mine.get(test)?.push(one),
    (one) => {
      if (one.from >= from) rest.push(one);
    },
  );
  const skips = inherited(source);
  const reached = new Reached(source);
  const units = tests.map((test): Unit => {
    const { skip, line } = skips.get(test) ?? { skip: test.skip, line: test.line };
    const told = reached.of(test, mine.get(test) ?? []);
    const stops = skip === 'no' && told.skip !== 'no';
    return {
      source,
      test,
      name: test.name,
      line: test.line,
      assertions: withSorted(source.code, test, told.assertions),
      skip: stops ? told.skip : skip,
      skipLine: stops ? told.line : line,
    };
  });
  const remainder = {
    source,
    test: undefined,
    name: '',
    line: 1,
    assertions: reached.outside(rest),
    skip: 'no',
    skipLine: 1,
  } as const;
  return [...units, remainder];
}

/** For each test the strongest skip of its own, of the groups around it and of its file. */
function inherited({ tests, fileSkip }: Source): Map<Test, { skip: Skip; line: number }> {
  const rank = { no: 0, sometimes: 1, always: 2 } as const;
  const found = new Map<Test, { skip: Skip; line: number }>();
  const open: Test[] = [];
  for (const test of [...tests].sort((a, b) => a.from - b.from || b.to - a.to)) {
    while (open.length > 0 && (open.at(-1)?.to ?? 0) < test.from) open.pop();
    const outer = open.at(-1);
    const around = (outer && found.get(outer)) ?? fileSkip ?? { skip: 'no', line: test.line };
    found.set(test, rank[around.skip] > rank[test.skip] ? around : { skip: test.skip, line: test.line });
    open.push(test);
  }
  return found;
}
