import type { RunId } from '#core/id.ts';
import { Step } from '#core/run/step.ts';
import type { Sql } from '../../client.ts';
import { all } from '../../rows.ts';
import { selected } from './rows.ts';

/** Steps with a larger `seq`, in order. */
export async function listSteps(sql: Sql, runId: RunId, after: number, limit: number): Promise<Step[]> {
  const result = await sql.query(
    `select ${selected} from steps where run_id = $1 and seq > $2 order by seq limit $3`,
    [runId, after, limit],
  );
  return all(Step, result);
}
