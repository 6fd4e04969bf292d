/** The phases that end in a document: who writes it, and what its approval leads to. */
import { z } from 'zod';
import { IllegalTransition, InvalidInput } from '#core/errors.ts';
import { TicketId } from '#core/id.ts';
import type { Role } from '#core/run/run.ts';
import { derivePlan, deriveRequirements } from '#core/spec/direct.ts';
import { Exploration } from '#core/spec/exploration.ts';
import { TaskPlan } from '#core/spec/plan.ts';
import { Requirements } from '#core/spec/requirements.ts';
import { newTask } from '#core/task/plan.ts';
import { DocumentPhase, kindOfPhase, type Ticket } from '#core/ticket/ticket.ts';
import { type Answer, type Desk, moveTicket, type Step, step, tell, theTicket } from './desk.ts';
import { phaseRuns, requireDocument, writeDocument } from './documents.ts';
import { explain, Failure, failTicket } from './failure.ts';
import { addRun, atWork } from './runs.ts';

const one = z.looseObject({ ticketId: TicketId, phase: DocumentPhase });

const roleOf: Record<DocumentPhase, Role> = {
  explore: 'explorer',
  requirements: 'analyst',
  design: 'architect',
  tasks: 'planner',
};

/** Enters the phase; says whether an agent is needed, the platform can derive the document, or it is left out. */
const prepare = step(one.extend({ feedback: z.string().nullable() }), async (input, desk) => {
  const { ticketId, phase, feedback } = input;
  const entered = await moveTicket(desk, await theTicket(desk, ticketId), { type: 'enterPhase', phase });
  const ticket = atWork(await moveTicket(desk, entered, { type: 'proceed' }));
  const answer = { ticketId, phase, runId: null };
  if (phase === 'design' && ticket.ceremony !== 'full') return { ...answer, next: 'skip' };
  if (feedback === null && (await derived(desk, ticket, phase))) return { ...answer, next: 'evaluate' };
  const run = await addRun(desk, ticket, {
    kind: 'agent',
    role: roleOf[phase],
    round: (await phaseRuns(desk, ticket, phase)).length + 1,
    taskId: null,
    baseCommit: ticket.baseCommit,
    feedback,
    check: null,
    token: null,
  });
  return { ...answer, next: 'run', runId: run.id };
});

/**
 * Writes the document of a `direct` ticket without an agent. False when one is needed: another size, another phase, or a
 * size that people forced on an exploration which proposes no direct work.
 */
async function derived(desk: Desk, ticket: Ticket, phase: DocumentPhase): Promise<boolean> {
  if (ticket.ceremony !== 'direct' || (phase !== 'requirements' && phase !== 'tasks')) return false;
  const exploration = await requireDocument(desk, ticket, 'exploration', Exploration);
  try {
    if (phase === 'requirements') {
      await writeDocument(desk, ticket, 'requirements', deriveRequirements(ticket, exploration));
    } else {
      const requirements = await requireDocument(desk, ticket, 'requirements', Requirements);
      await writeDocument(desk, ticket, 'plan', derivePlan(ticket, exploration, requirements));
    }
    return true;
  } catch (error) {
    if (error instanceof InvalidInput) return false;
    throw error;
  }
}

/** Approves what the gate let through, and does what follows from it. */
const finish = step(one, async ({ ticketId, phase }, desk) => {
  const ticket = atWork(await theTicket(desk, ticketId));
  const kind = kindOfPhase[phase];
  const gates = (await desk.tx.gates.list(ticketId)).filter((gate) => gate.phase === phase);
  const gate = gates.findLast(({ state }) => state.status === 'approved');
  if (gate?.state.status !== 'approved')
    throw new IllegalTransition(`No gate of ${phase} was approved.`, { ticketId });
  const { documentId, documentHash: hash, state } = gate;
  const command = { type: 'approve', kind, documentId, hash } as const;
  let moved = await moveTicket(desk, ticket, command, { by: state.by });
  if (state.ceremony !== null)
    moved = await moveTicket(desk, moved, { type: 'setCeremony', ceremony: state.ceremony });
  moved = await moveTicket(desk, moved, { type: 'proceed' });
  if (phase === 'tasks') await plant(desk, moved);
  return { ticketId, phase };
});

/** The plan's tasks become rows. */
async function plant(desk: Desk, ticket: Ticket): Promise<void> {
  const plan = await requireDocument(desk, ticket, 'plan', TaskPlan);
  const known = new Set<string>((await desk.tx.tasks.list(ticket.id)).map(({ key }) => key));
  for (const planned of plan.tasks.filter(({ key }) => !known.has(key))) {
    const id = desk.newId('task');
    const task = newTask(planned, { id, ticketId: ticket.id, origin: 'plan', at: desk.at });
    await desk.tx.tasks.insert(task);
    await tell(desk, ticket, id, 'task.planned.v1', { taskId: id, key: task.key, title: task.title });
  }
}

const fail = step(one.extend({ error: Failure }), async (input, desk): Promise<Answer> => {
  const told = explain(input.error);
  await failTicket(desk, await theTicket(desk, input.ticketId), told.cause);
  return told;
});

/** Called by the state machines. */
export const phaseSteps = {
  'phase.prepare': prepare,
  'phase.finish': finish,
  'phase.fail': fail,
} satisfies Record<string, Step>;
