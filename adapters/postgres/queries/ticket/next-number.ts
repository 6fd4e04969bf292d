import { z } from 'zod';
import type { Sql } from '../../client.ts';
import { one } from '../../rows.ts';

const row = z.object({ number: z.number() });

/** A number that no ticket has had. A transaction that rolls back leaves a gap. */
export async function nextTicketNumber(sql: Sql): Promise<number> {
  return one(row, await sql.query(`select nextval('ticket_numbers') as number`)).number;
}
