/** Where an event came from: the part of its ticket's page that shows more of it. Pure. */
import type { EventView } from '#core/api/views.ts';

type Told = Pick<EventView, 'type' | 'data'>;

const textOf = (data: Told['data'], field: string): string | null => {
  const value = data[field];
  return typeof value === 'string' && value !== '' ? value : null;
};

/**
 * Which tasks an event is about, by its run: the events of runs name a task by its id at most, and people know tasks by
 * their keys. All it takes stands in the events before; a check may be of several tasks together.
 */
export function tasksOf(events: readonly Told[]): (event: Told) => string | null {
  const keys = new Map<string, string>();
  const runs = new Map<string, Set<string>>();
  for (const { data } of events) {
    const [taskId, key, runId] = [textOf(data, 'taskId'), textOf(data, 'key'), textOf(data, 'runId')];
    if (taskId === null) continue;
    if (key !== null) keys.set(taskId, key);
    if (runId !== null) runs.set(runId, (runs.get(runId) ?? new Set<string>()).add(taskId));
  }
  return ({ data }) => {
    const own = textOf(data, 'taskId');
    const ids = own === null ? [...(runs.get(textOf(data, 'runId') ?? '') ?? [])] : [own];
    const named = ids.flatMap((id) => keys.get(id) ?? []);
    return named.length === 0 ? null : named.join(' and ');
  };
}

const waits: Readonly<Record<string, string>> = { gate: 'gates', budget: 'cost' };

/** Of a noun that has no page of its own, but a tab. */
const tabs: Readonly<Record<string, string>> = {
  gate: 'gates',
  discovery: 'tasks',
  budget: 'cost',
  pull: 'pull',
};

const ofTicket: Readonly<Record<string, string>> = {
  'ticket.commands_proven': 'evidence',
  'ticket.execution_finished': 'tasks',
  'ticket.advanced': 'evidence',
  'ticket.budget_extended': 'cost',
  'ticket.requirement_changed': 'documents',
  'ticket.reworked': 'tasks',
  'ticket.completed': 'pull',
};

/** What is told of a task by its checks. */
const measured: ReadonlySet<string> = new Set(['task.verified', 'task.refused']);

/** The place under the ticket's page (`runs/run_01…`); null for what is told in full by its sentence. */
export function placeOf({ type, data }: Told): string | null {
  const name = type.replace(/\.v\d+$/, '');
  const noun = name.split('.')[0] ?? '';
  const [run, task, document] = [textOf(data, 'runId'), textOf(data, 'key'), textOf(data, 'documentId')];
  if (name === 'ticket.waiting') return waits[textOf(data, 'reason') ?? ''] ?? null;
  if (noun === 'ticket') return ofTicket[name] ?? null;
  if (noun === 'document') return document === null ? 'documents' : `documents/${document}`;
  if (noun === 'task' && measured.has(name)) return `evidence?task=${task}`;
  if (run !== null && noun !== 'budget') return `runs/${run}`;
  if (task !== null) return `tasks/${task}`;
  return tabs[noun] ?? null;
}
