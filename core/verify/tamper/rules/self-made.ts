/** Tests that make themselves pass: one that is run again until it does, one that writes down what it then expects. */
import type { Change, Source, Unit } from '../change.ts';
import type { Suspicion } from '../finding.ts';
import type { Pairing } from '../pairing.ts';
import { guardsOf } from '../source/guards.ts';
import { bodyLimit, canonical, partsOf } from '../source/source.ts';

/** Tests that repeat themselves, or write their own expectation, and did not before. */
export function selfMadeRules({ sources }: Change, { pairs }: Pairing): Suspicion[] {
  const repeating = new Set(sources.after.flatMap(repeatersIn));
  return pairs.flatMap(({ was, is }): Suspicion[] => {
    const [old] = was;
    if (old === undefined || is.source.same) return [];
    const again = decoratorsOf(is).find(
      (name) => repeating.has(name) && !was.some((unit) => decoratorsOf(unit).includes(name)),
    );
    const written = was.some((unit) => writesExpected(unit) !== undefined) ? undefined : writesExpected(is);
    return [
      ...(again === undefined
        ? []
        : [
            tell(
              old,
              is,
              is.line,
              'test-config-edit',
              `'${is.name}' is run again until it passes (${again}).`,
            ),
          ]),
      ...(written === undefined
        ? []
        : [
            tell(
              old,
              is,
              written,
              'weakened-assertion',
              `'${is.name}' writes what it then compares with, so that it cannot differ.`,
            ),
          ]),
    ];
  });
}

function tell(old: Unit, is: Unit, line: number, kind: Suspicion['kind'], message: string): Suspicion {
  return {
    at: { side: 'after', file: is.source.path, line },
    was: { side: 'before', file: old.source.path, line: old.line },
    kind,
    severity: 'medium',
    message,
  };
}

/** Functions of Python that try again where an assertion failed. */
function repeatersIn({ path, isTest, definitions, code }: Source): string[] {
  if (!path.endsWith('.py') || !isTest) return [];
  return definitions
    .filter(({ from, to }) => {
      const words = new Set(code.tokens.slice(from, Math.min(to, from + 400)).map(({ text }) => text));
      const loops = words.has('for') || words.has('while');
      return loops && words.has('except') && (words.has('AssertionError') || words.has('Exception'));
    })
    .map(({ name }) => name);
}

function decoratorsOf({ source: { code, path }, test }: Unit): string[] {
  if (test === undefined || !path.endsWith('.py')) return [];
  return code.tokens
    .slice(test.from, test.body)
    .flatMap(({ text }, at, all) => (all[at - 1]?.text === '@' ? [text] : []));
}

const writing = /^(WriteFile|writeFileSync|writeFile|write_text|write_bytes|write)$/;
const reading = /^(ReadFile|readFileSync|readFile|read_text|read_bytes|read_to_string|read)$/;

/** The line that writes a file, whatever happens, which the test then reads, and of which an assertion knows the content. */
function writesExpected({ source: { code, path }, test, assertions }: Unit): number | undefined {
  if (test === undefined || test.body < 0) return undefined;
  const calls = (names: RegExp) => {
    const found: { at: number; file: string; content: string }[] = [];
    for (let at = test.body; at < Math.min(test.to, test.body + bodyLimit); at += 1) {
      if (!names.test(code.tokens[at]?.text ?? '') || code.tokens[at + 1]?.text !== '(') continue;
      const args = partsOf(code, at + 1).map(({ from, to }) => canonical(code, from, to));
      const [file = '', content = ''] = /_(text|bytes)$/.test(code.tokens[at]?.text ?? '')
        ? [code.tokens[at - 2]?.text, ...args]
        : args;
      found.push({ at, file, content: asWritten(content) });
    }
    return found;
  };
  const read = calls(reading);
  const guards = guardsOf(code, path.endsWith('.py'));
  return calls(writing)
    .filter(({ at, file }) => read.some((one) => one.file === file && one.at > at))
    .filter(
      ({ at }) => !guards.some(({ from, to, leaves }) => !leaves && test.body < from && from < at && at < to),
    )
    .filter(
      ({ content }) =>
        /^\w+$/.test(content) &&
        assertions.some(
          ({ form, subject, expected }) => form === 'equal' && mentions(`${subject} ${expected}`, content),
        ),
    )
    .map(({ at }) => code.tokens[at]?.line)[0];
}

/** A value that is only made ready to be written: `[]byte(got)`, `got.encode("utf-8")`. */
const asWritten = (content: string): string =>
  /^(?:\[\]byte|Buffer\.from|bytes|str|String)\((\w+)\b/.exec(content)?.[1] ??
  /^&?(\w+)\.(?:encode|getBytes|as_bytes|toString|Bytes)\(/.exec(content)?.[1] ??
  content;

const mentions = (text: string, name: string) => new RegExp(`\\b${name}\\b`).test(text);
