import type { RunId } from '#core/id.ts';
import { Run } from '#core/run/run.ts';
import type { Sql } from '../../client.ts';
import { maybe } from '../../rows.ts';
import { columns } from './rows.ts';

/** The run, or null. */
export async function getRun(sql: Sql, id: RunId): Promise<Run | null> {
  return maybe(Run, await sql.query(`select ${columns.selected} from runs where id = $1`, [id]));
}
