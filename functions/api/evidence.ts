import { EvidenceId } from '#core/id.ts';
import { findTicket, found } from './find.ts';
import { idIn } from './input.ts';
import type { Handlers } from './request.ts';
import { taskKeys } from './runs.ts';
import { evidenceView } from './views.ts';

export const evidenceHandlers: Handlers<'listEvidence' | 'getEvidenceLog' | 'getCosts'> = {
  async listEvidence({ params }, { store }) {
    const ticket = await findTicket(store.view, params.ticket ?? '');
    const keys = await taskKeys(store.view, ticket.id);
    return { items: (await store.view.evidence.list(ticket.id)).map((entry) => evidenceView(entry, keys)) };
  },

  async getEvidenceLog({ params }, { store, blobs }) {
    const ticket = await findTicket(store.view, params.ticket ?? '');
    const id = idIn(EvidenceId, params.id, 'There is no such evidence.');
    const entry = (await store.view.evidence.list(ticket.id)).find((evidence) => evidence.id === id);
    return new TextDecoder().decode(await blobs.get(found(entry, 'There is no such evidence.').logBlob));
  },

  async getCosts({ params }, { store }) {
    const ticket = await findTicket(store.view, params.ticket ?? '');
    const balance = await store.view.ledger.balance(ticket.id);
    const { calls, usage } = await store.view.calls.totals(ticket.id);
    const spent = await store.view.ledger.spentByRun(ticket.id);
    const keys = await taskKeys(store.view, ticket.id);
    const runs = await store.view.runs.list({ ticketId: ticket.id });
    const byRun = runs
      .filter((run) => run.kind === 'agent')
      .map((run) => ({
        runId: run.id,
        role: run.role,
        taskKey: run.taskId === null ? null : (keys.get(run.taskId) ?? null),
        costMicros: spent.get(run.id) ?? 0,
      }));
    return {
      limitMicros: balance.limit,
      spentMicros: balance.spent,
      reservedMicros: balance.reserved,
      calls,
      usage,
      byRun,
    };
  },
};
