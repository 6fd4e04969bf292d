/** Judging what a phase's run left: a document that may go on, findings for another round, or the end. */
import { z } from 'zod';
import { RunId, TicketId } from '#core/id.ts';
import type { EndReason, Run } from '#core/run/run.ts';
import type { Evaluation } from '#core/spec/evaluate.ts';
import { judgeDocument, type Standing, verdictInWords } from '#core/spec/standing.ts';
import { DocumentPhase, kindOfPhase, type Ticket } from '#core/ticket/ticket.ts';
import { type Answer, type Desk, type Step, step, tell, theRun, theTicket } from './desk.ts';
import { inForce, mayRetry, writtenBy } from './documents.ts';
import { atWork, failure } from './runs.ts';

/** Ends that another round would only repeat: nothing about them is the agent's doing. */
const hopeless: ReadonlySet<EndReason> = new Set([
  'model-rejected',
  'source-failed',
  'cancelled',
  'money-limit',
]);

/** Why a run left nothing, as its next round should hear it; null when it left something. */
export function endOf(run: Run): { readonly words: string; readonly hopeless: boolean } | null {
  if (run.state.status !== 'ended') return { words: 'The run did not come to its end.', hopeless: false };
  const { outcome } = run.state;
  if (outcome.type !== 'failed') return null;
  const words = `The run before ended without a result (${outcome.reason}): ${outcome.message}`;
  return { words, hopeless: hopeless.has(outcome.reason) };
}

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
