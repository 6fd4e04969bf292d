import type { Instant } from '#core/id.ts';
import type { Answered } from '#core/store.ts';
import type { Sql } from '../../client.ts';
import { added } from '../../rows.ts';

/** Adds; throws `VersionConflict` when the key is taken. Waits for a concurrent twin to commit or roll back. */
export async function putAnswer(
  sql: Sql,
  scope: string,
  key: string,
  answered: Answered,
  at: Instant,
): Promise<void> {
  const result = await sql.query(
    `insert into answers (scope, key, digest, answer, at) values ($1, $2, $3, $4, $5)
     on conflict do nothing
     returning key`,
    [scope, key, answered.digest, JSON.stringify(answered.answer ?? null), at],
  );
  added('answer', `${scope} ${key}`, result);
}
