import type { Memory } from '#core/run/ports.ts';
import type { Sql } from '../../client.ts';
import { added } from '../../rows.ts';
import { columns, vectorText } from './rows.ts';

/** Adds with its vector, which names its model; throws `VersionConflict` when there is one of that id. */
export async function insertMemory(
  sql: Sql,
  memory: Memory,
  vector: readonly number[],
  model: string,
): Promise<void> {
  const result = await sql.query(
    `insert into memories (${columns.names}, embedding, model)
     values (${columns.places}, $${columns.next}::text::vector, $${columns.next + 1})
     on conflict do nothing
     returning id`,
    [...columns.params(memory), vectorText(vector), model],
  );
  added('memory', memory.id, result);
}
