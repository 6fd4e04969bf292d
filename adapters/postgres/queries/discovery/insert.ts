import type { Discovery } from '#core/discovery/discovery.ts';
import type { Sql } from '../../client.ts';
import { added } from '../../rows.ts';
import { columns } from './rows.ts';

/** Adds; throws `VersionConflict` when there is one of that id. */
export async function insertDiscovery(sql: Sql, discovery: Discovery): Promise<void> {
  const result = await sql.query(
    `insert into discoveries (${columns.names}) values (${columns.places}) on conflict do nothing returning id`,
    columns.params(discovery),
  );
  added('discovery', discovery.id, result);
}
