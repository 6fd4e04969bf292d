/** Traceability: what was asked for, where it is, and what says so; in both directions. */
import { reasonOf } from '#core/discovery/work.ts';
import type { TicketId } from '#core/id.ts';
import { staleBy } from '#core/merge/stale.ts';
import { Design } from '#core/spec/design.ts';
import { criterionIds } from '#core/spec/requirements.ts';
import type { View } from '#core/store.ts';
import type { MergedWork } from '#core/verify/check.ts';
import { prove } from '#core/verify/proof.ts';
import { concerns, isAbout, type TracedWork, trace, unasked } from '#core/verify/trace.ts';
import { findTicket } from './find.ts';
import type { Handlers } from './request.ts';
import { taskKeys } from './runs.ts';
import { foundIn } from './tasks.ts';
import { askedOf, evidenceView } from './views.ts';

export const traceHandlers: Handlers<'getTrace'> = {
  async getTrace({ params, query }, { store: { view } }) {
    const ticket = await findTicket(view, params.ticket ?? '');
    const tasks = await view.tasks.list(ticket.id);
    const requirements = await askedOf(view, ticket, tasks);
    const evidence = await view.evidence.list(ticket.id);
    const proofs = prove(criterionIds(requirements), tasks, evidence, ticket.headCommit);
    const landed = {
      entries: await view.merges.list(ticket.id),
      works: await worksOf(view, ticket.id),
    };
    const rows = trace(requirements, proofs, tasks, landed);
    const design = ticket.approved.design && (await view.documents.get(ticket.approved.design.documentId));
    const stale = staleBy(landed.entries, tasks, requirements, design ? Design.parse(design.body) : null);
    const { of } = query;
    const keys = await taskKeys(view, ticket.id);
    const items = rows
      .filter((row) => of === undefined || concerns(row, of))
      .map(({ checks, lines, earlier, tests, ...row }) => ({
        ...row,
        lines: [...lines],
        earlier: earlier.map(workView),
        tests: [...tests],
        checks: checks.map((check) => evidenceView(check, keys)),
        stale: [...(stale.find(({ criterion }) => criterion === row.criterion.id)?.files ?? [])],
      }));
    const { discoveries, runs } = await foundIn(view, ticket.id);
    const others = unasked(rows, tasks, landed)
      .filter((one) => of === undefined || isAbout(one, of))
      .map(({ task, works }) => ({
        task: { key: task.key, title: task.title },
        why: reasonOf(task, discoveries, runs).why,
        works: works.map(workView),
      }));
    return { items, others };
  },
};

const workView = ({ commit, lines }: TracedWork) => ({ commit, lines: [...lines] });

/** What the ticket's checks merged. */
async function worksOf(view: Pick<View, 'runs'>, ticketId: TicketId): Promise<MergedWork[]> {
  const runs = await view.runs.list({ ticketId });
  return runs.flatMap(({ state }) => {
    if (state.status !== 'ended' || state.outcome.type !== 'check') return [];
    const { result } = state.outcome;
    return result.type === 'checked' ? result.works : [];
  });
}
