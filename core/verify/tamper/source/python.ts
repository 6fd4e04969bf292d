/** Reads tests and functions of Python: pytest and unittest. */
import { assertionsOfPython } from '../assertions/python.ts';
import { python as lexicon } from '../lex/python.ts';
import { type Code, scan } from '../lex/token.ts';
import { blockEndAt, lineEnd } from './indent.ts';
import { bodyLimit, type Definition, type Language, type Reading, type Skip, type Test } from './source.ts';

/** Python. */
export const python: Language = {
  name: 'python',
  scan: (text) => scan(text, lexicon),
  read(code, path) {
    const blocks = blocksOf(code);
    const marks = marksOf(code);
    const skipping = hooksThatSkip(code, blocks);
    const tests = isCollected(path)
      ? blocks.flatMap((block) => testOf(code, block, marks).map((test) => skippedByHook(test, skipping)))
      : [];
    const definitions = blocks.filter(({ at }) => !tests.some((test) => test.body === at));
    const skipped = { ...skipping.find(({ column }) => column === 0)?.whole, ...fileSkip(code) };
    return { tests, definitions, assertions: assertionsOfPython(code), ...skipped };
  },
};

/** pytest and unittest collect `test_*.py` and `*_test.py`; a folder of tests may hold more. */
function isCollected(path: string): boolean {
  return /(^|\/)(test_[^/]*|[^/]*_test|tests?)\.py$|(^|\/)tests?\//.test(path);
}

interface Block extends Definition {
  /** The `def` or `class`. */
  readonly at: number;
  readonly kind: string;
}

function blocksOf(code: Code): Block[] {
  const found: Block[] = [];
  let decorator = -1;
  code.tokens.forEach((token, at) => {
    if (token.first && token.text === '@') decorator = decorator < 0 ? at : decorator;
    if (token.text !== 'def' && token.text !== 'class') return;
    const head = token.first || (code.tokens[at - 1]?.text === 'async' && code.tokens[at - 1]?.first);
    const name = code.tokens[at + 1];
    if (!head || name?.kind !== 'word') return;
    const start = code.tokens[at - 1]?.text === 'async' ? at - 1 : at;
    const from = decorator < 0 ? start : decorator;
    found.push({
      name: name.text,
      line: token.line,
      from,
      to: blockEndAt(code, start),
      at,
      kind: token.text,
    });
    decorator = -1;
  });
  return found;
}

/** By which each test of a class or a module is made ready. */
const readying =
  /^(setUp|setUpClass|setUpModule|asyncSetUp|setup_method|setup_class|setup_module|setup_function)$/;

interface Hook {
  readonly at: number;
  readonly column: number;
  readonly skip: Skip;
  readonly whole: Pick<Reading, 'fileSkip'>;
}

/** No file of tests has more hooks that skip. */
const mostHooks = 100;

/** Hooks, and fixtures that no test has to ask for, which skip the tests that they are run for. */
function hooksThatSkip(code: Code, blocks: readonly Block[]): Hook[] {
  return blocks
    .filter(({ name, from, at }) => {
      const words = code.tokens.slice(from, Math.min(at, from + 40)).map(({ text }) => text);
      return readying.test(name) || (words.includes('fixture') && words.includes('autouse'));
    })
    .map((block) => {
      const skip = inside(code, block, false);
      const column = code.tokens[block.from]?.column ?? 0;
      return { at: block.at, column, skip, whole: { fileSkip: { line: block.line, skip } } };
    })
    .filter(({ skip }) => skip !== 'no')
    .slice(0, mostHooks);
}

function skippedByHook(test: Test, hooks: readonly Hook[]): Test {
  const hook = test.group ? hooks.find(({ at }) => test.from < at && at < test.to) : undefined;
  return hook && test.skip === 'no' ? { ...test, skip: hook.skip } : test;
}

/** `slow = pytest.mark.skipif(…)`: names that stand for a skip. */
function marksOf(code: Code): ReadonlyMap<string, Skip> {
  const found = new Map<string, Skip>();
  code.tokens.forEach((token, at) => {
    if (!token.first || token.kind !== 'word' || code.tokens[at + 1]?.text !== '=') return;
    const words = code.tokens.slice(at + 2, Math.min(at + 8, lineEnd(code, at) + 1)).map(({ text }) => text);
    if (words[0] !== 'pytest' && words[0] !== 'unittest') return;
    if (words.some((word) => /^(skipif|skipIf|skipUnless)$/.test(word))) found.set(token.text, 'sometimes');
    else if (words.some((word) => /^(skip|xfail|expectedFailure)$/.test(word)))
      found.set(token.text, 'always');
  });
  return found;
}

function testOf(code: Code, block: Block, marks: ReadonlyMap<string, Skip>): Test[] {
  const group = block.kind === 'class';
  if (!group && !/^test/.test(block.name)) return [];
  if (group && !/^Test|Tests?$|TestCase$/.test(block.name) && !isTestCase(code, block.at)) return [];
  const decorated = decoratorSkip(code, block.from, block.at, marks);
  const skip = decorated === 'no' ? inside(code, block, group) : decorated;
  const { name, line, from, to, at } = block;
  return [{ name, line, from, to, group, skip, focus: false, body: at }];
}

/** `class Anything(unittest.TestCase):` */
function isTestCase(code: Code, at: number): boolean {
  const close = code.tokens[at + 2]?.text === '(' ? (code.partner[at + 2] ?? -1) : -1;
  return code.tokens.slice(at + 2, Math.max(at + 2, close)).some(({ text }) => /TestCase$/.test(text));
}

function decoratorSkip(code: Code, from: number, to: number, marks: ReadonlyMap<string, Skip>): Skip {
  let skip: Skip = 'no';
  for (let at = from; at < to; at += 1) {
    const text = code.tokens[at]?.text ?? '';
    if (!/^[@.]$/.test(code.tokens[at - 1]?.text ?? '')) continue;
    const named = code.tokens[at - 1]?.text === '@' ? marks.get(text) : undefined;
    if (named === 'always') return 'always';
    skip = named ?? skip;
    const strict = code.tokens[at + 1]?.text === '(' && code.tokens[at + 2]?.kind !== 'string';
    if (text === 'skip' || (text === 'xfail' && !(strict && hasCondition(code, at + 1)))) return 'always';
    if (/^(skipif|skipIf|skipUnless|xfail)$/.test(text)) skip = 'sometimes';
    if (text === 'expectedFailure') return 'always';
  }
  return skip;
}

/** `xfail(sys.platform == "win32", reason=…)` has one, `xfail(reason=…)` none. */
function hasCondition(code: Code, open: number): boolean {
  return code.tokens[open + 2]?.text !== '=' && code.tokens[open + 1]?.text !== ')';
}

function inside(code: Code, block: Block, group: boolean): Skip {
  const start = bodyStart(code, block.at);
  const column = code.tokens[start]?.column ?? 0;
  if (group) return optedOut(code, start, block.to, column) ? 'always' : 'no';
  const first = code.tokens[start];
  if (first?.text === 'return' && (code.tokens[start + 1]?.first ?? true)) return 'always';
  for (let at = start; at <= Math.min(block.to, start + bodyLimit); at += 1) {
    const text = code.tokens[at]?.text ?? '';
    const owner = code.tokens[at - 2]?.text;
    const calls =
      (text === 'skip' && owner === 'pytest') ||
      (text === 'xfail' && owner === 'pytest') ||
      text === 'skipTest';
    if (calls || text === 'SkipTest') return lineColumn(code, at) > column ? 'sometimes' : 'always';
  }
  return 'no';
}

function optedOut(code: Code, from: number, to: number, column: number): boolean {
  for (let at = from; at < Math.min(to, from + bodyLimit); at += 1) {
    const token = code.tokens[at];
    if (token?.text === '__test__' && token.column === column && code.tokens[at + 2]?.text === 'False')
      return true;
  }
  return false;
}

function bodyStart(code: Code, at: number): number {
  const start = lineEnd(code, at) + 1;
  // A docstring says nothing of what is done.
  return code.tokens[start]?.kind === 'string' && code.tokens[start + 1]?.first ? start + 1 : start;
}

function lineColumn(code: Code, at: number): number {
  let start = at;
  while (start > at - 200 && start > 0 && !code.tokens[start]?.first) start -= 1;
  return code.tokens[start]?.column ?? 0;
}

/** `pytestmark = pytest.mark.skip`, or a skip of the whole module on its top level. */
function fileSkip(code: Code): Pick<Reading, 'fileSkip'> {
  const asked = code.tokens.findIndex(
    ({ text }, index) => text === 'importorskip' && lineColumn(code, index) === 0,
  );
  if (asked >= 0) return { fileSkip: { line: code.tokens[asked]?.line ?? 1, skip: 'sometimes' } };
  const at = code.tokens.findIndex(
    ({ text, first, column }) => text === 'pytestmark' && first && column === 0,
  );
  if (at < 0) return {};
  const words = code.tokens.slice(at, lineEnd(code, at) + 1).map(({ text }) => text);
  const line = code.tokens[at]?.line ?? 1;
  if (words.includes('skip')) return { fileSkip: { line, skip: 'always' } };
  return words.includes('skipif') ? { fileSkip: { line, skip: 'sometimes' } } : {};
}
