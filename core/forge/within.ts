import type { Section } from './markdown.ts';

/** A section with its place in the order of what is cut first: the higher, the sooner; null is never cut. */
export interface Ranked extends Section {
  readonly rank: number | null;
}

const render = ({ head, lines, tail }: Section) => `${head}${lines.join('\n')}${tail}`.trimEnd();
const empty = (section: Section) => render(section) === '';

/**
 * The sections as one text of at most `maxChars`: when it is too long, lines go from the end of the section that matters
 * least, then of the next. Each cut says how much is not shown and where it is. Heads alone are never cut, so a limit
 * below their sum is passed.
 */
export function within(sections: readonly Ranked[], maxChars: number, where: string): string {
  const kept = sections.filter((section) => !empty(section));
  const order = [...kept.entries()]
    .filter(([, { rank, lines }]) => rank !== null && lines.length > 0)
    .sort(([, a], [, b]) => (b.rank ?? 0) - (a.rank ?? 0));
  for (const [index, section] of order) {
    const over = joined(kept).length - maxChars;
    if (over <= 0) break;
    kept[index] = cut(section, over, where);
  }
  return joined(kept);
}

const joined = (sections: readonly Section[]) => `${sections.map(render).join('\n\n')}\n`;

/** Without enough lines at the end to save `over` characters, and the note's own length. */
function cut(section: Ranked, over: number, where: string): Ranked {
  const note = (gone: number) => `\n\n_${gone} lines more: ${where}._`;
  const lines = [...section.lines];
  // The longest form that the note can have.
  let saved = -note(lines.length).length;
  while (lines.length > 0 && saved < over) saved += (lines.pop()?.length ?? 0) + 1;
  const noted = (): Ranked => ({
    ...section,
    lines,
    tail: `${note(section.lines.length - lines.length)}${section.tail}`,
  });
  // White space at the end was no part of the text before, and is one before a note.
  const room = render(section).length - over;
  while (lines.length > 0 && render(noted()).length > room) lines.pop();
  return noted();
}
