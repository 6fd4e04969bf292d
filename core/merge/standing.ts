/** Where work stands in the merge queue, in words that a task list can show. */
import type { Task, TaskKey } from '../task/task.ts';
import type { MergeEntry } from './entry.ts';

/** A task's place in its ticket's merge queue. */
export interface Standing {
  /** 1 for the one that is merged next. */
  readonly position: number;
  /** The tasks that are being checked together with it, itself included; empty while its check has not begun. */
  readonly batch: readonly TaskKey[];
  /** Why it waits. */
  readonly why: string;
}

/**
 * The tasks that wait in a queue. `checking` are the tasks of the check that is under way, null when there is none;
 * `paused` when the ticket is.
 */
export function standings(
  entries: readonly MergeEntry[],
  checking: readonly TaskKey[] | null,
  paused: boolean,
): Map<Task['id'], Standing> {
  const waiting = entries.filter(({ state }) => state.status === 'waiting');
  return new Map(
    waiting.map(({ taskId, key }, index) => {
      const batch = checking?.includes(key) ? checking : [];
      return [taskId, { position: index + 1, batch, why: whyOf(key, batch, checking, paused) }];
    }),
  );
}

function whyOf(
  key: TaskKey,
  batch: readonly TaskKey[],
  checking: readonly TaskKey[] | null,
  paused: boolean,
): string {
  const others = batch.filter((other) => other !== key);
  if (others.length > 0) return `Checked together with ${others.join(', ')}.`;
  if (batch.length > 0) return 'Checked by itself.';
  if (checking) return `Waits for the check of ${checking.join(', ')}.`;
  return paused ? 'Waits until the ticket is resumed.' : 'Is checked next.';
}
