import type { RunFilter } from '#core/run/ports.ts';
import { Run } from '#core/run/run.ts';
import type { Sql } from '../../client.ts';
import { all } from '../../rows.ts';
import { columns } from './rows.ts';

/** Runs that match, newest first. */
export async function listRuns(sql: Sql, filter: RunFilter): Promise<Run[]> {
  const result = await sql.query(
    `select ${columns.selected} from runs
     where ($1::text is null or ticket_id = $1)
       and ($2::text is null or task_id = $2)
       and ($3::boolean is null or (status in ('requested', 'running')) = $3)
       and ($4::text is null or kind = $4)
       and ($5::text is null or status = $5)
     order by created_at desc, id desc`,
    [
      filter.ticketId ?? null,
      filter.taskId ?? null,
      filter.live === true ? true : null,
      filter.kind ?? null,
      filter.status ?? null,
    ],
  );
  return all(Run, result);
}
