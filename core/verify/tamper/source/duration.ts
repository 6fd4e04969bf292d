/** Times as code writes them, a number with its unit: `100*time.Millisecond`, `Duration::from_millis(100)`. */
import type { Code } from '../lex/token.ts';
import { readNumber, type Span } from './source.ts';

/** Seconds; what has no unit is compared as it is. */
const units: Readonly<Record<string, number>> = {
  Nanosecond: 1e-9,
  Microsecond: 1e-6,
  Millisecond: 1e-3,
  Second: 1,
  Minute: 60,
  Hour: 3600,
  from_millis: 1e-3,
  from_secs: 1,
  ofMillis: 1e-3,
  ofSeconds: 1,
  ofMinutes: 60,
  NANOSECONDS: 1e-9,
  MICROSECONDS: 1e-6,
  MILLISECONDS: 1e-3,
  SECONDS: 1,
  MINUTES: 60,
  HOURS: 3600,
};

/** How many seconds a name of a unit stands for. */
export const unitOf = (name: string): number | undefined =>
  Object.hasOwn(units, name) ? units[name] : undefined;

/** `std::time::Duration::from_millis(100)`: no time has more tokens. */
const longest = 12;
const around = /^(time|std|chrono|Duration|::?|\.|\*|\(|\))$/;

/** The seconds that a piece of code says, where it says nothing else. */
export function durationOf({ tokens }: Code, { from, to }: Span): number | undefined {
  if (to - from > longest) return undefined;
  let [value, unit] = [1, 0];
  for (let at = from; at <= to; at += 1) {
    const { kind, text = '' } = tokens[at] ?? {};
    const known = unitOf(text);
    if (kind === 'number') value *= readNumber(text);
    else if (known !== undefined) {
      value *= known;
      unit += 1;
    } else if (!around.test(text)) return undefined;
  }
  return unit === 1 ? value : undefined;
}
