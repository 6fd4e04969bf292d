import { z } from 'zod';
import type { MemoryId, ProjectId } from '#core/id.ts';
import type { ListedMemory } from '#core/run/ports.ts';
import type { Sql } from '../../client.ts';
import { all } from '../../rows.ts';
import { columns, memoryRow } from './rows.ts';

const listed = memoryRow.extend({ ticketNumber: z.number().int().nullable() });

/** A project's memories, newest first (ids are in the order of time), each with the ticket that it comes from; those before an id. */
export async function listMemories(
  sql: Sql,
  projectId: ProjectId,
  limit: number,
  before: MemoryId | null,
): Promise<ListedMemory[]> {
  const result = await sql.query(
    `with found as (
       select ${columns.selected} from memories
       where project_id = $1 and ($2::text is null or id < $2)
       order by id desc
       limit $3
     )
     select found.*, (
       select tickets.number from runs join tickets on tickets.id = runs.ticket_id where runs.id = found."runId"
     ) as "ticketNumber"
     from found
     order by found.id desc`,
    [projectId, before, limit],
  );
  return all(listed, result);
}
