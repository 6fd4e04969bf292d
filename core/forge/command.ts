/** `/omoi …` in a comment: a line of its own that its writer meant, not one that is quoted, shown as code or hidden. */

/** What is wanted on the line of the command, and everything else that the comment says. */
export interface Command {
  readonly wish: string;
  readonly rest: string;
}

/** At the very beginning of a line, then what is wanted on the same line. */
const command = /^\/omoi(?:[ \t]+(.*))?$/;
/** Indented by four spaces or a tab: code. */
const indented = /^(?: {4}|\t)/;
const fence = /^ {0,3}(`{3,}|~{3,})/;
const hiding = /<!--[\s\S]*?(?:-->|$)|<(pre|code)\b[\s\S]*?(?:<\/\1\s*>|$)/gi;

/** The first command of a comment, or null. What we wrote ourselves (it has our mark) is none, whoever's token wrote it. */
export function readCommand(body: string): Command | null {
  if (body.includes('<!-- omoios:')) return null;
  const text = body.replace(/\r\n?/g, '\n');
  const lines = text.split('\n');
  // Line by line the same, with what is hidden or code left empty.
  const meant = withoutFences(text.replace(hiding, (hidden) => hidden.replace(/[^\n]/g, ' ')).split('\n'));
  const at = meant.findIndex((line) => command.test(line));
  if (at < 0) return null;
  const wish = command.exec(meant[at] ?? '')?.[1]?.trim() ?? '';
  return { wish, rest: lines.toSpliced(at, 1).join('\n').trim() };
}

function withoutFences(lines: readonly string[]): string[] {
  let open: string | null = null;
  return lines.map((line) => {
    const mark = fence.exec(line)?.[1];
    if (open !== null) {
      if (mark?.startsWith(open)) open = null;
      return '';
    }
    if (mark !== undefined) open = mark;
    return mark !== undefined || indented.test(line) ? '' : line;
  });
}

/** A text of at most so many characters, never half of a pair. */
export function cut(text: string, max: number): string {
  return text.slice(0, max).replace(/[\uD800-\uDBFF]$/, '');
}

/** Turns the direction of what follows, or cannot be seen. */
const unseen = /[\u061C\u200B\u200E\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF]/g;

/** A title of one line that reads as it is: strangers choose it, and it stands in lists. Never empty. */
export function asTitle(text: string, otherwise: string): string {
  const line = text
    .replace(unseen, '')
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/ +/g, ' ')
    .trim();
  return cut(line === '' ? otherwise : line, 200);
}

/** What a row of the store can hold of any text: no NUL, and no half of a pair. */
export function clean(text: string): string {
  return text.replaceAll('\0', '').replace(/\p{Surrogate}/gu, '\uFFFD');
}
