import { z } from 'zod';
import { TaskId } from '#core/id.ts';
import type { SlotClaim } from '#core/task/ports.ts';
import type { Sql } from '../../client.ts';
import { one } from '../../rows.ts';

const Claimed = z.object({ started: z.array(TaskId) });

/** Starts what is offered while slots are free: one statement, so that its lock lasts no longer than it. */
export async function claimTasks(sql: Sql, { account, at, overdue, eventIds }: SlotClaim): Promise<TaskId[]> {
  const result = await sql.query(
    'select claim_tasks($1::integer, $2::text, $3::timestamptz, $4::text[]) as started',
    [account, at, overdue, eventIds],
  );
  return one(Claimed, result).started;
}
