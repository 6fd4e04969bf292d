/**
 * Text for a terminal: without what could steer it, measured and cut by columns. Titles and actions were written by
 * agents, so control characters never reach the screen.
 */

/** Control characters, and the marks that turn the direction of text around. */
const steering = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

/** One line of harmless text. */
export function clean(text: string): string {
  return text.replace(steering, ' ').trim();
}

/** The same with its line breaks and tabs kept. */
export function cleanLines(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => line.replaceAll('\t', '  ').replace(steering, ''))
    .join('\n');
}

/** East Asian wide characters and emoji, by block: they take two columns. */
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u;
const joining = /\p{M}|[\u200b\u200c]|\u200d|\ufe0f/u;

function columnsOf(character: string): number {
  if (joining.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}

/** How many columns a text takes. */
export function widthOf(text: string): number {
  return [...text].reduce((sum, character) => sum + columnsOf(character), 0);
}

/** At most so many columns; what is cut ends in `…`. */
export function cut(text: string, columns: number): string {
  if (columns <= 0) return '';
  if (widthOf(text) <= columns) return text;
  let kept = '';
  let width = 0;
  for (const character of text) {
    width += columnsOf(character);
    if (width > columns - 1) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

/** Exactly so many columns. */
export function pad(text: string, columns: number): string {
  const fitted = cut(text, columns);
  return fitted + ' '.repeat(Math.max(0, columns - widthOf(fitted)));
}

/** `4:07`, `1:04:07`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** `0.4 s`, `14.2 s`, and minutes from there on: for what is measured rather than waited for. */
export function seconds(ms: number): string {
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : duration(ms);
}

/** Micro-USD as `0.42 USD`; sums below a cent keep four digits, so that something spent is never shown as nothing. */
export function usd(micros: number): string {
  const digits = micros > 0 && micros < 10_000 ? 4 : 2;
  return `${(micros / 1_000_000).toFixed(digits)} USD`;
}

/** `1 task`, `3 tasks`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
