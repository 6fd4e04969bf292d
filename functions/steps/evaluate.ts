/** Judging what a phase's run left: a document that may go on, findings for another round, or the end. */
import { z } from 'zod';
import { RunId, TicketId } from '#core/id.ts';
import { endOf } from '#core/run/end.ts';
import type { Evaluation } from '#core/spec/evaluate.ts';
import { judgeDocument, type Standing, verdictInWords } from '#core/spec/standing.ts';
import { DocumentPhase, kindOfPhase, type Ticket } from '#core/ticket/ticket.ts';
import { type Answer, type Desk, type Step, step, tell, theRun, theTicket } from './desk.ts';
import { inForce, mayRetry, writtenBy } from './documents.ts';
import { atWork, failure } from './runs.ts';

async function again(
  desk: Desk,
  ticket: Ticket,
  phase: DocumentPhase,
  feedback: string,
  error: string,
): Promise<Answer> {
  if (await mayRetry(desk, ticket, phase)) return { next: 'retry', ticketId: ticket.id, phase, feedback };
  return failure(error, `Three tries at ${phase} were not enough. The last one: ${feedback}`);
}

const judge = step(
  z.looseObject({ ticketId: TicketId, phase: DocumentPhase, runId: RunId.nullable() }),
  async ({ ticketId, phase, runId }, desk) => {
    const ticket = atWork(await theTicket(desk, ticketId));
    const end = runId === null ? null : endOf(await theRun(desk, runId));
    if (end?.hopeless) return failure('RunFailed', end.words);
    if (end) return again(desk, ticket, phase, end.words, 'RunFailed');
    const row = await writtenBy(desk, ticket, kindOfPhase[phase], runId);
    if (!row) return again(desk, ticket, phase, 'The run before handed in no document.', 'RunFailed');
    const verdict = judgeDocument(row, await standingOf(desk, ticket));
    await tell(desk, ticket, row.id, 'document.evaluated.v1', {
      documentId: row.id,
      score: verdict.score,
      pass: verdict.pass,
      blockers: verdict.blockers.map(({ at, message }) => (at === '' ? message : `${at}: ${message}`)),
    });
    if (!verdict.pass) return again(desk, ticket, phase, listed(verdict), 'EvaluatorRefused');
    return { next: phase === 'explore' ? 'baseline' : 'gate', ticketId, phase, documentId: row.id };
  },
);

async function standingOf({ tx }: Desk, ticket: Ticket): Promise<Standing> {
  const approved = Object.entries(ticket.approved);
  const rows = await Promise.all(approved.map(([, { documentId }]) => tx.documents.get(documentId)));
  const bodies = Object.fromEntries(rows.flatMap((row) => (row ? [[row.kind, row.body]] : [])));
  return { ticket, approved: inForce(ticket), bodies };
}

const listed = (verdict: Evaluation) =>
  verdictInWords(verdict)
    .map((line) => `- ${line}`)
    .join('\n');

/** Called by the state machines. */
export const evaluateSteps = { 'phase.evaluate': judge } satisfies Record<string, Step>;
