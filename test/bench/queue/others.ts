/**
 * graphile-worker and pg-boss as their workers claim: the former's own statement, the latter's own `fetch`, of one or
 * of a batch. They know no dependencies, so what waits for another is stored as due next year, and what is done as the
 * one keeps it (pg-boss) or not at all (graphile-worker deletes it; there it is due next year, too).
 *
 * Limits they know as far as this. graphile-worker runs one job of a named queue at a time: a project of so many slots
 * has as many queues, and its jobs are dealt to them. pg-boss counts what is active in a group: a project is a group.
 * Neither has one for the whole installation. Each is also measured without any, as the fastest that it can be.
 */
import { runMigrations } from 'graphile-worker';
import pg from 'pg';
import { PgBoss } from 'pg-boss';
import { z } from 'zod';
import { group, ignore, priorities, projectSlots, projects, type Queue } from './subject.ts';

const Id = z.object({ id: z.coerce.string() });

/** Whether the nth of a group can be claimed. */
const claimable = `n % ${group.size} between ${group.done + 1} and ${group.done + group.ready}`;

/** From 0 on; what cannot be claimed has the last of all, so that it lies in nobody's way. */
const priority = `case when ${claimable} then n % ${priorities} else ${priorities} end`;

/** Of the nth: tickets go round the projects, as ours. */
const ticket = `n / ${group.size}`;
const project = `${ticket} % ${projects}`;
/** Which of its project's named queues the nth is in: they go round those that can be claimed. */
const lane = `(${ticket} / ${projects} * ${group.ready} + n % ${group.size}) % ${projectSlots}`;

/**
 * The statement of its `getJob` with prepared statements, as its workers and its local queue send it. A batch keeps one
 * of each named queue.
 */
const getJobs = (most: number): string => `
with ${most > 1 ? 'j_raw' : 'j'} as (
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
  order by priority asc, run_at asc limit ${most} for update skip locked
)${
  most > 1
    ? `, j as (
  select distinct on (job_queue_id, case when job_queue_id is null then id end) job_queue_id, priority, run_at, id
  from j_raw order by job_queue_id, case when job_queue_id is null then id end, priority asc, run_at asc
)`
    : ''
}, q as (
  update graphile_worker._private_job_queues as job_queues set locked_by = $1::text, locked_at = now()
  from j where job_queues.id = j.job_queue_id
)
update graphile_worker._private_jobs as jobs
set attempts = jobs.attempts + 1, locked_by = $1::text, locked_at = now()
from j where jobs.id = j.id returning *`;

export async function graphileWorker(url: string, connections: number, limits: boolean): Promise<Queue> {
  await runMigrations({ connectionString: url });
  const pool = new pg.Pool({ connectionString: url, max: connections });
  pool.on('error', ignore);
  const task = await pool.query(
    `insert into graphile_worker._private_tasks (identifier) values ('bench') returning id`,
  );
  const taskId = Number(Id.parse(task.rows[0]).id);
  if (limits)
    await pool.query(
      `insert into graphile_worker._private_job_queues (queue_name)
       select p || '-' || l from generate_series(0, ${projects - 1}) p, generate_series(0, ${projectSlots - 1}) l`,
    );
  return {
    name: limits ? 'graphile-worker' : 'graphile-worker without limits',
    limits,
    store: async (count) => {
      await pool.query(
        `insert into graphile_worker._private_jobs (task_id, payload, priority, run_at, job_queue_id)
         select $1, '{}', ${priority}, case when ${claimable} then now() else now() + interval '1 year' end, q.id
         from generate_series(1, $2::integer) n
           left join graphile_worker._private_job_queues q on q.queue_name = (${project}) || '-' || (${lane})`,
        [taskId, count],
      );
      await pool.query('analyze graphile_worker._private_jobs, graphile_worker._private_job_queues');
    },
    claim: async (most) => {
      const statement = { name: `get_job_${most}`, text: getJobs(most), values: ['worker', [taskId]] };
      const { rows } = await pool.query(statement);
      return rows.map((row) => Id.parse(row).id);
    },
    putBack: async (ids) => {
      await pool.query(
        `with back as (
           update graphile_worker._private_jobs set locked_by = null, locked_at = null, attempts = 0, run_at = now()
           where id = any ($1::bigint[]) returning job_queue_id
         )
         update graphile_worker._private_job_queues set locked_by = null, locked_at = null
         where id in (select job_queue_id from back)`,
        [ids],
      );
    },
    vacuum: async () => {
      await pool.query('vacuum graphile_worker._private_jobs, graphile_worker._private_job_queues');
    },
    close: () => pool.end(),
  };
}

export async function pgBoss(url: string, connections: number, limits: boolean): Promise<Queue> {
  const boss = new PgBoss({ connectionString: url, max: connections, supervise: false, schedule: false });
  boss.on('error', ignore);
  await boss.start();
  await boss.createQueue('bench');
  const pool = new pg.Pool({ connectionString: url, max: connections });
  pool.on('error', ignore);
  const limited = limits ? { groupConcurrency: projectSlots } : {};
  return {
    name: limits ? 'pg-boss' : 'pg-boss without limits',
    limits,
    store: async (count) => {
      await pool.query(
        `insert into pgboss.job (name, data, priority, state, start_after, group_id)
         select 'bench', '{}', -(${priority}), (case when n % ${group.size} between 1 and ${group.done} then 'completed' else 'created' end)::pgboss.job_state,
           case when ${claimable} then now() else now() + interval '1 year' end, case when $2 then (${project})::text end
         from generate_series(1, $1::integer) n`,
        [count, limits],
      );
      await pool.query('analyze pgboss.job');
    },
    claim: async (most) => (await boss.fetch('bench', { batchSize: most, ...limited })).map(({ id }) => id),
    putBack: async (ids) => {
      await pool.query(
        `update pgboss.job set state = 'created', created_on = now(), started_on = null
         where name = 'bench' and id = any ($1::uuid[])`,
        [ids],
      );
    },
    vacuum: async () => {
      await pool.query('vacuum pgboss.job');
    },
    close: async () => {
      await pool.end();
      await boss.stop({ graceful: false });
    },
  };
}
