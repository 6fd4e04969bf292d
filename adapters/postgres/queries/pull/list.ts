import type { PullRequest } from '#core/forge/ports.ts';
import type { Sql } from '../../client.ts';
import { all } from '../../rows.ts';
import { columns, pullRow } from './rows.ts';

/** All pull requests, newest first. */
export async function listPulls(sql: Sql): Promise<PullRequest[]> {
  return all(
    pullRow,
    await sql.query(`select ${columns.selected} from pulls order by opened_at desc, number desc`),
  );
}
