/** Reads tests and methods of Java: JUnit 3, 4 and 5, TestNG. */
import { assertionsOfJava } from '../assertions/java.ts';
import { java as lexicon } from '../lex/java.ts';
import { withCsv } from '../lex/table.ts';
import { type Code, scan } from '../lex/token.ts';
import { blockFunctions, leavesAtOnce } from './braces.ts';
import { bodyLimit, type Definition, type Language, type Reading, type Skip, type Test } from './source.ts';

/** Java. */
export const java: Language = {
  name: 'java',
  scan: (text) => withCsv(scan(text, lexicon)),
  read(code) {
    const tests: Test[] = [];
    const definitions: Definition[] = [];
    const plain = isPlain(code);
    for (const one of blockFunctions(code)) {
      const found = testOf(code, one, plain);
      if (found) tests.push(found);
      else definitions.push(one);
    }
    return { tests, definitions, assertions: assertionsOfJava(code), ...skippedBefore(code, definitions) };
  },
};

const marks =
  /^(Test|ParameterizedTest|RepeatedTest|TestFactory|TestTemplate|Property|Theory|RetryingTest|RepeatedIfExceptionsTest|CartesianTest|ArchTest|FuzzTest)$/;

/** JUnit 3: a class that derives from `TestCase`, or from tests that do. */
const isPlain = ({ tokens }: Code): boolean =>
  tokens.some(({ text }, at) => text === 'extends' && /Test(Case|s|Base)?$/.test(tokens[at + 1]?.text ?? ''));

/** `public void testAdds() {` */
const isPlainTest = ({ tokens }: Code, { name, from }: Definition) =>
  /^test($|[A-Z_\d])/.test(name) &&
  tokens[from - 1]?.text === 'void' &&
  tokens[from - 2]?.text === 'public' &&
  tokens[from + 2]?.text === ')';

/** Whether a test has a mark of JUnit 4 or 5, or of TestNG: one without is only run in a class of JUnit 3. */
export const isMarked = ({ tokens }: Code, { from, body }: Test): boolean =>
  tokens
    .slice(from, Math.max(from, body))
    .some(({ text }, at, head) => marks.test(text) && head[at - 1]?.text === '@');

function testOf(code: Code, one: Definition, plain: boolean): Test | undefined {
  const { name, line, from, to } = one;
  const group = code.tokens[from - 1]?.text === 'class';
  const start = annotationsBefore(code, group ? from - 1 : from);
  const head = code.tokens.slice(start, from);
  const marked = head.some(({ text }, at) => marks.test(text) && head[at - 1]?.text === '@');
  if (!marked && !(plain && isPlainTest(code, one)) && !(group && /Tests?$|IT$/.test(name))) return undefined;
  const words = head.map(({ text }) => text);
  let body = from;
  while (body < to && code.tokens[body]?.text !== '{') body = Math.max(body, code.partner[body] ?? -1) + 1;
  const skip = group ? skipOf(words) : skipOrAssume(code, words, body, to);
  return { name, line, from: start, to, group, skip, focus: false, body };
}

/** Back over the type, the modifiers and the annotations of a declaration, to the end of what stands before it. */
function annotationsBefore(code: Code, at: number): number {
  let from = at;
  // The longest head of a method that anybody wrote has some 60 tokens.
  while (from > Math.max(0, at - 300)) {
    const before = code.tokens[from - 1];
    const partner = code.partner[from - 1] ?? -1;
    if (before?.text === ')' && partner >= 0) from = partner;
    else if (before?.kind === 'word' || /^[@.<>,?[\]]$/.test(before?.text ?? '')) from -= 1;
    else break;
  }
  return from;
}

function skipOf(words: readonly string[]): Skip {
  const at = words.findIndex((word, index) => /^(Disabled|Ignore)$/.test(word) && words[index - 1] === '@');
  if (at >= 0) return 'always';
  const enabled = words.indexOf('enabled');
  if (enabled >= 0 && words[enabled + 2] === 'false') return 'always';
  return words.some((word) => /^(DisabledIf|DisabledOn|EnabledIf|EnabledOn|DisabledFor)/.test(word))
    ? 'sometimes'
    : 'no';
}

function skipOrAssume(code: Code, words: readonly string[], body: number, to: number): Skip {
  const skip = skipOf(words);
  if (skip !== 'no') return skip;
  return leavesAtOnce(code, body) ? 'always' : assumes(code, body, to);
}

const hooks = /^(Before|BeforeEach|BeforeAll|BeforeClass|BeforeMethod)$/;

/** What is taken for granted before each test of a class, or before all, is taken for granted by all of them. */
function skippedBefore(code: Code, definitions: readonly Definition[]): Pick<Reading, 'fileSkip'> {
  for (const { from, to, line } of definitions) {
    const start = annotationsBefore(code, from);
    const head = code.tokens.slice(start, from);
    if (!head.some(({ text }, at) => hooks.test(text) && head[at - 1]?.text === '@')) continue;
    const skip = assumes(code, from, to);
    if (skip !== 'no') return { fileSkip: { line, skip } };
  }
  return {};
}

function assumes(code: Code, body: number, to: number): Skip {
  for (let at = body; at < Math.min(to, body + bodyLimit); at += 1) {
    const text = code.tokens[at]?.text ?? '';
    if (!/^(assumeTrue|assumeFalse|assumeThat|abort)$/.test(text) || code.tokens[at + 1]?.text !== '(')
      continue;
    const never = (text === 'assumeTrue' && code.tokens[at + 2]?.text === 'false') || text === 'abort';
    return never ? 'always' : 'sometimes';
  }
  return 'no';
}
