/** Numbers and instants as people read them. Pure: the present is an argument. */

/** Money: cents, or as many digits as a small sum needs to be more than nothing. */
export function usd(micros: number): string {
  const dollars = micros / 1_000_000;
  const digits = micros === 0 || micros >= 10_000 ? 2 : micros >= 1000 ? 3 : 4;
  return `$${dollars.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
}

/** What a person typed as USD, in micro-USD; null when it is no sum. */
export function microsOf(text: string): number | null {
  const clean = text.trim().replace(/^\$/, '').replace(',', '.');
  if (!/^\d+(\.\d{1,6})?$/.test(clean)) return null;
  return Math.round(Number(clean) * 1_000_000);
}

export function dollarsOf(micros: number): string {
  return String(micros / 1_000_000);
}

const steps = [
  { unit: 'day', ms: 86_400_000 },
  { unit: 'hour', ms: 3_600_000 },
  { unit: 'minute', ms: 60_000 },
] as const;

const relativeFormat = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' });
const dateFormat = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric', year: 'numeric' });
const exactFormat = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' });

/** `now`, `5 min. ago`, `yesterday`; a date after a month. */
export function relative(instant: string, now: number): string {
  const past = now - Date.parse(instant);
  if (Math.abs(past) < 45_000) return 'now';
  if (past > 30 * 86_400_000) return dateFormat.format(Date.parse(instant));
  const step = steps.find(({ ms }) => Math.abs(past) >= ms) ?? steps[2];
  return relativeFormat.format(-Math.round(past / step.ms), step.unit);
}

export const exact = (instant: string): string => exactFormat.format(Date.parse(instant));

/** `850 ms`, `12.4 s`, `3 m 20 s`, `2 h 5 m`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} m ${Math.floor((ms % 60_000) / 1000)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} m`;
}

/** `1,204` and `12.3k`: tokens. */
export function count(value: number): string {
  if (value < 10_000) return value.toLocaleString('en-US');
  return value < 1_000_000 ? `${(value / 1000).toFixed(1)}k` : `${(value / 1_000_000).toFixed(2)}M`;
}

/** A commit as people name it. */
export const shortSha = (sha: string): string => sha.slice(0, 8);

export const plural = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;

/** First letter large: `pre-existing` → `Pre-existing`. */
export const title = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
