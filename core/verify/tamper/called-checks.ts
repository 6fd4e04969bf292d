/** Functions outside of tests that check something: a call of one asks for what it asks for. */
import { gather } from './lex/token.ts';
import type { Assertion, Definition, Source, Span } from './source/source.ts';
import { canonical, checksByName, strength } from './source/source.ts';
import { spokenIn, throwersOf } from './throwers.ts';

/** What functions check, by their names. */
export interface Helpers {
  /** The strongest thing that a function asserts. */
  readonly asserting: ReadonlyMap<string, number>;
  /** Functions that throw instead, each behind the language of its file. */
  readonly throwing: ReadonlySet<string>;
}

/**
 * From where on a file is code of tests: product code asserts what it takes for granted, and proves nothing by it. In a file
 * that holds both, tests come last, in Rust with their module around them.
 */
export function testsFrom({ isTest, path, tests, code }: Source): number {
  if (isTest || /(^|[/_.-])test|tests?(\/|\.)/i.test(path)) return 0;
  const first = tests.reduce((least, { from }) => Math.min(least, from), Number.POSITIVE_INFINITY);
  if (!path.endsWith('.rs')) return first;
  const module = code.tokens.findIndex(
    ({ text }, at) => text === 'cfg' && code.tokens[at + 2]?.text === 'test' && opensModule(code, at + 5),
  );
  return module < 0 ? first : Math.min(module, first);
}

/** Whether a module with a body follows, and not an import or a function that only tests use. */
function opensModule({ tokens }: Source['code'], from: number): boolean {
  const head = tokens.slice(from, from + 20).map(({ text }) => text);
  const end = head.findIndex((text) => /^[{;]$/.test(text));
  return head[end] === '{' && head[end - 2] === 'mod';
}

/** By which runners begin a test, and expressions match: no helper, though some file has a function of that name. */
const ofRunner = /^(test|it|describe|suite)$/;

/** Rust: methods of the traits that every type has. One that a fake of tests asserts in is none that tests check by. */
const ofTraits =
  /^(next|next_back|size_hint|from|into|try_from|from_str|drop|fmt|eq|cmp|partial_cmp|hash|clone|default|deref|index|as_ref|borrow|poll|read|write|flush|new)$/;

/** Functions outside tests that check something, with the strongest thing they check. */
export function helpersOf(sources: readonly Source[]): Helpers {
  const helpers = new Map<string, number>();
  const tell = ({ name }: Definition, strong: number) => {
    if (!ofRunner.test(name)) helpers.set(name, Math.max(helpers.get(name) ?? 0, strong));
  };
  const own = sources.map((source) => ({ source, definitions: ofTests(source) }));
  for (const { source, definitions } of own)
    sweep(definitions, source.assertions, (definition, { strength: strong }) => tell(definition, strong));
  // What only calls a helper that checks, checks by it.
  const direct = new Map(helpers);
  for (const { source, definitions } of own)
    if (definitions.length > 0)
      sweep(definitions, checksIn(source, direct), (definition, { strength: strong }) =>
        direct.has(definition.name) ? undefined : tell(definition, strong),
      );
  return { asserting: helpers, throwing: throwersOf(sources) };
}

/** Functions of tests: what a test defines for itself is no name that others call, and what it asks is the test's already. */
function ofTests(source: Source): Definition[] {
  const from = testsFrom(source);
  const within = endOfTestAt(source);
  return [...source.definitions]
    .sort((a, b) => a.from - b.from)
    .filter((one) => one.to > one.from && one.from >= from && one.to > within(one.from))
    .filter(({ name }) => !(source.path.endsWith('.rs') && ofTraits.test(name)));
}

/** Calls of helpers by their own names; of what is called of an object only what says that it checks. */
const checksIn = ({ code: { tokens } }: Source, helpers: ReadonlyMap<string, number>) =>
  gather(tokens, ({ kind, text }, at) => {
    const strong = kind === 'word' && tokens[at + 1]?.text === '(' ? helpers.get(text) : undefined;
    const owned = tokens[at - 1]?.text === '.' && !checksByName(text);
    return strong === undefined || owned ? [] : [{ from: at, strength: strong }];
  });

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
export function sweep<S extends Span, A extends { readonly from: number }>(
  spans: readonly S[],
  assertions: readonly A[],
  tell: (span: S, assertion: A) => void,
  outside?: (assertion: A) => void,
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

/** A call of a helper asks for what the helper asks for. */
export function helperCalls(
  source: Source,
  { asserting, throwing }: Helpers,
  classes: ReadonlySet<string>,
): Assertion[] {
  const { code } = source;
  const known = new Set(source.assertions.map(({ from }) => from));
  const defined = new Set(source.definitions.map(({ from }) => from));
  if (asserting.size + throwing.size === 0) return [];
  const spoken = spokenIn(source.path);
  return gather(code.tokens, (token, at): Assertion[] => {
    if (token.kind !== 'word') return [];
    // What is called of an object is its own: `text.match(…)`.
    const throws = throwing.has(`${spoken} ${token.text}`) && code.tokens[at - 1]?.text !== '.';
    const strong = asserting.get(token.text) ?? (throws ? strength.close : undefined);
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
