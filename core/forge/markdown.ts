/** Markdown for forges: text that agents or strangers wrote cannot leave its place, mention anybody or close an issue. */

/** A part of a body that can lose lines from its end: what stands before them, they, and what stands after. */
export interface Section {
  readonly head: string;
  readonly lines: readonly string[];
  readonly tail: string;
}

/** A section of one text that is never cut. */
export function whole(text: string): Section {
  return { head: text, lines: [], tail: '' };
}

/** A section behind a line that opens it. `title` is the platform's own text. */
export function folded(title: string, lines: readonly string[]): Section {
  return { head: `<details><summary>${title}</summary>\n\n`, lines, tail: '\n\n</details>' };
}

/** White space of any kind becomes one space. */
export const oneLine = (text: string) => text.replace(/\s+/gu, ' ').trim();

/** The lines of a table; the first two are its head. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}

/** Text inside a table or a line of its own: no new cell, no markup but code as it was written, no mention. */
export function cell(text: string): string {
  // What stands in code is told apart by its spaces, too.
  const line = text.replace(/\s*\n\s*/gu, ' ').trim();
  return isPaired(line) && !/`[^`]*\|[^`]*`/u.test(line)
    ? besideCode(line, (beside) => plain(beside.replace(/\s+/gu, ' ')))
    : plain(oneLine(text));
}

const plain = (text: string): string =>
  literal(text.replace(/[\\`*_[\]<>#|~]/gu, '\\$&').replace(/@/gu, '@\u200B'));

/** `&lt;` is meant as it stands; of what is code all is. */
const literal = (text: string): string => text.replace(/&(?=#?\w{1,31};)/gu, '&amp;');

/** A command in a table. Backticks in it would end the code span, a bar the cell. */
export function code(text: string): string {
  return `\`${oneLine(text).replace(/`/gu, "'").replace(/\|/gu, '\\|')}\``;
}

/** Paragraphs and lists as they were written, quoted; without HTML, mentions, references to issues and headings. */
export function quoted(text: string, maxChars: number): string[] {
  const cut = text.length > maxChars ? `${text.slice(0, maxChars)}…` : text;
  const lines = cut.split(/\r?\n/u);
  const shown = lines.every(isPaired) ? lines.map((line) => besideCode(line, harmless)) : lines.map(harmless);
  return shown.map((line) => `> ${line.replace(/^(\s*)(#+)/u, '$1\\$2')}`.trimEnd());
}

const harmless = (text: string): string =>
  literal(text)
    .replace(/</gu, '\\<')
    .replace(/@/gu, '@\u200B')
    .replace(/#(?=\d)/gu, '#\u200B');

/** A code span of one line, between as many backticks on either side, with none inside. */
const codeSpan = /((?<!`)(`+)(?!`)[^`]*(?<!`)\2(?!`))/gu;

/**
 * Whether all backticks of a line pair up within it. Only where those of every line do, all readers of Markdown see the
 * same code spans, whatever blocks the lines make: in them nothing is markup, and a name is copied as it was written.
 */
const isPaired = (line: string): boolean =>
  !line.includes('\\`') && !line.replace(codeSpan, '').includes('`');

/** The line with what stands outside of code made so. */
function besideCode(line: string, made: (text: string) => string): string {
  let end = 0;
  const parts: string[] = [];
  for (const { 0: span, index } of line.matchAll(codeSpan)) {
    parts.push(made(line.slice(end, index)), span);
    end = index + span.length;
  }
  return [...parts, made(line.slice(end))].join('');
}

/** A test in a line of its own, with the number of its cases where it has several. */
export const testName = ({ name, cases }: { readonly name: string; readonly cases: number }): string =>
  cases === 1 ? cell(name) : `${cell(name)} (${cases} cases)`;

/** Output as it was written: each line indented, which makes it code wherever it is cut. */
export const verbatim = (output: string): string[] =>
  output.split(/\r?\n/u).map((line) => `    ${line}`.trimEnd());

/** The first twelve digits of a commit as code. */
export const short = (commit: string | null) => (commit === null ? '–' : `\`${commit.slice(0, 12)}\``);
