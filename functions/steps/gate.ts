/** Gates: opened for a person, or answered by the policy; expired when nobody decided. */
import { z } from 'zod';
import { forecast } from '#core/cost/forecast.ts';
import { IllegalTransition } from '#core/errors.ts';
import {
  type AskedAbout,
  decideGate,
  type Gate,
  type GateState,
  gateLifetimeDays,
  subjectOf,
} from '#core/gate/gate.ts';
import { GateId, type Instant, TicketId } from '#core/id.ts';
import type { GateMode } from '#core/project/project.ts';
import { canonical } from '#core/spec/document.ts';
import { TaskPlan } from '#core/spec/plan.ts';
import type { DocumentRow } from '#core/ticket/ports.ts';
import { DocumentPhase, kindOfPhase, type Ticket } from '#core/ticket/ticket.ts';
import { type Desk, goOn, moveTicket, type Step, step, tell, theTicket } from './desk.ts';
import { atWork } from './runs.ts';

const open = step(
  z.looseObject({ ticketId: TicketId, phase: DocumentPhase, token: z.string().min(1) }),
  async ({ ticketId, phase, token }, desk) => {
    const ticket = atWork(await theTicket(desk, ticketId));
    const document = await desk.tx.documents.latest(ticketId, kindOfPhase[phase]);
    if (!document)
      throw new IllegalTransition(`There is no document of ${phase} to decide on.`, { ticketId });
    await supersedeOlder(desk, ticket, phase);
    const gate = await openGate(desk, ticket, { phase, document, token, discoveryId: null });
    return { gateId: gate.id };
  },
);

/** Opens a gate on a version of a document, or has the policy decide it at once. */
export async function openGate(
  desk: Desk,
  ticket: Ticket,
  asked: Pick<Gate, 'phase' | 'token' | 'discoveryId'> & { readonly document: DocumentRow },
): Promise<Gate> {
  const { phase, document, token, discoveryId } = asked;
  const person = modeOf(ticket, phase) === 'human';
  const gate: Gate = {
    ...{ id: desk.newId('gate'), ticketId: ticket.id, phase, token, discoveryId },
    documentId: document.id,
    documentHash: document.hash,
    tamper: null,
    state: person ? { status: 'open' } : byPolicy(desk.at),
    forecast: await foresee(desk, ticket),
    openedAt: desk.at,
    expiresAt: daysAfter(desk.at, gateLifetimeDays),
    version: 0,
  };
  await desk.tx.gates.insert(gate);
  if (person) await tellOpened(desk, ticket, gate);
  else await tellDecided(desk, ticket, gate, 'approved', null);
  return gate;
}

async function tellOpened(desk: Desk, ticket: Ticket, gate: Gate): Promise<void> {
  const { id: gateId, phase, documentId } = gate;
  await tell(desk, ticket, gateId, 'gate.opened.v1', { gateId, phase, documentId, about: subjectOf(gate) });
  await moveTicket(desk, ticket, { type: 'wait', reason: 'gate' });
}

/**
 * Opens a gate on what a task's work does to its checks. It stands on the plan that the task is from; no policy decides
 * it, and an older one of the same task has had its time.
 */
export async function openTamperGate(
  desk: Desk,
  ticket: Ticket,
  tamper: AskedAbout,
  token: string,
): Promise<Gate> {
  const document = await desk.tx.documents.latest(ticket.id, 'plan');
  if (!document)
    throw new IllegalTransition('There is no plan that the task is from.', { ticketId: ticket.id });
  await supersede(desk, ticket, (gate) => gate.tamper?.taskId === tamper.taskId);
  const gate: Gate = {
    ...{ id: desk.newId('gate'), ticketId: ticket.id, phase: 'tasks', token, discoveryId: null, tamper },
    documentId: document.id,
    documentHash: desk.digest(canonical(tamper)),
    state: { status: 'open' },
    forecast: await foresee(desk, ticket),
    openedAt: desk.at,
    expiresAt: daysAfter(desk.at, gateLifetimeDays),
    version: 0,
  };
  await desk.tx.gates.insert(gate);
  await tellOpened(desk, ticket, gate);
  return gate;
}

/** Text from outside the team never passes on the evaluator's word alone. */
function modeOf(ticket: Ticket, phase: DocumentPhase): GateMode {
  const mode = ticket.gates[phase];
  return ticket.tainted && mode === 'auto' ? 'human' : mode;
}

function byPolicy(at: Instant): GateState {
  return { status: 'approved', by: 'platform', at, comment: null, ceremony: null };
}

function daysAfter(at: Instant, days: number): Instant {
  return new Date(Date.parse(at) + days * 86_400_000).toISOString();
}

async function supersedeOlder(desk: Desk, ticket: Ticket, phase: DocumentPhase): Promise<void> {
  await supersede(
    desk,
    ticket,
    (gate) => gate.phase === phase && gate.discoveryId === null && gate.tamper === null,
  );
}

async function supersede(desk: Desk, ticket: Ticket, isOlder: (gate: Gate) => boolean): Promise<void> {
  for (const gate of await desk.tx.gates.list(ticket.id)) {
    if (gate.state.status !== 'open' || !isOlder(gate)) continue;
    const state = decideGate(gate, { type: 'supersede' }, desk.at);
    await desk.tx.gates.update({ ...gate, state });
    await tellDecided(desk, ticket, gate, 'superseded', 'A newer version is there.');
  }
}

async function tellDecided(
  desk: Desk,
  ticket: Ticket,
  gate: Gate,
  decision: 'approved' | 'superseded' | 'expired',
  comment: string | null,
): Promise<void> {
  const { id: gateId, phase, token } = gate;
  await tell(desk, ticket, gateId, 'gate.decided.v1', {
    ...{ gateId, phase, decision, comment, token },
    about: subjectOf(gate),
    by: 'platform',
  });
}

/** What the whole ticket will cost, by what finished tickets of its size in the project did cost. */
async function foresee(desk: Desk, ticket: Ticket): Promise<Gate['forecast']> {
  // Fifty are more than the forecast needs, and one page.
  const finished = await desk.tx.tickets.list({
    projectId: ticket.projectId,
    status: ['completed'],
    limit: 50,
  });
  const alike = finished.filter(({ ceremony }) => ceremony === ticket.ceremony);
  const history = [];
  for (const other of alike) {
    const { spent } = await desk.tx.ledger.balance(other.id);
    // A replayed model costs nothing, and so says nothing.
    if (spent > 0) history.push(spent);
  }
  const plan = await desk.tx.documents.latest(ticket.id, 'plan');
  const tasks = plan ? TaskPlan.parse(plan.body).tasks.length : null;
  return forecast({ ceremony: ticket.ceremony, phase: ticket.phase, tasks, history });
}

const expire = step(z.looseObject({ gateId: GateId }), async ({ gateId }, desk) => {
  const gate = await desk.tx.gates.get(gateId);
  if (gate?.state.status !== 'open' || desk.at < gate.expiresAt) return { gateId };
  const ticket = await theTicket(desk, gate.ticketId);
  await desk.tx.gates.update({ ...gate, state: decideGate(gate, { type: 'expire' }, desk.at) });
  await tellDecided(desk, ticket, gate, 'expired', null);
  await goOn(desk, ticket, 'gate');
  return { gateId };
});

/** Called by the state machines. */
export const gateSteps = { 'gate.open': open } satisfies Record<string, Step>;

/** Called by the effects of events. */
export const gateActs = { 'gate.expire': expire } satisfies Record<string, Step>;
