/** What agents remembered of a project: people see it, and take back what is wrong. */
import { MemoryId, ProjectId } from '#core/id.ts';
import { ticketName } from '#core/ticket/ticket.ts';
import { found } from './find.ts';
import { idIn } from './input.ts';
import { type Handlers, tell } from './request.ts';

/** A page that nobody has read to its end yet. */
const usual = 50;

export const memoryHandlers: Handlers<'listMemories' | 'forgetMemory'> = {
  async listMemories({ params, query: { limit = usual, before } }, { store }) {
    const none = 'There is no such project.';
    const { id } = found(await store.view.projects.get(idIn(ProjectId, params.id, none)), none);
    const items = await store.view.memories.list(id, limit, before ?? null);
    return {
      items: items.map(({ projectId: _, ticketNumber, ...memory }) => ({
        ...memory,
        ticket: ticketNumber === null ? null : ticketName(ticketNumber),
      })),
      next: items.length < limit ? null : (items.at(-1)?.id ?? null),
    };
  },

  forgetMemory: (call, deps) =>
    call.transact(async (tx) => {
      const none = 'There is no such memory.';
      const memory = found(await tx.memories.remove(idIn(MemoryId, call.params.id, none)), none);
      const { id, projectId, kind, runId, text, at } = memory;
      const scope = { projectId, ticketId: null };
      await tell(tx, deps, call, scope, id, 'memory.forgotten.v1', { memoryId: id, kind, by: call.actor });
      return { id, kind, runId, text, at, ticket: null };
    }),
};
