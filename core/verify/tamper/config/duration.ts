/** Times in configuration and on command lines: `5000`, `30s`, `"2 min"`, `{ period = "60s", terminate-after = 2 }`. */

const units: Readonly<Record<string, number>> = { ms: 1e-3, s: 1, sec: 1, m: 60, min: 60, h: 3600 };

/** The numbers of a text with their units; what has no unit stays as it is. */
function timesIn(text: string): number[] {
  return [
    ...text.slice(0, 200).matchAll(/(?<![\w.])(\d[\d_]*(?:\.\d+)?)\s*(ms|sec|s|min|m|h)?(?![\w.])/g),
  ].map(
    ([, digits = '', unit]) =>
      Number(digits.replaceAll('_', '')) * (unit === undefined ? 1 : (units[unit] ?? 1)),
  );
}

/** Whether a time is longer than another; none at all (`0`, `none`) is longer than any. */
export function isLonger(was: string, is: string): boolean {
  const [then, now] = [timesIn(was), timesIn(is)];
  const [first = 0] = then;
  if (first <= 0) return false;
  if (/^\W*(none|null|false|infinity|unlimited)\W*$/i.test(is)) return true;
  const [second] = now;
  if (second === undefined) return false;
  if (second === 0) return now.length === 1;
  const same = then.length === now.length;
  const more = same ? now.some((value, at) => value > (then[at] ?? value)) : second > first;
  return more && !(same && now.some((value, at) => value < (then[at] ?? value)));
}
