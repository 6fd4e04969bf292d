/** How many inputs a property is tried with, beside how many it was tried with, told or by the default of its library. */
import type { Unit } from '../change.ts';
import type { Suspicion } from '../finding.ts';
import type { Code } from '../lex/token.ts';
import type { Pairing } from '../pairing.ts';
import { propertiesAround } from '../source/properties.ts';
import { bodyLimit, numberOf, partsOf, type Span } from '../source/source.ts';
import { isDrawn } from '../words.ts';

/** Properties that are tried with fewer inputs than before. */
export function caseRules({ pairs }: Pairing): Suspicion[] {
  return pairs.flatMap(({ was, is }): Suspicion[] => {
    const [old] = was;
    if (old === undefined || was.length !== 1 || is.source.same || !isDrawn(old) || !isDrawn(is)) return [];
    const [then, now] = [triesOf(old), triesOf(is)];
    if (then === undefined || now?.line === undefined || now.count >= then.count) return [];
    const { line } = then;
    return [
      {
        at: { side: 'after', file: is.source.path, line: now.line },
        ...(line === undefined ? {} : { was: { side: 'before', file: old.source.path, line } as const }),
        kind: 'lowered-threshold',
        severity: 'medium',
        message: `'${is.name}' draws ${now.count} of its inputs where it drew ${then.count}.`,
      },
    ];
  });
}

/** How often a property is tried, and the line that says so; without one the library does. */
interface Tries {
  readonly count: number;
  readonly line: number | undefined;
}

/** What libraries try by themselves: proptest 256, Hypothesis and fast-check 100, jqwik 1,000. */
const libraries: readonly { readonly file: RegExp; readonly name: RegExp; readonly usual: number }[] = [
  { file: /\.rs$/, name: /^(with_cases|cases)$/, usual: 256 },
  { file: /\.py$/, name: /^max_examples$/, usual: 100 },
  { file: /\.[cm]?[jt]sx?$/, name: /^numRuns$/, usual: 100 },
  { file: /\.java$/, name: /^tries$/, usual: 1000 },
];

/** Undefined where something else than a number says it. */
function triesOf({ source: { code, path }, test }: Unit): Tries | undefined {
  const library = libraries.find(({ file }) => file.test(path));
  if (library === undefined || test === undefined) return undefined;
  const own: Span = { from: test.from, to: Math.min(test.to, test.from + bodyLimit) };
  const around = propertiesAround(code, test.from);
  const config = around && configOf(code, around);
  // A number in the body of a property that is configured around it is an input.
  const spans = around ? [...(config ? [config] : []), { from: test.from, to: test.body }] : [own];
  for (const { from, to } of spans)
    for (let at = from; at < to; at += 1) {
      if (!library.name.test(code.tokens[at]?.text ?? '')) continue;
      const sign = code.tokens[at + 1]?.text ?? '';
      const line = code.tokens[at]?.line;
      const value =
        sign === '(' ? partsOf(code, at + 1)[0] : /^[=:]$/.test(sign) ? argumentAt(code, at + 2) : undefined;
      if (value === undefined) continue;
      const count = numberOf(code, value);
      return count === undefined ? undefined : { count, line };
    }
  const isPlain = config === undefined || isDefault(code, config);
  return isPlain && drawsByLibrary(code, path, own, around)
    ? { count: library.usual, line: undefined }
    : undefined;
}

/** From a place to the comma or the bracket that ends an argument. */
function argumentAt(code: Code, from: number): Span {
  let to = from;
  while (to < from + 6 && !/^[,)}\]]$/.test(code.tokens[to + 1]?.text ?? ',')) to += 1;
  return { from, to };
}

/** `#![proptest_config(…)]` of a block of properties. */
function configOf(code: Code, { from, to }: Span): Span | undefined {
  for (let at = from; at < Math.min(to, from + 20); at += 1)
    if (code.tokens[at]?.text === 'proptest_config' && (code.partner[at + 1] ?? -1) > at)
      return { from: at, to: code.partner[at + 1] ?? at };
  return undefined;
}

const isDefault = ({ tokens }: Code, { from, to }: Span) =>
  tokens.slice(from, to).some(({ text }) => text === 'default');

/** Whether the default is that of the library at hand: of Rust there are several, with defaults of their own. */
function drawsByLibrary(code: Code, path: string, { from, to }: Span, around: Span | undefined): boolean {
  if (!path.endsWith('.rs')) return true;
  const words = code.tokens.slice(around?.from ?? from, around ? around.from + 1 : to);
  return words.some(({ text }) => text === 'proptest');
}
