/** Reads tests and functions of Go. */
import { assertionsOfGo } from '../assertions/go.ts';
import { go as lexicon } from '../lex/go.ts';
import { type Code, gather, scan } from '../lex/token.ts';
import { blockFunctions, leavesAtOnce, skipsInside } from './braces.ts';
import {
  type Assertion,
  bodyLimit,
  type Definition,
  type Language,
  partsOf,
  type Reading,
  type Skip,
  strength,
  stringValue,
  type Test,
} from './source.ts';

/** Go. */
export const go: Language = {
  name: 'go',
  scan: (text) => scan(text, lexicon),
  read(code, path) {
    const functions = blockFunctions(code);
    const isTest = /_test\.go$/.test(path);
    const found = isTest ? functions.flatMap((one) => testOf(code, one)) : [];
    const names = new Set(found.map(({ from }) => from));
    const definitions = functions.filter(({ from }) => !names.has(from));
    // A package of helpers is given the test by which they fail.
    const printed = code.comments.length > mostComments ? [] : found.flatMap((test) => printedBy(code, test));
    const fails =
      isTest || code.tokens.some((token) => token.kind === 'string' && token.text === '"testing"');
    const assertions = [...(fails ? assertionsOfGo(code) : []), ...printed];
    const helpers = isTest ? helpersThatSkip(code, definitions) : new Map<string, Skip>();
    const own = found.map((test) => skippedByHelper(code, test, helpers));
    const tests = isTest ? [...own, ...subtests(code), ...focused(code)] : [];
    return {
      tests,
      definitions,
      assertions,
      ...(isTest ? { ...ofSystem(path), ...skippedSuite(code, definitions), ...buildTag(code) } : {}),
    };
  },
};

function testOf(code: Code, { name, line, from, to }: Definition): Test[] {
  if (!/^(Test|Fuzz|Example)([A-Z_0-9]|$)/.test(name) || name === 'TestMain') return [];
  if (code.tokens[from - 1]?.text !== 'func' && code.tokens[from - 1]?.text !== ')') return [];
  const body = bodyOf(code, from, to);
  const skip = name.startsWith('Fuzz') ? skipOfFuzz(code, body) : skipOf(code, body);
  return [{ name, line, from, to, group: false, skip, focus: false, body }];
}

/** A file with more comments is no file of examples. */
const mostComments = 5000;

/** `// Output:` at the end of an example: what it prints is compared with the comment. */
function printedBy(code: Code, { name, from, to }: Test): Assertion[] {
  if (!name.startsWith('Example')) return [];
  const [first, last] = [code.tokens[from]?.line ?? 0, code.tokens[to]?.line ?? 0];
  const comments = code.comments.filter(({ line }) => line >= first && line <= last);
  const at = comments.findIndex(({ text }) => /^\/\/\s*(unordered )?output:/i.test(text));
  if (at < 0) return [];
  const said = comments.slice(at).map(({ text }) => text.replace(/^\/\/\s?/, ''));
  const [head = ''] = said;
  const expected = [head.replace(/^[\w ]*:/, ''), ...said.slice(1)].join('\n').trim();
  const strong = /^unordered/i.test(head) ? strength.close : strength.exact;
  const line = comments[at]?.line ?? 1;
  return [
    { form: 'equal', strength: strong, subject: 'output', expected: `"${expected}"`, line, from: to, to },
  ];
}

/** An input that `f.Fuzz` was given may be none that the test is about: to skip one under a condition skips no test. */
function skipOfFuzz(code: Code, body: number): Skip {
  const skip = skipsInside(code, body, /^f$/, skips);
  const to = code.partner[body] ?? body;
  let at = body;
  while (at < to && !(code.tokens[at]?.text === 'Fuzz' && code.tokens[at + 1]?.text === '(')) at += 1;
  if (skip !== 'no' || at >= to) return leavesAtOnce(code, body) ? 'always' : skip;
  return skipOf(code, bodyOf(code, at + 2, to)) === 'always' ? 'always' : 'no';
}

const skips = /^(Skip|Skipf|SkipNow)$/;

function bodyOf(code: Code, from: number, to: number): number {
  for (let at = from; at < to; at += 1) {
    if (code.tokens[at]?.text === '{') return at;
    at = Math.max(at, code.partner[at] ?? -1);
  }
  return to;
}

function skipOf(code: Code, body: number): Skip {
  if (leavesAtOnce(code, body)) return 'always';
  // A test that ends by a skip did run.
  return skipsInside(code, body, /^(t|tt|tb|b|s|T)$/, skips, 'defer');
}

/** Functions of a file that skip the test which calls them: `requireDocker(t)`. */
function helpersThatSkip(code: Code, definitions: readonly Definition[]): ReadonlyMap<string, Skip> {
  return new Map(
    definitions
      .filter(({ name, from, to }) => name !== 'func' && to > from && code.tokens[from + 1]?.text === '(')
      .map(({ name, from, to }): [string, Skip] => [name, skipOf(code, bodyOf(code, from, to))])
      .filter(([, skip]) => skip !== 'no'),
  );
}

function skippedByHelper(code: Code, test: Test, helpers: ReadonlyMap<string, Skip>): Test {
  if (test.skip !== 'no' || helpers.size === 0) return test;
  for (let at = test.body + 1; at < Math.min(test.to, test.body + bodyLimit); at += 1) {
    const called = code.tokens[at + 1]?.text === '(' && code.tokens[at - 1]?.text !== '.';
    const skip = called ? helpers.get(code.tokens[at]?.text ?? '') : undefined;
    if (skip) return { ...test, skip };
    // What stands in a block within is perhaps never called.
    at = Math.max(at, code.partner[at] ?? -1);
  }
  return test;
}

/** `t.Run("name", func(t *testing.T) {…})`. */
function subtests(code: Code): Test[] {
  return gather(code.tokens, (token, at): Test[] => {
    if (token.text !== 'Run' || code.tokens[at - 1]?.text !== '.' || code.tokens[at + 1]?.text !== '(')
      return [];
    const title = code.tokens[at + 2];
    const [, body] = partsOf(code, at + 1);
    // Cases of a table have no name of their own: they are rows.
    if (title?.kind !== 'string' || body === undefined) return [];
    const open = bodyOf(code, body.from, body.to);
    const span = { from: at, to: code.partner[at + 1] ?? at };
    return [
      {
        name: stringValue(title),
        line: token.line,
        ...span,
        group: false,
        skip: skipOf(code, open),
        focus: false,
        body: open,
      },
    ];
  });
}

/** Ginkgo's `FIt(…)`, `FDescribe(…)`. */
function focused(code: Code): Test[] {
  return gather(code.tokens, (token, at): Test[] => {
    const head = /^([FXP]?)(It|Describe|Context|Entry|DescribeTable)$/.exec(token.text);
    if (!head || code.tokens[at + 1]?.text !== '(' || code.tokens[at - 1]?.text === '.') return [];
    const title = code.tokens[at + 2];
    if (title?.kind !== 'string') return [];
    const span = { from: at, to: code.partner[at + 1] ?? at };
    const skip = head[1] === 'X' || head[1] === 'P' ? 'always' : 'no';
    return [
      {
        name: stringValue(title),
        line: token.line,
        ...span,
        group: head[2] !== 'It',
        skip,
        focus: head[1] === 'F',
        body: -1,
      },
    ];
  });
}

/** `SetupSuite` and its like of testify that skip, and a `TestMain` that runs nothing, keep all tests of the file from running. */
function skippedSuite(code: Code, definitions: readonly Definition[]): Pick<Reading, 'fileSkip'> {
  for (const { name, from, to, line } of definitions) {
    const words = code.tokens.slice(from, Math.min(to, from + bodyLimit)).map(({ text }) => text);
    // Whoever is handed `m` may run it.
    if (name === 'TestMain' && to > from && !words.slice(words.indexOf('{')).includes(words[2] ?? ''))
      return { fileSkip: { line, skip: 'always' } };
    if (!/^(SetupSuite|SetupTest|BeforeTest)$/.test(name)) continue;
    const at = words.findIndex((word, index) => skips.test(word) && words[index - 2] === ')');
    if (at < 0) continue;
    const depth = words.slice(0, at).filter((word) => word === '{').length;
    return {
      fileSkip: { line: code.tokens[from + at]?.line ?? line, skip: depth > 1 ? 'sometimes' : 'always' },
    };
  }
  return {};
}

/** `walk_plan9_test.go` is only compiled on the system that its name tells. */
function ofSystem(path: string): Pick<Reading, 'fileSkip'> {
  const system =
    /_(aix|android|dragonfly|freebsd|illumos|ios|js|netbsd|openbsd|plan9|solaris|wasip1|windows|darwin)(_\w+)?_test\.go$/;
  return system.test(path) ? { fileSkip: { line: 1, skip: 'sometimes' } } : {};
}

/** A build constraint that is no operating system or compiler keeps the file out of a plain `go test`. */
function buildTag(code: Code) {
  const tag = code.comments.find(({ text, first }) => first && text.startsWith('//go:build '));
  if (tag === undefined) return {};
  const words = tag.text.slice('//go:build '.length).trim();
  if (/^!?(linux|darwin|windows|unix|cgo|race|go1|amd64|arm64)/.test(words)) return {};
  const skip: Skip = words === 'ignore' || words === 'never' ? 'always' : 'sometimes';
  return { fileSkip: { line: tag.line, skip } };
}
