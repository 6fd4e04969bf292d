/**
 * Whether a delivered ticket's pull request is a draft, and why. The platform wants what the proofs and the project's
 * policy say, until a person has decided: it undoes only what it did itself.
 */
import type { DraftPolicy } from '../project/project.ts';
import type { Task } from '../task/task.ts';
import type { Proof } from '../verify/proof.ts';
import { proofWords } from '../verify/proof.ts';
import type { Published, PullRequest } from './ports.ts';
import { isRework } from './rework.ts';

/** What a forge is asked for: `left` is how the platform left the pull request the last time, null before the first. */
export interface DraftWish {
  readonly wanted: boolean;
  readonly left: boolean | null;
}

/** How the pull request stands, for its row. */
export type DraftStanding = Pick<PullRequest, 'draft' | 'draftNote' | 'draftBy'>;

/** So many criteria of a state are named; the body and the console have all. */
const shown = 12;

/** What people or the team's CI asked of the pull request and nobody could do, by key. */
export function undone(tasks: readonly Pick<Task, 'key' | 'origin' | 'state'>[]): string[] {
  const came = tasks.filter(({ origin }) => isRework(origin));
  return came.flatMap(({ key, state }) =>
    state.status === 'failed' || state.status === 'blocked' ? [key] : [],
  );
}

/**
 * What is not proven on the delivered commit, in a sentence, after the commands that fail there and what was asked for and
 * is not done (`left`); null when everything is, or when nothing was asked.
 */
export function lacking(
  proofs: readonly Pick<Proof, 'criterion' | 'state'>[],
  failing: readonly string[] = [],
  left: readonly string[] = [],
): string | null {
  const said = [
    ...failing.map((command) => `\`${command}\` fails on the delivered commit.`),
    left.length === 0
      ? null
      : `${left.join(', ')} ${left.length === 1 ? 'was' : 'were'} asked for in its review and ${left.length === 1 ? 'is' : 'are'} not done.`,
    unproven(proofs),
  ];
  return said.filter((one) => one !== null).join(' ') || null;
}

function unproven(proofs: readonly Pick<Proof, 'criterion' | 'state'>[]): string | null {
  const open = proofs.filter(({ state }) => state !== 'proven');
  if (open.length === 0) return null;
  const told = [...new Set(open.map(({ state }) => state))].map((state) => {
    const all = open.filter((one) => one.state === state);
    const more = all.length > shown ? ` and ${all.length - shown} more` : '';
    const named = all.slice(0, shown).map(({ criterion }) => criterion);
    return `${named.join(', ')}${more} (${proofWords[state]})`;
  });
  return `${open.length} of ${proofs.length} criteria ${open.length === 1 ? 'is' : 'are'} not proven on the delivered commit: ${told.join('; ')}.`;
}

/** What to ask of the forge. `before` is the pull request of an earlier delivery. */
export function draftWish(
  policy: DraftPolicy,
  lacks: string | null,
  before: DraftStanding | null,
): DraftWish {
  if (before !== null && before.draftBy !== null) return { wanted: before.draft, left: before.draft };
  return { wanted: policy === 'unproven' && lacks !== null, left: before?.draft ?? null };
}

const noDrafts = 'The repository takes no draft pull requests, so it is open as a normal one.';

/** How it stands after the forge was asked; `published` is null where pull requests live only here. */
export function draftStanding(
  wish: DraftWish,
  lacks: string | null,
  before: DraftStanding | null,
  published: Pick<Published, 'draft' | 'draftsRefused'> | null,
): DraftStanding {
  const draft = published?.draft ?? wish.wanted;
  if (before !== null && before.draftBy !== null && before.draft === draft) return before;
  if (published?.draftsRefused)
    return { draft, draftNote: `${lacks ?? ''} ${noDrafts}`.trim(), draftBy: null };
  if (draft === wish.wanted) return { draft, draftNote: draft ? lacks : null, draftBy: null };
  return byPerson(draft, 'a person on the forge');
}

/** How it stands after a person's word. */
export function byPerson(draft: boolean, by: string): DraftStanding {
  return { draft, draftNote: `Made ${draft ? 'a draft' : 'ready'} by ${by}; it stays so.`, draftBy: by };
}

/** Why a draft is not merged, and what to do about it. */
export function draftRefusal({ number, draftNote }: Pick<PullRequest, 'number' | 'draftNote'>): string {
  const why = draftNote === null ? '' : ` ${draftNote}`;
  return `Pull request #${number} is a draft.${why} Mark it ready first if you take it as it is, or have what is missing tried again.`;
}
