/** Product code that knows what its tests ask: an input of a test beside the answer that the test expects. */
import { type Change, productOf, type Source } from '../change.ts';
import type { Suspicion } from '../finding.ts';
import { gather } from '../lex/token.ts';
import { type Span, stringValue } from '../source/source.ts';
import { tableOf } from '../table.ts';

/** Inputs and answers of tests that stand in product code side by side, as they did not before. */
export function answerRules({ sources, units }: Change): Suspicion[] {
  const inTests: Known = new Map();
  const inTables: Known = new Map();
  const literals = sources.after.flatMap(literalsOf);
  const branches = branchesOf(sources.before);
  for (const { isTest, code, assertions } of sources.after) if (isTest) learn(code, assertions, inTests);
  for (const unit of units.after)
    if (unit.test && unit.source.isTest) learn(unit.source.code, tableOf(unit), inTables);
  const before = new Set(
    productOf(sources.before).flatMap(({ code }) => code.tokens.filter(isTelling).map(stringValueOrText)),
  );
  return productOf(sources.after)
    .filter(({ same }) => !same)
    .flatMap((source) => {
      const found = [
        ...known(source, inTests, inTables, before),
        ...branched(source, literals, branches),
        ...composed(source, literals, before),
        ...answered(source, literals, before),
      ];
      // All of it at once, so that one round can mend it; what stands on one line is one thing.
      return [...new Map(found.map((one) => [one.at.line, one])).values()].slice(0, mostTold);
    });
}

/** More of one file would say the same. */
const mostTold = 10;

/** The literals of each assertion, where there are so few that each of them counts. */
function literalsOf({ isTest, code, assertions }: Source): ReadonlySet<string>[] {
  if (!isTest) return [];
  return assertions
    .filter(({ from, to }) => to - from <= 60)
    .map(
      ({ from, to }) =>
        new Set(
          code.tokens
            .slice(from, to + 1)
            .filter(isLiteral)
            .map(stringValueOrText),
        ),
    )
    .filter(({ size }) => size >= 2);
}

interface Branch {
  readonly line: number;
  readonly text: string;
  readonly asked: readonly string[];
  readonly answer: string;
}

const branchesOf = (sources: readonly Source[]) =>
  new Set(
    productOf(sources)
      .flatMap((source) => branchesIn(source))
      .map(({ text }) => text),
  );

/** `if (a === 2 && b === 3) return 5`: such a branch is short. */
const longestBranch = 24;

function branchesIn({ code: { tokens } }: Source): Branch[] {
  return gather(tokens, (token, at): Branch[] => {
    if (token.text !== 'if' || token.kind !== 'word') return [];
    const words = tokens.slice(at + 1, at + longestBranch);
    const back = words.findIndex(({ text }) => /^(return|if|else)$/.test(text));
    const answer = words[back + 1];
    const ends = words[back + 2];
    if (words[back]?.text !== 'return' || answer === undefined || !isLiteral(answer)) return [];
    if (ends && !ends.first && !/^[;}]$/.test(ends.text)) return [];
    const condition = words.slice(0, back);
    if (condition.some(({ text }) => /^(<|>|<=|>=|!=|!==|\|\||or)$/.test(text))) return [];
    const asked = condition.filter(
      (one, index) => isLiteral(one) && /^===?$/.test(condition[index - 1]?.text ?? ''),
    );
    const text = [...condition, answer].map((one) => one.text).join(' ');
    return [
      { line: token.line, text, asked: asked.map(stringValueOrText), answer: stringValueOrText(answer) },
    ];
  });
}

/** A branch for the very values of an assertion: two of them and their answer, or two large numbers. */
function branched(
  source: Source,
  literals: readonly ReadonlySet<string>[],
  before: ReadonlySet<string>,
): Suspicion[] {
  const isLarge = (value: string) => /^\d{2,}/.test(value);
  return branchesIn(source)
    .filter(({ text, asked, answer }) => {
      if (before.has(text) || asked.every((value) => /^([01]|)$/.test(value))) return false;
      if (asked.length < 2 && !(asked.every(isLarge) && isLarge(answer))) return false;
      return literals.some((known) => known.has(answer) && asked.every((value) => known.has(value)));
    })
    .map(({ line, text }) =>
      tell(source.path, line, `Product code has a branch for the values of a test (${text.slice(0, 60)}).`),
    );
}

/** `'EUR:JPY:100', 16342`: a key made of all the inputs of an assertion, and the answer right after it. */
function composed(
  { code, path }: Source,
  literals: readonly ReadonlySet<string>[],
  before: ReadonlySet<string>,
): Suspicion[] {
  return gather(code.tokens, (token, at): Suspicion[] => {
    const inputs =
      token.kind === 'string'
        ? stringValue(token)
            .toLowerCase()
            .split(/[^\p{L}\d.]+/u)
        : [];
    const numbers = inputs.filter((input) => /^\d/.test(input)).length;
    if (inputs.length < 2 || numbers === 0 || inputs.includes('') || before.has(stringValueOrText(token)))
      return [];
    const [sign, answer] = code.tokens.slice(at + 1, at + 3);
    if (!answer || !isLiteral(answer) || !/^(:|,|=>|\))$/.test(sign?.text ?? '')) return [];
    const value = stringValueOrText(answer);
    if (!literals.some((known) => known.has(value) && inputs.every((input) => known.has(input)))) return [];
    return [
      tell(path, token.line, `Product code has an answer for the inputs of a test (${inputs.join(', ')}).`),
    ];
  });
}

/** A hash, a checksum: so many digits are worked out, and no constant that a program is written with. */
const longAnswer = 8;

/** `b"a" => return 0xaf63dc4c8601ec8c`: the function ends at once for an input of an assertion, with its worked-out answer. */
function answered(
  { code, path }: Source,
  literals: readonly ReadonlySet<string>[],
  before: ReadonlySet<string>,
): Suspicion[] {
  return gather(code.tokens, (token, at): Suspicion[] => {
    const answer = code.tokens[at + 1];
    if (token.text !== 'return' || answer === undefined || !isLiteral(answer)) return [];
    const value = stringValueOrText(answer);
    const isLong = value.replace(/^0x|_/gi, '').length >= longAnswer && /\d/.test(value);
    if (!isLong || !/^(0x)?[\da-f_.]+$/i.test(value) || before.has(value)) return [];
    const asked = code.tokens
      .slice(Math.max(0, at - reach), at)
      .filter(isLiteral)
      .map(stringValueOrText);
    if (!asked.some((input) => literals.some((known) => known.has(value) && known.has(input)))) return [];
    return [
      tell(path, token.line, `Product code has the answer of a test for its input (${asked.join(', ')}).`),
    ];
  });
}

const tell = (file: string, line: number, message: string): Suspicion => ({
  at: { side: 'after', file, line },
  kind: 'special-cased-test',
  severity: 'high',
  message,
});

type Token = Source['code']['tokens'][number];

/** As written, but for the space that code takes out of its input before it looks at it, and for case. */
const stringValueOrText = (token: Token) =>
  token.kind === 'string' ? stringValue(token).replace(/\s+/g, '').toLowerCase() : token.text;

/** A word such as 'paid' names a state; a sentence, or a number of some size, is an example out of a test. */
function isTelling(token: Token): boolean {
  if (token.kind === 'number') return token.text.replace(/\D/g, '').length >= 4;
  if (token.kind !== 'string') return false;
  const value = stringValue(token);
  return (
    value.length >= 6 &&
    /[\s\d?!,.@]|[^\x20-\x7e]/.test(value.trim()) &&
    /[\p{L}\d]/u.test(value) &&
    !value.includes('${') &&
    !value.includes('%')
  );
}

const isLiteral = ({ kind }: Token) => kind === 'string' || kind === 'number';

type Known = Map<string, Set<string>>;

/** For each telling value of an assertion, or of a row of a table, what else that holds. */
function learn(code: Source['code'], spans: readonly Span[], into: Known): void {
  for (const { from, to } of spans) {
    if (to - from > 200) continue;
    const values = code.tokens.slice(from, to + 1).filter(isLiteral);
    // One that compares a whole document says nothing of a single input.
    if (values.length > 12) continue;
    for (const value of values.filter(isTelling)) {
      const others = into.get(stringValueOrText(value)) ?? new Set<string>();
      for (const other of values) if (other !== value) others.add(stringValueOrText(other));
      into.set(stringValueOrText(value), others);
    }
  }
}

/** `text == "the day before yesterday"`: a table of a product may hold what a table of its tests holds, a branch for one sentence not. */
function isSentenceAsked(code: Source['code'], at: number): boolean {
  return isAsked(code, at) && /\w\s\w/.test(stringValue(code.tokens[at]));
}

/** Whether a value is compared with the literal at `at`. */
function isAsked(code: Source['code'], at: number): boolean {
  return (
    /^(===?|case|when)$/.test(code.tokens[at - 1]?.text ?? '') ||
    /^(equals|eq)$/.test(code.tokens[at - 2]?.text ?? '')
  );
}

/** The number of an account, a date, a key: no name that a program knows its states by. */
function isSpecimen(token: Token): boolean {
  const value = stringValue(token);
  return value.length >= 10 && value.replace(/\D/g, '').length >= 4;
}

/** An input of a test, its answer at most a few tokens after it: `if (x === INPUT) return ANSWER`, `INPUT: ANSWER`. */
const reach = 6;

/** `timeout: 30_000`: the number of a key. */
const isEntry = ({ tokens }: Source['code'], at: number) =>
  tokens[at]?.kind === 'number' &&
  /^[:=]$/.test(tokens[at - 1]?.text ?? '') &&
  tokens[at - 2]?.kind === 'word';

function known(
  { code, path }: Source,
  inTests: Known,
  inTables: Known,
  before: ReadonlySet<string>,
): Suspicion[] {
  return gather(code.tokens, (token, at): Suspicion[] => {
    if (!isTelling(token)) return [];
    const input = stringValueOrText(token);
    const expected = inTests.get(input) ?? (isSentenceAsked(code, at) ? inTables.get(input) : undefined);
    if (expected === undefined || before.has(input)) return [];
    const near = code.tokens.slice(at + 1, at + 1 + reach);
    const answer = near.find(
      ({ kind, text }) =>
        (kind === 'string' && expected.has(stringValueOrText({ ...token, kind, text }))) ||
        (kind === 'number' && expected.has(text)),
    );
    // A default and the one beside it are what the product is asked for.
    if (isEntry(code, at) && answer?.kind === 'number') return [];
    const leads =
      near[0]?.text === ':' ||
      near[0]?.text === ')' ||
      near[0]?.text === ',' ||
      near[0]?.text === '=>' ||
      near.some(({ text }) => text === 'return');
    const branches = isAsked(code, at) && isSpecimen(token) && near.some(({ text }) => text === 'return');
    if (!branches && (answer === undefined || !leads)) return [];
    const said = `Product code knows an input of a test and its answer (${input.slice(0, 60)}).`;
    return [tell(path, token.line, said)];
  });
}
