/** Names of what is in the cache, and what each event makes stale. Pure. */
import type { EventView } from '#core/api/views.ts';

export type Key = readonly string[];

/** Parts of a ticket that are read on their own. */
export type TicketPart =
  | 'documents'
  | 'gates'
  | 'questions'
  | 'tasks'
  | 'discoveries'
  | 'runs'
  | 'evidence'
  | 'trace'
  | 'pull'
  | 'costs'
  | 'events';

export const keys = {
  health: ['health'],
  agents: ['agents'],
  github: ['github'],
  keys: ['keys'],
  projects: ['projects'],
  tickets: ['tickets'],
  pulls: ['pulls'],
  memories: (projectId: string): Key => ['projects', projectId, 'memories'],
  access: (projectId: string): Key => ['projects', projectId, 'access'],
  oneTicket: (ref: string): Key => ['tickets', 'one', ref],
  part: (ticketId: string, part: TicketPart): Key => ['ticket', ticketId, part],
  run: (runId: string): Key => ['run', runId, 'head'],
  steps: (runId: string): Key => ['run', runId, 'steps'],
} as const;

/** By the noun of an event (`task` of `task.done.v1`): the parts of the ticket that it touches. */
const touched: Readonly<Record<string, readonly TicketPart[]>> = {
  ticket: ['documents', 'gates', 'tasks', 'costs'],
  document: ['documents', 'gates'],
  gate: ['gates', 'documents'],
  task: ['tasks', 'runs'],
  run: ['runs'],
  question: ['questions', 'runs'],
  discovery: ['discoveries', 'tasks', 'gates', 'documents'],
  evidence: ['evidence', 'trace'],
  cost: ['costs', 'runs'],
  budget: ['costs'],
  pull: ['pull'],
};

/** What to ask for again after an event. A step touches only its run, and what agents are at: they make many. */
export function staleAfter(event: EventView): Key[] {
  const noun = event.type.split('.')[0] ?? '';
  const runId = typeof event.data.runId === 'string' ? event.data.runId : null;
  const ofRun: Key[] = runId === null ? [] : [['run', runId]];
  if (noun === 'project') return [keys.projects];
  if (event.type.startsWith('memory.forgotten.')) return [keys.memories(event.projectId ?? '')];
  if (event.ticketId === null) return ofRun;
  const { ticketId } = event;
  const log = keys.part(ticketId, 'events');
  const atWork = noun === 'run' ? [keys.agents] : [];
  if (event.type.startsWith('run.stepped.') || noun === 'checkpoint') return [...ofRun, ...atWork, log];
  const parts = (touched[noun] ?? []).map((part) => keys.part(ticketId, part));
  return [keys.tickets, log, ...parts, ...ofRun, ...atWork, ...(noun === 'pull' ? [keys.pulls] : [])];
}
