/** The product's claims, on a store filled by SQL: ten projects, tickets of 200 tasks, four of each offered. */

import pg from 'pg';
import { newId } from '#adapters/ids/ids.ts';
import type { Database } from '#adapters/postgres/client.ts';
import { migrate, readMigrations } from '#adapters/postgres/migrate.ts';
import { openPool } from '#adapters/postgres/pool.ts';
import { createStore } from '#adapters/postgres/store.ts';
import { group, ignore, priorities, projectSlots, projects, type Queue } from './subject.ts';

/** All that the projects' limits allow. */
const slots = projects * projectSlots;
/** Offers of these tasks (`whose`), each as the look at its ticket's graph would make it. */
const offer = (whose: string): string => `
  insert into offers (ticket_id, task_id, project_id, ahead, priority, since)
  select ticket_id, id, project_id, substring(key from 2)::integer - ${group.done + 1}, priority, now() from ${whose}`;

export async function ourQueue(url: string, connections: number): Promise<Queue> {
  const database = openPool(url, { connections });
  await migrate(
    database,
    (await readMigrations()).filter(({ name }) => name !== '0003_memory'),
  );
  // What the bench itself does goes the same way as with the others.
  const pool = new pg.Pool({ connectionString: url, max: connections });
  pool.on('error', ignore);
  const store = createStore(database, { clock: () => new Date().toISOString() });
  await database.query(
    `insert into projects
       (id, name, repo, commands, gates, ceremony, budget_micros, network, protected_paths, parallel_tasks, version,
        created_at)
     select 'project_' || n, 'bench', '/' || n, '{}', '{}', 'auto', 0, 'none', '[]', 4, 0, now()
     from generate_series(1, ${projects}) n`,
  );
  return {
    name: 'ours',
    limits: true,
    store: (count) => fill(database, count / group.size),
    claim: async (most) => {
      // Nothing is overdue: what is put back is younger than the patience.
      const started = await store.claim({
        account: slots,
        at: new Date().toISOString(),
        overdue: '2000-01-01T00:00:00.000Z',
        eventIds: Array.from({ length: most }, () => newId('event')),
      });
      return started;
    },
    putBack: async (ids) => {
      await pool.query(
        `with done as (
           update tasks set status = 'ready', state = '{"status":"ready"}' where id = any ($1::text[])
           returning ticket_id, id, project_id, key, priority
         ) ${offer('done')}`,
        [ids],
      );
    },
    vacuum: async () => {
      await pool.query('vacuum tasks, offers, events');
    },
    close: async () => {
      await pool.end();
      await store.close();
    },
  };
}

/** Ids have the form of the product's. */
async function fill(database: Database, tickets: number): Promise<void> {
  const id = (kind: string, number: string) => `'${kind}_' || lpad((${number})::text, 26, '0')`;
  const { size, done, ready } = group;
  await database.query(
    `insert into tickets
       (id, number, project_id, title, description, phase, status, gates, tainted, branch, verification, approved,
        version, created_at, updated_at, execution_token)
     select ${id('ticket', 'n')}, n, 'project_' || (1 + n % ${projects}), 'bench', '', 'execution', 'running', '{}', false,
       'b', 'unknown', '{}', 0, now(), now(), 'token'
     from generate_series(1, ${tickets}) n`,
  );
  await database.query(
    `insert into tasks
       (id, ticket_id, key, title, goal, depends_on, criteria, writes, estimate_minutes, priority, done_when, state,
        status, generation, round, origin, version, created_at, project_id)
     select ${id('task', `n * ${size} + t`)}, ${id('ticket', 'n')}, 'T' || t, 'bench', 'goal',
       case when t > ${done + ready} then json_build_array('T' || (t - 1)) else '[]'::json end, '["REQ-1.1"]', '["src/**"]',
       30, -(n + t) % ${priorities}, 'done', json_build_object('status', status), status, 0, 0, 'plan', 0, now(), 'project_' || (1 + n % ${projects})
     from generate_series(1, ${tickets}) n, generate_series(1, ${size}) t,
       lateral (
         select case when t <= ${done} then 'done' when t <= ${done + ready} then 'ready' else 'pending' end as status
       ) s`,
  );
  await database.query(offer(`tasks where status = 'ready'`));
  await database.query('analyze tasks, offers, tickets, events');
}
