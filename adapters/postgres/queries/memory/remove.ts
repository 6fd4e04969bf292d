import type { MemoryId } from '#core/id.ts';
import type { Memory } from '#core/run/ports.ts';
import type { Sql } from '../../client.ts';
import { maybe } from '../../rows.ts';
import { columns, memoryRow } from './rows.ts';

/** Takes a memory away with its vector; what it said, or null when there is none. */
export async function removeMemory(sql: Sql, id: MemoryId): Promise<Memory | null> {
  const result = await sql.query(`delete from memories where id = $1 returning ${columns.selected}`, [id]);
  return maybe(memoryRow, result);
}
