/** A textual conflict: how hard it is, and how it is told to an integrator and to a person. */
import type { Task } from '../task/task.ts';
import type { Place, RefusedWork } from '../verify/check.ts';

type Conflict = RefusedWork & { reason: 'conflict' };

/**
 * How hard a place is, in [0,1]. Text on both sides can be read and joined. A file that one side moved or deleted needs
 * to know why. Of bytes that nobody can read one side has to be chosen, which no test of ours judges.
 */
const weights: Readonly<Record<Place['kind'], number>> = {
  content: 0.05,
  renamed: 0.2,
  deleted: 0.25,
  other: 0.4,
  submodule: 1,
  lfs: 1,
  binary: 1,
};

/** How hard the conflict is, in [0,1]: the sum over its places, and 1 for any place that nobody can read. */
export function conflictScore({ places, files }: Pick<Conflict, 'places' | 'files'>): number {
  const known = places.reduce((sum, { kind }) => sum + weights[kind], 0);
  // Files whose places were too many to list.
  const unlisted = files.filter((path) => !places.some((place) => place.path === path)).length;
  return Math.min(1, known + unlisted * weights.content);
}

/** From here on an integrator is not sent alone: twenty places of text, or one that nobody can read. */
export const hardScore = 1;

/** Whether a person is asked before an integrator tries. */
export function isHard(conflict: Pick<Conflict, 'places' | 'files'>): boolean {
  return conflictScore(conflict) >= hardScore;
}

const kinds: Readonly<Record<Place['kind'], string>> = {
  content: 'both sides changed the same lines',
  renamed: 'both sides moved it, or one moved what the other changed',
  deleted: 'one side deleted what the other changed',
  other: 'both sides changed it',
  submodule: 'both sides moved the submodule to another commit',
  lfs: 'both sides replaced a file of Git LFS',
  binary: 'both sides replaced a file that is not text',
};

/** What the integrator hears. */
export function conflictInWords({ files, detail, places }: Conflict): string {
  const unreadable = places
    .filter(({ kind }) => weights[kind] >= 1)
    .map(({ path, kind }) => `- ${path}: ${kinds[kind]}. Your checkout has the branch's side.`);
  return [`These files conflict: ${files.join(', ')}.`, unreadable.join('\n'), detail]
    .filter((part) => part.trim() !== '')
    .join('\n\n');
}

/** A question holds 4,000 characters; both sides of as many places as fit are shown. */
const maxText = 4000;
const maxSide = 600;

const clip = (text: string) => (text.length > maxSide ? `${text.slice(0, maxSide)}\n[…]` : text);

function placeInWords({ path, kind, ours, theirs }: Place): string {
  const head = `${path}: ${kinds[kind]}.`;
  if (ours === null && theirs === null) return head;
  const side = (name: string, text: string | null) =>
    `${name}:\n${text === null ? '(not there)' : clip(text)}`;
  return [head, side('The branch', ours), side('This task', theirs)].join('\n');
}

/** What a person is asked, and the answers that need no typing. */
export function questionOf(
  { key, title }: Pick<Task, 'key' | 'title'>,
  conflict: Conflict,
  tries: number,
): { readonly text: string; readonly options: string[] } {
  const why =
    tries === 0
      ? 'No agent can join these by reading them.'
      : `${tries} tries of an agent to join both sides did not come through.`;
  const head = `${key} (${title}) conflicts with what is on the ticket's branch. ${why} What should hold?`;
  let text = head;
  let left = conflict.places.length;
  for (const place of conflict.places) {
    const next = `${text}\n\n${placeInWords(place)}`;
    if (next.length > maxText - 60) break;
    text = next;
    left -= 1;
  }
  if (conflict.places.length === 0) text = `${head}\n\n${conflict.files.join('\n')}`.slice(0, maxText - 60);
  if (left > 0) text = `${text}\n\n… and ${left} more ${left === 1 ? 'place' : 'places'}.`;
  return { text, options: ["Keep the branch's side", "Take this task's side"] };
}
