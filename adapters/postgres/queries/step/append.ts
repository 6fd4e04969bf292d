import { KeyReused } from '#core/errors.ts';
import type { RunId } from '#core/id.ts';
import { Step } from '#core/run/step.ts';
import { canonical } from '#core/spec/document.ts';
import type { Sql } from '../../client.ts';
import { one } from '../../rows.ts';
import { selected } from './rows.ts';

/**
 * Appends. A taken seq with the same body is a repetition (a later attempt may repeat what an earlier one wrote without
 * hearing the answer); with another body it throws `KeyReused`.
 */
export async function appendStep(sql: Sql, runId: RunId, step: Step): Promise<'appended' | 'already'> {
  const { rows } = await sql.query(
    `insert into steps (run_id, seq, attempt, body, at) values ($1, $2, $3, $4, $5)
     on conflict (run_id, seq) do nothing
     returning seq`,
    [runId, step.seq, step.attempt, JSON.stringify(step.body), step.at],
  );
  if (rows.length === 1) return 'appended';
  const stored = one(
    Step,
    await sql.query(`select ${selected} from steps where run_id = $1 and seq = $2`, [runId, step.seq]),
  );
  if (canonical(stored.body) === canonical(step.body)) return 'already';
  throw new KeyReused(`Step ${step.seq} of the run was journaled with another body.`, {
    runId,
    seq: step.seq,
  });
}
