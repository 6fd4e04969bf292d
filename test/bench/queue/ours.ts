/** The product's claims, on a store filled by SQL: ten projects, tickets of 200 tasks, four of each offered. */
import { newId } from '#adapters/ids/ids.ts';
import type { Database } from '#adapters/postgres/client.ts';
import { createStore } from '#adapters/postgres/store.ts';

/** What is measured, of whichever make. */
export interface Queue {
  /** Brings what is stored from one number to another. */
  store(from: number, to: number): Promise<void>;
  /** Claims one; its id, or null. */
  claim(): Promise<string | null>;
  /** Ends the work on it and puts it at the end of the queue, in one statement. */
  putBack(id: string): Promise<void>;
  close(): Promise<void>;
}

const perTicket = 200;
const projects = 10;
/** More than workers, so that a claim is never refused and the busy are counted all the same. */
const slots = 64;

export async function ourQueue(database: Database): Promise<Queue> {
  const store = createStore(database, { clock: () => new Date().toISOString() });
  await database.query(
    `insert into projects
       (id, name, repo, commands, gates, ceremony, budget_micros, network, protected_paths, parallel_tasks, version,
        created_at)
     select 'project_' || n, 'bench', '/' || n, '{}', '{}', 'auto', 0, 'none', '[]', 4, 0, now()
     from generate_series(1, ${projects}) n`,
  );
  return {
    store: (from, to) => fill(database, from / perTicket, to / perTicket),
    claim: async () => {
      const at = new Date().toISOString();
      // Nothing is overdue: what is put back is younger than the patience.
      const [task] = await store.claim({
        account: slots,
        at,
        overdue: '2000-01-01T00:00:00.000Z',
        eventIds: [newId('event')],
      });
      return task?.id ?? null;
    },
    putBack: async (id) => {
      await database.query(
        `update tasks set status = 'ready', state = '{"status":"ready"}', ahead = 0, waiting_since = now() where id = $1`,
        [id],
      );
    },
    close: () => store.close(),
  };
}

/** Of each ticket half is done, four are offered, and the rest waits for another. Ids have the form of the product's. */
async function fill(database: Database, from: number, to: number): Promise<void> {
  const id = (kind: string, number: string) => `'${kind}_' || lpad((${number})::text, 26, '0')`;
  await database.query(
    `insert into tickets
       (id, number, project_id, title, description, phase, status, gates, tainted, branch, verification, approved,
        version, created_at, updated_at, execution_token)
     select ${id('ticket', 'n')}, n, 'project_' || (1 + n % ${projects}), 'bench', '', 'execution', 'running', '{}', false,
       'b', 'unknown', '{}', 0, now(), now(), 'token'
     from generate_series(${from + 1}, ${to}) n`,
  );
  await database.query(
    `insert into tasks
       (id, ticket_id, key, title, goal, depends_on, criteria, writes, estimate_minutes, priority, done_when, state,
        status, generation, round, origin, version, created_at, project_id, ahead, waiting_since)
     select ${id('task', `n * ${perTicket} + t`)}, ${id('ticket', 'n')}, 'T' || t, 'bench', 'goal',
       case when t > 104 then json_build_array('T' || (t - 1)) else '[]'::json end, '["REQ-1.1"]', '["src/**"]', 30, 0,
       'done', json_build_object('status', status), status, 0, 0, 'plan', 0, now(), 'project_' || (1 + n % ${projects}),
       case when status = 'ready' then t - 101 end, case when status = 'ready' then now() end
     from generate_series(${from + 1}, ${to}) n, generate_series(1, ${perTicket}) t,
       lateral (select case when t <= 100 then 'done' when t <= 104 then 'ready' else 'pending' end as status) s`,
  );
  await database.query('vacuum analyze tasks; ');
  await database.query('vacuum analyze tickets');
}
