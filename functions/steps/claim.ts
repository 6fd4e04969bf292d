/** Slots: starts what the looks at graphs have offered, in the whole installation at once. */
import { patienceMinutes } from '#core/graph/share.ts';
import type { StepDeps } from './desk.ts';

/** Where nothing is said: what a small account's quotas for sandboxes allow in any region. */
const defaultSlots = 8;

/** Most tasks started by one statement; its lock is held meanwhile. */
const most = 32;

/**
 * Claims until nothing more can start. It takes what is free, whoever rang: a doorbell that comes twice, late or in
 * another order finds less, and one that is lost is made up for by the next.
 */
export async function claimSlots({ store, clock, newId, slots = defaultSlots }: StepDeps): Promise<void> {
  const batch = Math.min(slots, most);
  for (;;) {
    const at = clock();
    const overdue = new Date(Date.parse(at) - patienceMinutes * 60_000).toISOString();
    const eventIds = Array.from({ length: batch }, () => newId('event'));
    const started = await store.claim({ account: slots, at, overdue, eventIds });
    if (started.length < batch) return;
  }
}

/**
 * One at a time, for all who call: those who come while it runs share the next, which sees what each of them wrote.
 * Fails for each of them when it fails.
 */
export function together(act: () => Promise<void>): () => Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  let next: Promise<void> | null = null;
  return () => {
    next ??= last.then(() => {
      next = null;
      const now = act();
      last = now.catch(() => {});
      return now;
    });
    return next;
  };
}
