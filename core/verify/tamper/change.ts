/** Reads both trees once: the files of code with their tests as units that rules can compare. */

import { declares, nameOf, tellingName } from './declared.ts';
import type { Place, Tree } from './finding.ts';
import { gather } from './lex/token.ts';
import { isTestPath, languageOf } from './path.ts';
import { Reached } from './reached.ts';
import { withSorted } from './source/sorted.ts';
import type { Assertion, Skip, Source, Test } from './source/source.ts';
import { canonical, strength } from './source/source.ts';

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

/**
 * From where on a file is code of tests: product code asserts what it takes for granted, and proves nothing by it. In a file
 * that holds both, tests come last, in Rust with their module around them.
 */
function testsFrom({ isTest, path, tests, code }: Source): number {
  if (isTest || /(^|[/_.-])test|tests?(\/|\.)/i.test(path)) return 0;
  const first = tests.reduce((least, { from }) => Math.min(least, from), Number.POSITIVE_INFINITY);
  if (!path.endsWith('.rs')) return first;
  const module = code.tokens.findIndex(
    ({ text }, at) => text === 'cfg' && code.tokens[at + 2]?.text === 'test',
  );
  return module < 0 ? first : Math.min(module, first);
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

/** By which runners begin a test, and expressions match: no helper, though some file has a function of that name. */
const ofRunner = /^(test|it|describe|suite)$/;

/** Functions outside tests that check something, with the strongest thing they check. */
function helpersOf(sources: readonly Source[]): ReadonlyMap<string, number> {
  const helpers = new Map<string, number>();
  for (const source of sources) {
    const from = testsFrom(source);
    const within = endOfTestAt(source);
    const sorted = [...source.definitions]
      .sort((a, b) => a.from - b.from)
      .filter(
        // What a test defines for itself is no name that others call, and what it asks is the test's already.
        (one) => one.to > one.from && one.from >= from && one.to > within(one.from),
      );
    sweep(sorted, source.assertions, (definition, { strength: strong }) => {
      if (!ofRunner.test(definition.name))
        helpers.set(definition.name, Math.max(helpers.get(definition.name) ?? 0, strong));
    });
  }
  return helpers;
}

/** Where the test ends that is open at a place, for places in their order; before everything where none is. */
function endOfTestAt({ tests }: Source): (place: number) => number {
  const sorted = tests.filter(({ group }) => !group).sort((a, b) => a.from - b.from);
  let [next, end] = [0, -1];
  return (place) => {
    for (; next < sorted.length && (sorted[next]?.from ?? 0) < place; next += 1)
      end = Math.max(end, sorted[next]?.to ?? -1);
    return end;
  };
}

/** Calls back with the innermost span around each assertion. Spans nest; both lists are in order of `from`. */
function sweep<S extends { readonly from: number; readonly to: number }>(
  spans: readonly S[],
  assertions: readonly Assertion[],
  tell: (span: S, assertion: Assertion) => void,
  outside?: (assertion: Assertion) => void,
): void {
  const sorted = [...spans].sort((a, b) => a.from - b.from || b.to - a.to);
  const open: S[] = [];
  let next = 0;
  for (const assertion of [...assertions].sort((a, b) => a.from - b.from)) {
    for (; next < sorted.length && (sorted[next]?.from ?? 0) <= assertion.from; next += 1) {
      const span = sorted[next];
      if (span) open.push(span);
    }
    // What ended before has no later assertion either, but an outer span may end later than an inner one.
    while (open.length > 0 && (open.at(-1)?.to ?? 0) < assertion.from) open.pop();
    const inner = open.at(-1);
    if (inner) tell(inner, assertion);
    else outside?.(assertion);
  }
}

function unitsIn(source: Source, helpers: ReadonlyMap<string, number>, classes: ReadonlySet<string>): Unit[] {
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

/** A call of a helper asks for what the helper asks for. */
function helperCalls(
  source: Source,
  helpers: ReadonlyMap<string, number>,
  classes: ReadonlySet<string>,
): Assertion[] {
  const { code } = source;
  const known = new Set(source.assertions.map(({ from }) => from));
  const defined = new Set(source.definitions.map(({ from }) => from));
  if (helpers.size === 0) return [];
  return gather(code.tokens, (token, at): Assertion[] => {
    const strong = token.kind === 'word' ? helpers.get(token.text) : undefined;
    if (strong === undefined) return [];
    // A macro of Rust is called with a mark.
    const open = source.path.endsWith('.rs') && code.tokens[at + 1]?.text === '!' ? at + 2 : at + 1;
    if (known.has(at) || defined.has(at)) return [];
    // Java: `Parser.parse(text)` calls the product, though a class of the tests has a method of that name.
    const owner = code.tokens[at - 1]?.text === '.' ? (code.tokens[at - 2]?.text ?? '') : '';
    if (source.path.endsWith('.java') && /^[A-Z]\w*[a-z]/.test(owner) && !classes.has(owner)) return [];
    if (code.tokens[open]?.text !== '(' && (open === at + 1 || code.tokens[open]?.text !== '{')) return [];
    if (/^(def|func|fn|function|class|struct|impl|new)$/.test(code.tokens[at - 1]?.text ?? '')) return [];
    const to = code.partner[open] ?? -1;
    if (to < 0) return [];
    const subject = canonical(code, open, to);
    const own = Math.max(strong, strength.part);
    return [{ line: token.line, from: at, to, form: 'custom', strength: own, subject, expected: token.text }];
  });
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
