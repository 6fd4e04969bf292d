import { z } from 'zod';
import type { Sql } from '../../client.ts';
import { one } from '../../rows.ts';

const row = z.object({ cursor: z.number() });

/** The newest cursor, 0 when there is none. */
export async function lastCursor(sql: Sql): Promise<number> {
  return one(row, await sql.query('select coalesce(max(cursor), 0) as cursor from events')).cursor;
}
