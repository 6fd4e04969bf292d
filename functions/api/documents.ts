import { DocumentId } from '#core/id.ts';
import { diffDocuments } from '#core/spec/diff.ts';
import { DocumentBody } from '#core/spec/document.ts';
import { judgeDocument } from '#core/spec/standing.ts';
import type { DocumentRow } from '#core/ticket/ports.ts';
import { findTicket, found } from './find.ts';
import { idIn } from './input.ts';
import type { Handlers } from './request.ts';
import { changeRequirement } from './revise.ts';
import { documentView } from './views.ts';

const none = 'There is no such document.';

const bodyOf = (row: DocumentRow) => DocumentBody.parse({ kind: row.kind, body: row.body });

export const documentHandlers: Handlers<
  'listDocuments' | 'getDocument' | 'diffDocument' | 'getEvaluation' | 'changeRequirement'
> = {
  async listDocuments({ params }, { store }) {
    const ticket = await findTicket(store.view, params.ticket ?? '');
    const rows = await store.view.documents.list(ticket.id);
    return { items: rows.map((row) => documentView(row, ticket)) };
  },

  async getDocument({ params }, { store }) {
    const row = found(await store.view.documents.get(idIn(DocumentId, params.id, none)), none);
    return documentView(row, await findTicket(store.view, row.ticketId));
  },

  async diffDocument({ params, query }, { store }) {
    const row = found(await store.view.documents.get(idIn(DocumentId, params.id, none)), none);
    const versions = (await store.view.documents.list(row.ticketId)).filter(({ kind }) => kind === row.kind);
    const against = query.against ?? row.version - 1;
    const before = versions.find(({ version }) => version === against);
    if (query.against !== undefined) found(before, `There is no version ${against}.`);
    return {
      from: before?.version ?? null,
      to: row.version,
      diff: diffDocuments(before && bodyOf(before), bodyOf(row)),
    };
  },

  async getEvaluation({ params }, { store }) {
    const { documents } = store.view;
    const row = found(await documents.get(idIn(DocumentId, params.id, none)), none);
    const ticket = await findTicket(store.view, row.ticketId);
    const inForce = Object.entries(ticket.approved);
    const rows = await Promise.all(inForce.map(([, { documentId }]) => documents.get(documentId)));
    return judgeDocument(row, {
      ticket,
      approved: Object.fromEntries(inForce.map(([kind, { hash }]) => [kind, hash])),
      bodies: Object.fromEntries(rows.flatMap((one) => (one ? [[one.kind, one.body]] : []))),
    });
  },

  changeRequirement: (call, deps) => call.transact((tx) => changeRequirement(tx, call, deps)),
};
