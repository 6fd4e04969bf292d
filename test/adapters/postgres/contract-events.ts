import { describe, expect, it } from 'vitest';
import type { Subject } from './contract.ts';
import { anEvent, aStoredRoad, at } from './samples.ts';

export function eventsContract(subject: () => Subject): void {
  describe('the outbox', () => {
    it('keeps events in the order of their appends, with growing cursors', async () => {
      const { store } = subject();
      const { project, ticket } = await aStoredRoad(store);
      const events = ['a', 'b', 'c'].map((name) => anEvent(project.id, ticket.id, name));
      await store.transaction(async (tx) => {
        await tx.outbox.append(events.slice(0, 2));
        await tx.outbox.append(events.slice(2));
      });
      const listed = await store.view.outbox.list({ ticketId: ticket.id });
      expect(listed.map(({ cursor, ...event }) => event)).toEqual(events);
      const cursors = listed.map(({ cursor }) => cursor);
      expect(cursors).toEqual([...cursors].sort((a, b) => a - b));
      expect(await store.view.outbox.lastCursor()).toBe(cursors.at(-1));
    });

    it('pages by cursor, over all tickets and those of none', async () => {
      const { store } = subject();
      const { project, ticket } = await aStoredRoad(store);
      const after = await store.view.outbox.lastCursor();
      await store.transaction((tx) =>
        tx.outbox.append([anEvent(project.id, null, 'x'), anEvent(project.id, ticket.id, 'y')]),
      );
      const page = await store.view.outbox.list({ after, limit: 1 });
      expect(page.map(({ subject: name }) => name)).toEqual(['x']);
      const rest = await store.view.outbox.list({ after: page[0]?.cursor ?? 0 });
      expect(rest.map(({ subject: name }) => name)).toEqual(['y']);
    });

    it('offers an event until it is marked published', async () => {
      const { store } = subject();
      const { project, ticket } = await aStoredRoad(store);
      const events = ['a', 'b', 'c'].map((name) => anEvent(project.id, ticket.id, name));
      await store.transaction((tx) => tx.outbox.append(events));
      const open = async (): Promise<string[]> =>
        (await store.view.outbox.unpublished(1000))
          .filter(({ ticketId }) => ticketId === ticket.id)
          .map(({ subject: name }) => name);
      expect(await open()).toEqual(['a', 'b', 'c']);
      const ids = events.filter(({ subject: name }) => name !== 'b').map(({ id }) => id);
      await store.transaction((tx) => tx.outbox.markPublished(ids, at));
      await store.transaction((tx) => tx.outbox.markPublished([], at));
      expect(await open()).toEqual(['b']);
    });

    it('shows a transaction its own events', async () => {
      const { store } = subject();
      const { project, ticket } = await aStoredRoad(store);
      const seen = await store.transaction(async (tx) => {
        await tx.outbox.append([anEvent(project.id, ticket.id, 'mine')]);
        return await tx.outbox.list({ ticketId: ticket.id });
      });
      expect(seen.map(({ subject: name }) => name)).toEqual(['mine']);
      expect(await store.view.outbox.list({ ticketId: ticket.id })).toHaveLength(1);
    });

    it('refuses the same event twice', async () => {
      const { store } = subject();
      const { project, ticket } = await aStoredRoad(store);
      const event = anEvent(project.id, ticket.id);
      await store.transaction((tx) => tx.outbox.append([event]));
      await expect(store.transaction((tx) => tx.outbox.append([event]))).rejects.toThrow('events_id_key');
    });
  });
}
