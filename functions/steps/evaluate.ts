/** Judging what a phase's run left: a document that may go on, findings for another round, or the end. */
import { z } from 'zod';
import { RunId, TicketId } from '#core/id.ts';
import type { EndReason, Run } from '#core/run/run.ts';
import { Design } from '#core/spec/design.ts';
import { DocumentBody } from '#core/spec/document.ts';
import { type Evaluation, type EvaluationInput, evaluate } from '#core/spec/evaluate.ts';
import { TaskPlan } from '#core/spec/plan.ts';
import { Requirements } from '#core/spec/requirements.ts';
import type { DocumentRow } from '#core/ticket/ports.ts';
import { DocumentPhase, kindOfPhase, type Ticket } from '#core/ticket/ticket.ts';
import { type Answer, type Desk, type Step, step, tell, theRun, theTicket } from './desk.ts';
import { approvedDocument, inForce, mayRetry, requireDocument, writtenBy } from './documents.ts';
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
    const verdict = evaluate(await inputOf(desk, ticket, row));
    await tell(desk, ticket, row.id, 'document.evaluated.v1', {
      documentId: row.id,
      score: verdict.score,
      pass: verdict.pass,
      blockers: verdict.blockers.map(({ at, message }) => (at === '' ? message : `${at}: ${message}`)),
    });
    if (!verdict.pass) return again(desk, ticket, phase, findings(verdict), 'EvaluatorRefused');
    return { next: phase === 'explore' ? 'baseline' : 'gate', ticketId, phase, documentId: row.id };
  },
);

/** The document with all that its kind is measured by. */
async function inputOf(desk: Desk, ticket: Ticket, row: DocumentRow): Promise<EvaluationInput> {
  const { kind, body } = DocumentBody.parse({ kind: row.kind, body: row.body });
  const from = { upstream: row.upstream, approved: inForce(ticket) };
  switch (kind) {
    case 'exploration':
      return { kind, document: body, ...from };
    case 'requirements': {
      const previous = await approvedDocument(desk, ticket, 'requirements', Requirements);
      return { kind, document: body, ...from, ticket, previous: previous ?? undefined };
    }
    case 'design': {
      const requirements = await requireDocument(desk, ticket, 'requirements', Requirements);
      return { kind, document: body, ...from, requirements };
    }
    case 'plan': {
      const requirements = await requireDocument(desk, ticket, 'requirements', Requirements);
      const design = await approvedDocument(desk, ticket, 'design', Design);
      const previous = await approvedDocument(desk, ticket, 'plan', TaskPlan);
      return {
        ...{ kind, document: body, ...from, requirements },
        ...{ design: design ?? undefined, previous: previous ?? undefined },
      };
    }
    default:
      return kind satisfies never;
  }
}

/** The verdict in words for the author of the next version: blockers first, then what costs most. */
function findings({ blockers, findings: weak, score }: Evaluation): string {
  const must = blockers.map(({ at, message }) => `- ${at === '' ? '' : `${at}: `}${message}`);
  const should = [...weak].sort((a, b) => b.weight - a.weight).map(({ message }) => `- ${message}`);
  return [
    ...(must.length > 0 ? ['These must be mended:', ...must] : []),
    ...(should.length > 0 ? [`These lower the score (${score}, 0.7 is needed):`, ...should] : []),
  ].join('\n');
}

/** Called by the state machines. */
export const evaluateSteps = { 'phase.evaluate': judge } satisfies Record<string, Step>;
