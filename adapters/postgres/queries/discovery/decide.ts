import { Decision, type Discovery, Overruled } from '#core/discovery/discovery.ts';
import { VersionConflict } from '#core/errors.ts';
import type { Sql } from '../../client.ts';

/** Compare-and-set on the status of the decision; throws `VersionConflict`. A person's word, once given, is kept. */
export async function decideDiscovery(
  sql: Sql,
  id: Discovery['id'],
  from: Decision['status'],
  decision: Decision,
  overruled: Overruled | null = null,
): Promise<void> {
  const { rows } = await sql.query(
    `update discoveries set decision = $3, status = $4, overruled = coalesce($5::json, overruled) where id = $1 and status = $2 returning id`,
    [
      ...[id, from, JSON.stringify(Decision.parse(decision)), decision.status],
      overruled && JSON.stringify(Overruled.parse(overruled)),
    ],
  );
  if (rows.length === 0) throw new VersionConflict('The discovery was decided meanwhile.', { id });
}
