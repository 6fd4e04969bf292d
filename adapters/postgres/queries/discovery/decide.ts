import { Decision, type Discovery } from '#core/discovery/discovery.ts';
import { VersionConflict } from '#core/errors.ts';
import type { Sql } from '../../client.ts';

/** Compare-and-set on the status of the decision; throws `VersionConflict`. */
export async function decideDiscovery(
  sql: Sql,
  id: Discovery['id'],
  from: Decision['status'],
  decision: Decision,
): Promise<void> {
  const { rows } = await sql.query(
    `update discoveries set decision = $3, status = $4 where id = $1 and status = $2 returning id`,
    [id, from, JSON.stringify(Decision.parse(decision)), decision.status],
  );
  if (rows.length === 0) throw new VersionConflict('The discovery was decided meanwhile.', { id });
}
