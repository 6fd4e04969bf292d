/** What a ticket waits for, from its rows: one ticket can wait for several people at once. */
import type { Gate } from '../gate/gate.ts';
import type { Question } from '../run/ports.ts';
import type { Run } from '../run/run.ts';
import type { View } from '../store.ts';
import type { TicketCommand } from './decide.ts';
import type { Ticket, WaitReason } from './ticket.ts';

/** All rows of the ticket that can make it wait. */
export interface Waits {
  readonly gates: readonly Pick<Gate, 'state'>[];
  readonly runs: readonly Pick<Run, 'id' | 'state'>[];
  readonly questions: readonly Question[];
}

/** Looks them up. */
export async function waitsOf(
  { gates, runs, notes }: Pick<View, 'gates' | 'runs' | 'notes'>,
  ticketId: Ticket['id'],
): Promise<Waits> {
  return {
    gates: await gates.list(ticketId),
    runs: await runs.list({ ticketId }),
    questions: await notes.questions({ ticketId }),
  };
}

/** Questions without an answer; a run that has ended asks nothing any more. */
export function openQuestions({ questions, runs }: Pick<Waits, 'questions' | 'runs'>): Question[] {
  const over = new Set(runs.filter(({ state }) => state.status === 'ended').map(({ id }) => id));
  return questions.filter(({ answer, runId }) => answer === null && !over.has(runId));
}

/** What it waits for first; null: for nobody. `settled: 'budget'` means that runs held for money are being let go now. */
function waitReason(
  { hold }: Pick<Ticket, 'hold'>,
  waits: Waits,
  settled: WaitReason | null,
): WaitReason | null {
  if (waits.gates.some(({ state }) => state.status === 'open')) return 'gate';
  if (openQuestions(waits).length > 0) return 'question';
  const poor = waits.runs.some(({ state }) => state.status === 'held' && state.reason === 'budget');
  if (settled !== 'budget' && poor) return 'budget';
  return hold === null ? null : 'forge';
}

/** What to ask of the ticket after something that it waited for is settled: it moves, or waits for what is left. */
export function moveOn(
  ticket: Pick<Ticket, 'hold'>,
  waits: Waits,
  settled: WaitReason | null = null,
): TicketCommand {
  const reason = waitReason(ticket, waits, settled);
  return reason === null ? { type: 'proceed' } : { type: 'wait', reason };
}
