import { readFile } from 'node:fs/promises';
import type { TransitionView } from '#core/api/views.ts';
import type { TicketId } from '#core/id.ts';
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

/** Every transition of a ticket's own execution and its phases, oldest first. Task tokens never appear. */
export async function transitionsOf(states: States, ticketId: TicketId): Promise<TransitionView[]> {
  const name = `ticket-${ticketId}`;
  const executions = (await states.list({ limit: 1000 })).filter(
    (row) => row.name === name || row.name.startsWith(`${name}-`),
  );
  const histories = await Promise.all(
    executions.map(async (execution) =>
      (await states.history(execution.name)).map((row) => ({
        execution: execution.name,
        seq: row.seq,
        state: row.state,
        kind: row.kind,
        at: row.at,
        input: row.input,
        output: row.output,
        error: row.error,
      })),
    ),
  );
  return histories.flat().sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.seq - b.seq));
}
