/** What the default branch changed under a ticket: criteria that may no longer say what is wanted. */
import { overlap } from '../graph/overlap.ts';
import type { Sha } from '../id.ts';
import type { Design } from '../spec/design.ts';
import type { Asked } from '../spec/requirements.ts';
import type { Task } from '../task/task.ts';
import type { MergeEntry } from './entry.ts';

/** A criterion, and the files that it rests on and that were changed under it. */
export interface Stale {
  readonly criterion: string;
  readonly files: readonly string[];
}

/** The default branch as it was merged into the ticket's. */
export interface Joined {
  /** The commit of the default branch. */
  readonly upstream: Sha;
  /** The merge on the ticket's branch. */
  readonly commit: Sha;
}

type Merged = MergeEntry & { readonly state: { readonly status: 'merged' } };

/** Merged works in the order of the branch's history. */
function history(entries: readonly MergeEntry[]): Merged[] {
  // What stood as it was merged before is no step of it.
  const merged = entries.filter(
    (entry): entry is Merged => entry.state.status === 'merged' && entry.state.onto !== entry.state.commit,
  );
  const commits = new Set(merged.map(({ state }) => state.commit));
  const onto = new Map(merged.map((entry) => [entry.state.onto, entry]));
  const ordered: Merged[] = [];
  let next = merged.find(({ state }) => !commits.has(state.onto));
  while (next && ordered.length < merged.length) {
    ordered.push(next);
    next = onto.get(next.state.commit);
  }
  return ordered;
}

/** How often, and with what, the ticket's branch was brought up to date; oldest first. */
export function joinedIn(entries: readonly MergeEntry[]): Joined[] {
  return history(entries).flatMap(({ merge, state }) =>
    merge.joins ? [{ upstream: merge.joins.commit, commit: state.commit }] : [],
  );
}

/**
 * Criteria that an update may have overtaken: the default branch changed files that their work changed too, or that the
 * design names for their requirement. Work that was merged after the update was built on it, and rests on nothing older.
 */
export function staleBy(
  entries: readonly MergeEntry[],
  tasks: readonly Pick<Task, 'id' | 'criteria'>[],
  { requirements }: Asked,
  design: Pick<Design, 'components'> | null,
): Stale[] {
  const ordered = history(entries);
  const joins = ordered.flatMap(({ merge, state }) => (merge.joins ? state.changed : []));
  if (joins.length === 0) return [];
  const criteriaOf = new Map(tasks.map(({ id, criteria }) => [id, criteria]));
  return requirements.flatMap(({ id: requirement, criteria }) => {
    const named = (design?.components ?? [])
      .filter((component) => component.requirements.some((id) => id === requirement))
      .flatMap(({ files }) => files);
    const designed = new Set(joins.filter((path) => overlap(named, [path])));
    return criteria.flatMap(({ id: criterion }): Stale[] => {
      const own = ordered.flatMap((entry, at) =>
        criteriaOf.get(entry.taskId)?.includes(criterion) ? [{ entry, at }] : [],
      );
      const last = own.at(-1)?.at ?? -1;
      const rests = new Set(own.flatMap(({ entry }) => entry.state.changed));
      const moved = ordered.slice(last + 1).flatMap(({ merge, state }) => (merge.joins ? state.changed : []));
      const files = [...new Set(moved)].filter((path) => rests.has(path) || designed.has(path));
      return files.length === 0 ? [] : [{ criterion, files }];
    });
  });
}
