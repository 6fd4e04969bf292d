/** Documents of a ticket: those in force, those just written, and new versions that the platform derives itself. */
import type { z } from 'zod';
import { IllegalTransition } from '#core/errors.ts';
import type { RunId } from '#core/id.ts';
import type { Run } from '#core/run/run.ts';
import { contentHash, type DocumentKind, type DocumentOf, upstreamOfKind } from '#core/spec/document.ts';
import type { DocumentRow } from '#core/ticket/ports.ts';
import type { DocumentPhase, Ticket } from '#core/ticket/ticket.ts';
import { type Desk, tell } from './desk.ts';

/** The hashes of the documents in force. */
export function inForce(ticket: Ticket): DocumentRow['upstream'] {
  return Object.fromEntries(Object.entries(ticket.approved).map(([kind, { hash }]) => [kind, hash]));
}

/** The approved document of a kind, or null when there is none. */
export async function approvedDocument<T>(
  { tx }: Desk,
  ticket: Ticket,
  kind: DocumentKind,
  schema: z.ZodType<T>,
): Promise<T | null> {
  const approved = ticket.approved[kind];
  const row = approved ? await tx.documents.get(approved.documentId) : null;
  return row ? schema.parse(row.body) : null;
}

/** The same, where the road cannot have come this far without it. */
export async function requireDocument<T>(
  desk: Desk,
  ticket: Ticket,
  kind: DocumentKind,
  schema: z.ZodType<T>,
): Promise<T> {
  const document = await approvedDocument(desk, ticket, kind, schema);
  if (document === null)
    throw new IllegalTransition(`There is no approved ${kind}.`, { ticketId: ticket.id });
  return document;
}

/** Writes a new version that no agent wrote. */
export async function writeDocument<K extends DocumentKind>(
  desk: Desk,
  ticket: Ticket,
  kind: K,
  body: DocumentOf<K>,
): Promise<DocumentRow> {
  const latest = await desk.tx.documents.latest(ticket.id, kind);
  const approved = inForce(ticket);
  const above: readonly DocumentKind[] = upstreamOfKind[kind];
  const row: DocumentRow = {
    id: desk.newId('document'),
    ticketId: ticket.id,
    kind,
    version: (latest?.version ?? 0) + 1,
    hash: contentHash(body, desk.digest),
    body,
    upstream: Object.fromEntries(
      above.flatMap((other) => (approved[other] === undefined ? [] : [[other, approved[other]]])),
    ),
    runId: null,
    createdAt: desk.at,
  };
  await desk.tx.documents.insert(row);
  const { id: documentId, version, hash } = row;
  await tell(desk, ticket, documentId, 'document.written.v1', { documentId, kind, version, hash });
  return row;
}

/** The agent runs of a phase, oldest first. */
export async function phaseRuns({ tx }: Desk, ticket: Ticket, phase: DocumentPhase): Promise<Run[]> {
  const runs = await tx.runs.list({ ticketId: ticket.id });
  return runs
    .filter((run) => run.phase === phase && run.kind === 'agent' && run.taskId === null)
    .sort((a, b) => a.round - b.round);
}

/** A document that fails its evaluator three times is a matter for a person. */
const maxTries = 3;

/** Whether the phase may run again on the platform's own findings. Each decision of a person gives it three new tries. */
export async function mayRetry(desk: Desk, ticket: Ticket, phase: DocumentPhase): Promise<boolean> {
  const gates = (await desk.tx.gates.list(ticket.id)).filter((gate) => gate.phase === phase);
  const decided = gates.map(({ openedAt }) => openedAt).sort();
  const since = decided.at(-1) ?? '';
  const runs = await phaseRuns(desk, ticket, phase);
  return runs.filter(({ createdAt }) => createdAt > since).length < maxTries;
}

/** The document that a phase has to show: what its run wrote, or (run null) whatever is newest. */
export async function writtenBy(
  { tx }: Desk,
  ticket: Ticket,
  kind: DocumentKind,
  runId: RunId | null,
): Promise<DocumentRow | null> {
  return runId === null ? tx.documents.latest(ticket.id, kind) : tx.documents.byRun(runId);
}
