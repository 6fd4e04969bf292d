/** graphile-worker and pg-boss as their workers claim: the former's own statement, the latter's own `fetch`. */
import { runMigrations } from 'graphile-worker';
import pg from 'pg';
import PgBoss from 'pg-boss';
import { z } from 'zod';
import type { Queue } from './ours.ts';

const connections = 34;
const Id = z.object({ id: z.coerce.string() });

/** The statement of its `getJob` with prepared statements, as its workers send it. */
const getJob = `
with j as (
  select jobs.job_queue_id, jobs.priority, jobs.run_at, jobs.id
  from graphile_worker._private_jobs as jobs
  where jobs.is_available = true and run_at <= now() and task_id = any($2::int[])
    and (
      jobs.job_queue_id is null
      or jobs.job_queue_id in (
        select id from graphile_worker._private_job_queues as job_queues
        where job_queues.is_available = true for update skip locked
      )
    )
  order by priority asc, run_at asc limit 1 for update skip locked
), q as (
  update graphile_worker._private_job_queues as job_queues set locked_by = $1::text, locked_at = now()
  from j where job_queues.id = j.job_queue_id
)
update graphile_worker._private_jobs as jobs
set attempts = jobs.attempts + 1, locked_by = $1::text, locked_at = now()
from j where jobs.id = j.id returning *`;

export async function graphileWorker(url: string): Promise<Queue> {
  await runMigrations({ connectionString: url });
  const pool = new pg.Pool({ connectionString: url, max: connections });
  const task = await pool.query(
    `insert into graphile_worker._private_tasks (identifier) values ('bench') returning id`,
  );
  const taskId = Number(Id.parse(task.rows[0]).id);
  return {
    store: async (from, to) => {
      await pool.query(
        `insert into graphile_worker._private_jobs (task_id, payload)
         select $1, '{}' from generate_series($2::integer + 1, $3::integer)`,
        [taskId, from, to],
      );
      await pool.query('vacuum analyze graphile_worker._private_jobs');
    },
    claim: async () => {
      const { rows } = await pool.query({ name: 'get_job', text: getJob, values: ['worker', [taskId]] });
      return rows[0] === undefined ? null : Id.parse(rows[0]).id;
    },
    putBack: async (id) => {
      await pool.query({
        name: 'put_back',
        text: `update graphile_worker._private_jobs set locked_by = null, locked_at = null, attempts = 0, run_at = now()
               where id = $1::bigint`,
        values: [id],
      });
    },
    close: () => pool.end(),
  };
}

export async function pgBoss(url: string): Promise<Queue> {
  const boss = new PgBoss({ connectionString: url, max: connections, supervise: false, schedule: false });
  await boss.start();
  await boss.createQueue('bench');
  const pool = new pg.Pool({ connectionString: url, max: connections });
  return {
    store: async (from, to) => {
      await pool.query(
        `insert into pgboss.job (name, data) select 'bench', '{}' from generate_series($1::integer + 1, $2::integer)`,
        [from, to],
      );
      await pool.query('vacuum analyze pgboss.job');
    },
    claim: async () => (await boss.fetch('bench'))[0]?.id ?? null,
    putBack: async (id) => {
      await pool.query({
        name: 'put_back',
        text: `update pgboss.job set state = 'created', created_on = now() where name = 'bench' and id = $1::uuid`,
        values: [id],
      });
    },
    close: async () => {
      await pool.end();
      await boss.stop({ graceful: false });
    },
  };
}
