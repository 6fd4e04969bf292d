import type { Sql } from '../../client.ts';

/** `answer` is the digest of what was answered; null when the task ended without an answer. */
export async function closeToken(
  sql: Sql,
  row: { token: string; answer: string | null; at: string },
): Promise<void> {
  await sql.query(
    'update states_tokens set closed_at = $2, answer = $3 where token = $1 and closed_at is null',
    [row.token, row.at, row.answer],
  );
}
