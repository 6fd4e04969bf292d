/** Tests that replace what they test: an assertion on a stub shows what the stub was told. */

import type { Change, Source } from '../change.ts';
import type { Suspicion } from '../finding.ts';
import { gather } from '../lex/token.ts';
import type { Pairing } from '../pairing.ts';
import { canonical, partsOf, type Span, stringValue, type Test } from '../source/source.ts';

/** Stubs that are new and stand in for what an assertion calls. */
export function replacedRules({ sources }: Change, { pairs }: Pairing): Suspicion[] {
  const old = new Set(pairs.map(({ is }) => is.test));
  const known = new Set(sources.before.map(({ path }) => path));
  const before = new Set(sources.before.filter(isOfTests).flatMap(stubsOf).map(keyOf));
  const tests = sources.after.filter(isOfTests);
  const fresh = tests
    .filter(({ same }) => !same)
    .map((source) => ({ source, stubs: stubsOf(source).filter((stub) => !before.has(keyOf(stub))) }))
    .filter(({ stubs }) => stubs.length > 0);
  if (fresh.length === 0) return [];
  const changed = changedIn(sources);
  const calls = new Map(tests.map((source) => [source, askedCalls(source)]));
  return fresh.flatMap(({ source, stubs }) => {
    // What a fixture replaces, it replaces for all tests.
    const reach = /(^|\/)(conftest\.py|setup[\w.-]*|[\w-]*setup\.\w+)$/i.test(source.path) ? tests : [source];
    return stubs
      .filter(
        ({ asks, path, test }) =>
          // A test that is new takes nothing from the others: what it asks itself is what its stub may stand in for.
          (test && !old.has(test)
            ? asks.some((ask) => askedCalls(source, test).has(ask))
            : reach.some((one) => asks.some((ask) => calls.get(one)?.has(ask)))) ||
          (reach === tests && changed.has(path)) ||
          (known.has(source.path) && worksOutOnly(source.path, path, sources.after)),
      )
      .map(
        ({ line, asks }): Suspicion => ({
          at: { side: 'after', file: source.path, line },
          kind: 'special-cased-test',
          severity: 'high',
          message: `A stub stands in for what the test asserts (${asks[0]}).`,
        }),
      );
  });
}

/** Words of code that reaches out of itself, or that is other each time: what tests rightly replace. */
const reaching =
  /^(async|await|fetch|axios|process|console|Promise|setTimeout|setInterval|Date|random|randomUUID|fs|crypto|window|document|localStorage|require|new|class|logger|env)$/;

/** Whether the module that a test of JavaScript stands in for only works something out, so that the test did better with it. */
function worksOutOnly(test: string, target: string, sources: Change['sources']['after']): boolean {
  if (!/^\.{1,2}\//.test(target)) return false;
  const parts = test.split('/').slice(0, -1);
  for (const part of target.replace(/\.[cm]?[jt]s$/, '').split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  const root = parts.join('/');
  const found = sources.find(
    ({ path, isTest, same }) =>
      !isTest && !same && /^(\/index)?\.[cm]?[jt]s$/.test(path.slice(root.length)) && path.startsWith(root),
  );
  const words = found?.code.tokens.slice(0, 2000) ?? [];
  return (
    words.some(
      ({ kind, text }, at) =>
        kind === 'punct' && /^[*/%+]$/.test(text) && !/^(as|from)$/.test(words[at + 1]?.text ?? ''),
    ) &&
    words.some(({ text }) => text === 'return' || text === '=>') &&
    !words.some(({ kind, text }) => kind === 'word' && reaching.test(text))
  );
}

/** Functions of Python that a change rewrites, by their module: `shop.pricing.discount`. */
function changedIn({ before, after }: Change['sources']): ReadonlySet<string> {
  const bodies = (sources: readonly Source[]) =>
    new Map(
      sources
        .filter(({ path, isTest, same }) => path.endsWith('.py') && !isTest && !same)
        .flatMap(({ path, definitions, code }) =>
          definitions.map(({ name, from, to }): [string, string] => [
            `${path
              .replace(/^src\//, '')
              .slice(0, -'.py'.length)
              .replaceAll('/', '.')}.${name}`,
            code.tokens
              .slice(from, to + 1)
              .map(({ text }) => text)
              .join(' '),
          ]),
        ),
    );
  const then = bodies(before);
  return new Set(
    [...bodies(after)].flatMap(([name, body]) => (then.has(name) && then.get(name) !== body ? [name] : [])),
  );
}

const isOfTests = ({ isTest, tests }: Source) => isTest || tests.length > 0;
const keyOf = ({ asks }: Stub) => asks.join();

interface Stub {
  readonly line: number;
  /** Calls by which an assertion would ask the stub: `name`, `owner.name`. */
  readonly asks: readonly string[];
  /** The full name of what it replaces, where it is told. */
  readonly path: string;
  /** The test that it ends with. */
  readonly test: Test | undefined;
}

/** What any of the languages puts a stub in place by. */
const standsIn = /^(setattr|patch|object|when|given|spyOn|stub|method|mock|doMock|unstable_mockModule)$/;

function stubsOf(source: Source): Stub[] {
  const { code, path } = source;
  return gather(code.tokens, (token, at): Stub[] => {
    if (token.kind !== 'word' || !standsIn.test(token.text)) return [];
    const open = code.tokens[at + 1]?.text === '(' ? at + 1 : -1;
    if (open < 0 || (code.partner[open] ?? -1) < 0) return [];
    const args = partsOf(code, open);
    const asks = path.endsWith('.py')
      ? patched(source, at, args)
      : path.endsWith('.java')
        ? stubbed(source, at, args)
        : /\.[cm]?[jt]sx?$/.test(path)
          ? mocked(source, at, args)
          : [];
    if (asks.length === 0) return [];
    return [{ line: token.line, asks, path: textIn(source, args[0]), test: testAround(source, at) }];
  });
}

/** The test of Python in which something is patched by what puts it back at its end; not what is started, and may go on. */
function testAround({ code, path, tests }: Source, at: number): Test | undefined {
  if (!path.endsWith('.py') || code.tokens[(code.partner[at + 1] ?? at) + 2]?.text === 'start')
    return undefined;
  let first = at;
  while (code.tokens[first - 1]?.text === '.') first -= 2;
  const held =
    /^(monkeypatch|mocker)$/.test(code.tokens[first]?.text ?? '') ||
    /^(with|@)$/.test(code.tokens[first - 1]?.text ?? '');
  return held ? tests.find(({ group, from, to }) => !group && from <= at && at <= to) : undefined;
}

const ownerOf = ({ code }: Source, at: number) =>
  code.tokens[at - 1]?.text === '.' ? (code.tokens[at - 2]?.text ?? '') : '';
const textIn = ({ code }: Source, span: Span | undefined) =>
  span && span.from === span.to ? stringValue(code.tokens[span.from]) : '';

/** `monkeypatch.setattr("a.b", …)`, `patch("a.b")`, `mocker.patch.object(a, "b")`. */
function patched(source: Source, at: number, [first, second]: readonly Span[]): string[] {
  const name = source.code.tokens[at]?.text ?? '';
  const owner = ownerOf(source, at);
  const isPatch =
    (name === 'setattr' && /monkeypatch/.test(owner)) ||
    name === 'patch' ||
    (name === 'object' && owner === 'patch');
  if (!isPatch || first === undefined) return [];
  const named = textIn(source, first);
  const path =
    named === '' ? [canonical(source.code, first.from, first.to), textIn(source, second)] : named.split('.');
  const [last = '', before = ''] = path.flatMap((one) => one.split('.')).reverse();
  if (last === '') return [];
  // A class that is patched in takes its methods along; a method of another object has another owner.
  return /^[A-Z]/.test(before) ? [`${before}.${last}`] : [last, `${before}.${last}`];
}

/** Mockito's `when(a.b(…))`, `given(a.b(…))`, and `….when(a).b(…)`. */
function stubbed({ code }: Source, at: number, args: readonly Span[]): string[] {
  const [first] = args;
  if (first === undefined || !/^(when|given)$/.test(code.tokens[at]?.text ?? '')) return [];
  const close = code.partner[at + 1] ?? at;
  const [owner, dot, name] = code.tokens.slice(first.from, first.from + 3).map(({ text }) => text);
  if (dot === '.' && code.tokens[first.from + 3]?.text === '(') return [`${owner}.${name}`];
  const follows = code.tokens[close + 1]?.text === '.' && code.tokens[close + 3]?.text === '(';
  return first.from === first.to && follows && code.tokens[at - 1]?.text === '.'
    ? [`${owner}.${code.tokens[close + 2]?.text}`]
    : [];
}

/** `jest.mock('./a')` with what is imported from there, and `vi.spyOn(a, 'b').mockReturnValue(…)`. */
function mocked(source: Source, at: number, args: readonly Span[]): string[] {
  const { code } = source;
  const name = code.tokens[at]?.text ?? '';
  const [first, second] = args;
  const target = textIn(source, first);
  const isSpy =
    name === 'spyOn' || (/^(stub|method)$/.test(name) && /^(sinon|mock|sandbox)$/.test(ownerOf(source, at)));
  if (isSpy && first && second) {
    const close = code.partner[at + 1] ?? at;
    const answers =
      name !== 'spyOn' ||
      /^mock(Return|Resolved|Rejected|Implementation)/.test(code.tokens[close + 2]?.text ?? '');
    return answers ? [`${canonical(code, first.from, first.to)}.${textIn(source, second)}`] : [];
  }
  if (
    !/^(jest|vi)$/.test(ownerOf(source, at)) ||
    !/^(mock|doMock|unstable_mockModule)$/.test(name) ||
    target === ''
  )
    return [];
  const factory = second ? code.tokens.slice(second.from, second.to + 1).map(({ text }) => text) : [];
  const partly = factory.some((word) => /^(requireActual|importActual|importOriginal|spread)$/.test(word));
  // What the test itself does not import is named by what stands in for it.
  const imported = importedFrom(source, target);
  const names =
    imported.length > 0
      ? imported
      : factory.filter((word, at) => factory[at + 1] === ':' && /^\w+$/.test(word));
  return partly ? names.filter((one) => factory.includes(one)) : names;
}

/** `import { a, b as c } from 'path'`, `import a from`, `const { a } = require('path')`. */
function importedFrom({ code }: Source, path: string): string[] {
  const names: string[] = [];
  code.tokens.forEach((token, at) => {
    if (token.kind !== 'string' || stringValue(token) !== path) return;
    const before = code.tokens[at - 1]?.text;
    const required = before === '(' && /^(require|import)$/.test(code.tokens[at - 2]?.text ?? '');
    if (before !== 'from' && !required) return;
    let from = at - 1;
    while (from > at - 100 && from > 0 && !/^(import|const|let|var)$/.test(code.tokens[from]?.text ?? ''))
      from -= 1;
    for (const word of code.tokens.slice(from + 1, at))
      if (word.kind === 'word' && !/^(from|as|type|require|await|import)$/.test(word.text))
        names.push(word.text);
  });
  return names;
}

/** What assertions call, in themselves or by a variable that they look at. */
function askedCalls(source: Source, within?: Span): ReadonlySet<string> {
  const { code, assertions } = source;
  const isIn = (at: number) => within === undefined || (within.from <= at && at <= within.to);
  const made = madeIn(source);
  const found = new Set<string>();
  const looked = new Set<string>();
  for (const { from, to, subject } of assertions) {
    if (!isIn(from)) continue;
    callsIn(code, from, Math.min(to, from + 200), found, made);
    looked.add(/^\w+/.exec(subject)?.[0] ?? '');
  }
  code.tokens.forEach((token, at) => {
    if (!isIn(at) || !looked.has(token.text) || !/^(=|:=)$/.test(code.tokens[at + 1]?.text ?? '')) return;
    let to = at + 2;
    // A call that is assigned ends with its line; 100 tokens are a long one.
    while (to < at + 100 && code.tokens[to] && code.tokens[to]?.text !== ';' && !code.tokens[to]?.first)
      to = Math.max(to, code.partner[to] ?? -1) + 1;
    callsIn(code, at + 2, to, found, made);
  });
  return found;
}

/** `service = TaxService()`: by which class a file of Python makes what it gives a name. */
function madeIn({ code: { tokens }, path }: Source): Map<string, string[]> {
  const made = new Map<string, string[]>();
  if (!path.endsWith('.py')) return made;
  tokens.forEach(({ kind, text }, at) => {
    const [sign, name, open] = tokens.slice(at + 1, at + 4).map((token) => token.text);
    if (kind !== 'word' || sign !== '=' || open !== '(' || !/^[A-Z]\w*[a-z]/.test(name ?? '')) return;
    made.set(text, [...(made.get(text) ?? []), name ?? '']);
  });
  return made;
}

function callsIn(
  code: Source['code'],
  from: number,
  to: number,
  into: Set<string>,
  made: ReadonlyMap<string, readonly string[]>,
): void {
  for (let at = from; at < to; at += 1) {
    const token = code.tokens[at];
    if (token?.kind !== 'word' || code.tokens[at + 1]?.text !== '(') continue;
    const owner = code.tokens[at - 2]?.text ?? '';
    if (code.tokens[at - 1]?.text === '.')
      for (const one of [owner, ...(made.get(owner) ?? [])]) into.add(`${one}.${token.text}`);
    else into.add(token.text);
  }
}
