/** Slots: starts what the looks at graphs have offered, in the whole installation at once. */
import { patienceMinutes } from '#core/graph/share.ts';
import type { StepDeps } from './desk.ts';

/** Where nothing is said: what a small account's quotas for sandboxes allow in any region. */
const defaultSlots = 8;

/** Tasks started by one statement; its lock is held meanwhile. */
const batch = 16;

/**
 * Claims until nothing more can start. It takes what is free, whoever rang: a doorbell that comes twice, late or in
 * another order finds less, and one that is lost is made up for by the next.
 */
export async function claimSlots({ store, clock, newId, slots }: StepDeps): Promise<void> {
  for (;;) {
    const at = clock();
    const overdue = new Date(Date.parse(at) - patienceMinutes * 60_000).toISOString();
    const eventIds = Array.from({ length: batch }, () => newId('event'));
    const started = await store.claim({ account: slots ?? defaultSlots, at, overdue, eventIds });
    if (started.length < batch) return;
  }
}
