/** The log of events as a page knows it: each told once, by cursor, whatever order they come in. Pure but for its state. */
import type { EventView } from '#core/api/views.ts';

/** How many cursors are remembered: late twins come within seconds, and a busy ticket makes ten events in one. */
const remembered = 2000;

export interface Log {
  /** The newest cursor up to which nothing is missing. */
  readonly cursor: () => number;
  /** One event that was pushed: what to tell, and whether some before it are missing and have to be asked for. */
  readonly pushed: (event: EventView) => { readonly told: readonly EventView[]; readonly gap: boolean };
  /** Events that were asked for after the cursor, in order: what to tell. */
  readonly fetched: (events: readonly EventView[]) => readonly EventView[];
}

/** A log that is known up to `after`. */
export function createLog(after: number): Log {
  let cursor = after;
  const seen = new Set<number>();
  const note = (at: number): void => {
    seen.add(at);
    for (const oldest of seen) {
      if (seen.size <= remembered) break;
      seen.delete(oldest);
    }
  };
  const isNew = (at: number): boolean => at > after && !seen.has(at);
  return {
    cursor: () => cursor,
    pushed(event) {
      const at = event.cursor;
      if (!isNew(at)) return { told: [], gap: false };
      if (at > cursor + 1) return { told: [], gap: true };
      // One that comes late had a number before it was committed: the log went on without it.
      cursor = Math.max(cursor, at);
      note(at);
      return { told: [event], gap: false };
    },
    fetched(events) {
      const told = events.filter((event) => isNew(event.cursor));
      for (const event of told) note(event.cursor);
      cursor = events.reduce((most, event) => Math.max(most, event.cursor), cursor);
      return told;
    },
  };
}
