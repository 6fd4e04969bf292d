/** How long tests wait: a number with its unit, a name that stands for one, and calls that give up after some time. */
import type { Source } from '../change.ts';
import { unitOf } from '../source/duration.ts';
import { partsOf, readNumber, type Span } from '../source/source.ts';

/** The unit that the next argument names: `400, unit = TimeUnit.MILLISECONDS`. */
function unitAfter({ code }: Source, comma: number): number {
  for (let at = comma + 1; at < comma + 6 && !/^[,);]$/.test(code.tokens[at]?.text ?? ';'); at += 1) {
    const text = code.tokens[at]?.text ?? '';
    const unit = /^[A-Z]+$/.test(text) ? unitOf(text) : undefined;
    if (unit !== undefined) return unit;
  }
  return 1;
}

/** A product of numbers and units that follows within the same call, assignment or argument. */
export function valueAfter(source: Source, from: number): number | undefined {
  const { code } = source;
  let value: number | undefined;
  // `WithTimeout(context.Background(), 5*time.Second)` is the longest way from name to number: 14 tokens.
  for (let at = from; at < from + 14; at += 1) {
    const token = code.tokens[at];
    if (token === undefined || token.text === ';' || token.text === '{' || token.text === '}') break;
    if (value !== undefined && token.text === ',') return value * unitAfter(source, at);
    if (value !== undefined && (token.text === ')' || token.first)) break;
    const unit = unitOf(token.text);
    if (token.kind === 'number') value = (value ?? 1) * readNumber(token.text);
    else if (unit !== undefined) value = (value ?? 1) * unit;
  }
  return value;
}

/** Calls that wait until something holds, and give up after the longest time among their arguments. */
const waits =
  /^(wait_?(for|until|till|while)\w*|poll(_?(for|until))?|eventually\w*|until|retry_?until|After|NewTimer|atMost|recv_timeout|wait_timeout\w*|assertTimeout\w*)$/i;

/** Whether a word is called and waits for something: `time.After(…)`, `require.Eventually(…)`, `waitFor(…)`. */
export function isWait({ code: { tokens } }: Source, at: number): boolean {
  const text = tokens[at]?.text ?? '';
  if (tokens[at + 1]?.text !== '(' || !waits.test(text)) return false;
  // Elsewhere these are a point in time or a place in a list.
  return !/^(After|NewTimer)$/i.test(text) || (tokens[at - 2]?.text === 'time' && /^[AN]/.test(text));
}

/** The longest time among the arguments of the call at `at`; undefined where none is known. */
export function longestWait(
  source: Source,
  at: number,
  given: ReadonlyMap<string, number>,
): number | undefined {
  const values = partsOf(source.code, at + 1).flatMap((part) => timeIn(source, part, given) ?? []);
  return values.length === 0 ? undefined : Math.max(...values);
}

/** `5 * time.Second`, `Duration::from_millis(50)`, `limits.total`: nothing else is a time, and no time has more tokens. */
const longestTime = 10;

function timeIn(
  { code }: Source,
  { from, to }: Span,
  given: ReadonlyMap<string, number>,
): number | undefined {
  if (to - from > longestTime) return undefined;
  let value: number | undefined;
  let start = from;
  // The name of an argument.
  if (/^[=:]$/.test(code.tokens[from + 1]?.text ?? '')) start = from + 2;
  for (let at = start; at <= to; at += 1) {
    const { kind = 'punct', text = '' } = code.tokens[at] ?? {};
    const known = unitOf(text) ?? given.get(text);
    if (kind === 'number') value = (value ?? 1) * readNumber(text);
    else if (kind === 'string' || /^(=>|\+|-|\/|<|>|==|\{|\[)$/.test(text)) return undefined;
    else if (known !== undefined) value = (value ?? 1) * known;
  }
  return value;
}

/** Names of a file that are given one number and no other: `const settled = 2_000`, `{ total: 500 }`. */
export function numbersGiven(source: Source): ReadonlyMap<string, number> {
  const { tokens } = source.code;
  const found = new Map<string, number>();
  const twice = new Set<string>();
  tokens.forEach((token, at) => {
    const sign = tokens[at + 1]?.text ?? '';
    const isNumber =
      tokens[at + 2]?.kind === 'number' || /^(time|Duration)$/.test(tokens[at + 2]?.text ?? '');
    if (token.kind !== 'word' || !/^(=|:=|:)$/.test(sign) || !isNumber) return;
    const value = valueAfter(source, at + 2);
    if (value === undefined) return;
    if (found.has(token.text)) twice.add(token.text);
    found.set(token.text, value);
  });
  for (const name of twice) found.delete(name);
  return found;
}

/** By which a helper of tests is known to wait. */
const waiting = /wait|poll|until|eventual/i;

/** The numbers of helpers that wait: how often they look, how long they sleep, when they give up. */
export function helpersThatWait({
  code,
  definitions,
}: Source): ReadonlyMap<string, { values: number[]; line: number }> {
  const found = new Map<string, { values: number[]; line: number }>();
  for (const { name, from, to, line } of definitions) {
    if (!waiting.test(name) || to - from > 300) continue;
    const values = code.tokens
      .slice(from, to)
      .filter(({ kind }) => kind === 'number')
      .map(({ text }) => readNumber(text));
    found.set(name, { values, line });
  }
  return found;
}
