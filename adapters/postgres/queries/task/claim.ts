import type { SlotClaim } from '#core/task/ports.ts';
import { Task } from '#core/task/task.ts';
import type { Sql } from '../../client.ts';
import { all } from '../../rows.ts';
import { columns } from './rows.ts';

/** Starts what is offered while slots are free: one statement, so that its lock lasts no longer than it. */
export async function claimTasks(sql: Sql, { account, at, overdue, eventIds }: SlotClaim): Promise<Task[]> {
  const result = await sql.query(
    `select ${columns.selected} from claim_tasks($1::integer, $2::text, $3::timestamptz, $4::text[])`,
    [account, at, overdue, eventIds],
  );
  return all(Task, result);
}
