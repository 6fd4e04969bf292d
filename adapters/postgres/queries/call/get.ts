import type { ModelCall } from '#core/cost/ports.ts';
import type { RunId } from '#core/id.ts';
import type { Sql } from '../../client.ts';
import { maybe } from '../../rows.ts';
import { callRow, columns } from './rows.ts';

/** The call that was answered under this key, or null. */
export async function getCall(sql: Sql, runId: RunId, key: string): Promise<ModelCall | null> {
  const result = await sql.query(
    `select ${columns.selected} from model_calls where run_id = $1 and key = $2`,
    [runId, key],
  );
  return maybe(callRow, result);
}
