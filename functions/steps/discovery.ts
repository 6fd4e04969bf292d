/**
 * What follows from discoveries outside the run that reported them: changes of the requirements are put before a person
 * and carried out, and runs that wait for another task are let go on.
 */
import { z } from 'zod';
import type { Decision, Discovery } from '#core/discovery/discovery.ts';
import { brokenRules, withFound } from '#core/discovery/propose.ts';
import { writesOf } from '#core/discovery/work.ts';
import { InvalidInput } from '#core/errors.ts';
import type { Gate } from '#core/gate/gate.ts';
import { overlap } from '#core/graph/overlap.ts';
import { isAtWork, slotsHeld } from '#core/graph/schedule.ts';
import { DiscoveryId, GateId, TicketId } from '#core/id.ts';
import { Requirements } from '#core/spec/requirements.ts';
import { isSettled, type Task, waitsFor } from '#core/task/task.ts';
import { reviseRequirements } from '#core/ticket/revise.ts';
import { isOver, type Ticket } from '#core/ticket/ticket.ts';
import { type Desk, moveTask, type Step, step, tell, theTicket } from './desk.ts';
import { requireDocument, writeDocument } from './documents.ts';
import { openGate } from './gate.ts';

async function found(desk: Desk, ticketId: TicketId, id: DiscoveryId): Promise<Discovery | undefined> {
  return (await desk.tx.discoveries.list(ticketId)).find((one) => one.id === id);
}

/** Puts the change before a person (or the policy), as a version of the requirements with a gate of its own. */
const propose = step(
  z.looseObject({ ticketId: TicketId, discoveryId: DiscoveryId }),
  async ({ ticketId, discoveryId }, desk) => {
    const ticket = await theTicket(desk, ticketId);
    const discovery = await found(desk, ticketId, discoveryId);
    if (discovery?.decision.status !== 'proposed') return { discoveryId };
    if (isOver(ticket.status)) return refuse(desk, ticket, discovery, `The ticket is ${ticket.status}.`);
    const gates = await desk.tx.gates.list(ticketId);
    if (gates.some((gate) => gate.discoveryId === discoveryId && gate.state.status === 'open'))
      return { discoveryId };
    const before = await requireDocument(desk, ticket, 'requirements', Requirements);
    const change = draft(discovery, before);
    const broken = brokenRules(ticket, before, change);
    if (broken.length > 0)
      return refuse(
        desk,
        ticket,
        discovery,
        `It does not fit the requirements any more: ${broken.join('; ')}.`,
      );
    const document = await writeDocument(desk, ticket, 'requirements', change);
    const gate = await openGate(desk, ticket, { phase: 'requirements', document, token: null, discoveryId });
    await desk.tx.discoveries.decide(discoveryId, 'proposed', { ...discovery.decision, gateId: gate.id });
    return { discoveryId, gateId: gate.id };
  },
);

const draft = ({ title, work }: Discovery, before: Requirements): Requirements =>
  withFound(before, { title, sentence: work.sentence, criteria: work.criteria }).after;

/** Carries out what was decided at a discovery's gate. */
const settle = step(z.looseObject({ gateId: GateId }), async ({ gateId }, desk) => {
  const gate = await desk.tx.gates.get(gateId);
  const ticket = gate && (await theTicket(desk, gate.ticketId));
  const discovery = gate?.discoveryId && ticket ? await found(desk, ticket.id, gate.discoveryId) : undefined;
  if (!gate || !ticket || discovery?.decision.status !== 'proposed') return { gateId };
  const { state } = gate;
  switch (state.status) {
    case 'open':
      return { gateId };
    case 'approved':
      return isOver(ticket.status)
        ? refuse(desk, ticket, discovery, `The ticket was ${ticket.status} before it was carried out.`)
        : accept(desk, ticket, discovery, gate, state.by);
    case 'rejected':
      return refuse(desk, ticket, discovery, `${state.by} rejected it: ${state.comment}`);
    case 'expired':
      return refuse(desk, ticket, discovery, 'Nobody decided about it in time.');
    case 'superseded':
      if (isOver(ticket.status)) return refuse(desk, ticket, discovery, `The ticket was ${ticket.status}.`);
      // The requirements moved under it: the same change of the new version.
      await tell(desk, ticket, discovery.id, 'discovery.proposed.v1', { discoveryId: discovery.id });
      return { gateId };
    default:
      return state satisfies never;
  }
});

/** The requirement is in force, and a task of its own does it. */
async function accept(desk: Desk, ticket: Ticket, discovery: Discovery, gate: Gate, by: string) {
  const { tx, at, newId, digest } = desk;
  const documents = await tx.documents.list(ticket.id);
  const before = await requireDocument(desk, ticket, 'requirements', Requirements);
  const standing = {
    ...{ ticket, documents, tasks: await tx.tasks.list(ticket.id), gates: await tx.gates.list(ticket.id) },
    runs: await tx.runs.list({ ticketId: ticket.id }),
  };
  const homeless = {
    origin: discovery.id,
    writes: writesOf(discovery.work),
    dependsOn: discovery.work.dependsOn,
    estimateMinutes: discovery.work.estimateMinutes,
  };
  const reviser = { by, at, newId, digest, homeless, draft: gate.documentId };
  const revision = planned(() => reviseRequirements(standing, draft(discovery, before), reviser));
  if (typeof revision === 'string') return refuse(desk, ticket, discovery, revision);
  for (const row of revision.documents) await tx.documents.insert(row);
  for (const task of revision.tasks) await tx.tasks.update(task);
  for (const task of revision.added) await tx.tasks.insert(task);
  for (const other of revision.gates) await tx.gates.update(other);
  await tx.tickets.update(revision.ticket);
  await tx.outbox.append(revision.events);
  const [task] = revision.added;
  if (!task) return refuse(desk, ticket, discovery, 'No task could be made of it.');
  const message = `${by} approved it: it is a requirement now, and ${task.key} does it.`;
  const decision = { status: 'accepted', taskKey: task.key, joined: false, waits: false, message } as const;
  await conclude(desk, ticket, discovery, decision);
  await tell(desk, ticket, discovery.id, 'discovery.accepted.v1', {
    ...{ discoveryId: discovery.id, key: task.key },
    joined: false,
  });
  return { discoveryId: discovery.id };
}

/** The revision, or why there can be none. */
function planned<T>(plan: () => T): T | string {
  try {
    return plan();
  } catch (error) {
    if (error instanceof InvalidInput) return error.message;
    throw error;
  }
}

async function refuse(desk: Desk, ticket: Ticket, discovery: Discovery, reason: string) {
  const message = reason.slice(0, 4000);
  await conclude(desk, ticket, discovery, { status: 'refused', guard: 'person', message });
  const { id: discoveryId } = discovery;
  await tell(desk, ticket, discoveryId, 'discovery.refused.v1', {
    discoveryId,
    guard: 'person',
    reason: message,
  });
  return { discoveryId };
}

/** Its finder hears of it in its next turn, if it is still at work. */
async function conclude(desk: Desk, ticket: Ticket, discovery: Discovery, decision: Decision): Promise<void> {
  await desk.tx.discoveries.decide(discovery.id, 'proposed', decision);
  const run = await desk.tx.runs.get(discovery.runId);
  if (!run || run.state.status === 'ended') return;
  const text = `About what you reported, “${discovery.title}”: ${decision.message}`;
  await desk.tx.notes.steer(run.id, desk.newId('event'), text, desk.at);
  await tell(desk, ticket, run.id, 'run.steered.v1', { runId: run.id, text, by: 'platform' });
}

/** Whether a person has still to decide about a change of the requirements: the execution is not over before. */
export async function proposalsOpen({ tx }: Desk, ticket: Ticket): Promise<boolean> {
  return (await tx.discoveries.list(ticket.id)).some(({ decision }) => decision.status === 'proposed');
}

/**
 * Lets tasks go on whose wait is over, as far as there is room beside what is at work; true when one did. The rest are
 * looked at again with the next doorbell, which the end of what is at work rings.
 */
export async function letGoOn(desk: Desk, ticket: Ticket, parallel: number): Promise<boolean> {
  const tasks = await desk.tx.tasks.list(ticket.id);
  const busy = tasks.filter(isAtWork);
  const settled = (task: Task) => {
    const other = tasks.find(({ key }) => key === waitsFor(task));
    return waitsFor(task) !== null && (!other || isSettled(other));
  };
  let released = false;
  for (const task of tasks.filter(settled)) {
    if (slotsHeld(busy) >= parallel || busy.some((other) => overlap(task.writes, other.writes))) continue;
    busy.push(await moveTask(desk, task, { type: 'goOn' }));
    await tell(desk, ticket, task.id, 'task.resumed.v1', { taskId: task.id, key: task.key });
    await release(desk, ticket, task);
    released = true;
  }
  return released;
}

/** Answers the run that is held for the task; one that is not registered yet sees for itself. */
async function release(desk: Desk, ticket: Ticket, task: Task): Promise<void> {
  for (const run of await desk.tx.runs.list({ ticketId: ticket.id, taskId: task.id })) {
    if (run.state.status !== 'held' || run.state.reason !== 'dependency' || run.token === null) continue;
    await tell(desk, ticket, run.id, 'run.released.v1', { runId: run.id, tokens: [run.token] });
  }
}

/** Called by the effects of events. */
export const discoveryActs = {
  'discovery.propose': propose,
  'discovery.settle': settle,
} satisfies Record<string, Step>;
