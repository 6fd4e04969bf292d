import type { ForecastView } from '#core/api/views.ts';
import { accuracy } from '#core/cost/forecast.ts';
import { type Gate, subjectOf } from '#core/gate/gate.ts';
import { EvidenceId, ProjectId } from '#core/id.ts';
import { ticketName } from '#core/ticket/ticket.ts';
import { findTicket, found } from './find.ts';
import { idIn } from './input.ts';
import type { Handlers } from './request.ts';
import { taskKeys } from './runs.ts';
import { evidenceView } from './views.ts';

/** Finished tickets that the accuracy of forecasts is told of: more say nothing new about a team's present way of working. */
const recent = 100;

const forecastView = (gate: Gate): ForecastView => ({
  ...gate.forecast,
  phase: gate.phase,
  about: subjectOf(gate),
  at: gate.openedAt,
});

export const evidenceHandlers: Handlers<'listEvidence' | 'getEvidenceLog' | 'getCosts' | 'getForecasts'> = {
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
      forecasts: (await store.view.gates.list(ticket.id)).map(forecastView),
    };
  },

  async getForecasts({ params }, { store }) {
    const none = 'There is no such project.';
    const id = idIn(ProjectId, params.project, none);
    found(await store.view.projects.get(id), none);
    const tickets = await store.view.tickets.list({ projectId: id, status: ['completed'], limit: recent });
    const items = [];
    for (const ticket of tickets) {
      const last = (await store.view.gates.list(ticket.id)).at(-1);
      if (!last) continue;
      const { spent } = await store.view.ledger.balance(ticket.id);
      items.push({ ...forecastView(last), ticket: ticketName(ticket.number), spentMicros: spent });
    }
    return { ...accuracy(items), items };
  },
};
