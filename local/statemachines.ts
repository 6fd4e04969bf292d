import { readFile } from 'node:fs/promises';
import type { TransitionView } from '#core/api/views.ts';
import type { TicketId } from '#core/id.ts';
import type { View } from '#core/store.ts';
import { load } from './states/load.ts';
import type { Machine } from './states/machine.ts';
import type { States } from './states/ports.ts';

/** The machines of statemachines/, loaded; whatever the interpreter does not know is refused here. */
export async function readMachines(): Promise<Readonly<Record<string, Machine>>> {
  const names = ['ticket', 'phase', 'task'];
  const machines = await Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(`../statemachines/${name}.asl.json`, import.meta.url), 'utf8');
      return [name, load(JSON.parse(text), name)] as const;
    }),
  );
  return Object.fromEntries(machines);
}

/** Every transition of a ticket's own execution, its phases and its tasks, oldest first. Task tokens never appear. */
export async function transitionsOf(
  states: States,
  view: Pick<View, 'tasks'>,
  ticketId: TicketId,
): Promise<TransitionView[]> {
  const tasks = (await view.tasks.list(ticketId)).map(({ id }) => `task-${id}-`);
  const prefixes = [`ticket-${ticketId}`, ...tasks];
  const executions = (await states.list({ limit: 1000 })).filter(({ name }) =>
    prefixes.some((prefix) => name.startsWith(prefix)),
  );
  const histories = await Promise.all(
    executions.map(async ({ name }) =>
      (await states.history(name)).map(({ seq, state, kind, at, input, output, error }) => ({
        ...{ execution: name, seq, state, kind, at, input, output, error },
      })),
    ),
  );
  return histories.flat().sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.seq - b.seq));
}
