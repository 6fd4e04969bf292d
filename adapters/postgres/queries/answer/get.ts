import { z } from 'zod';
import type { Answered } from '#core/store.ts';
import type { Sql } from '../../client.ts';
import { maybe } from '../../rows.ts';

const row = z.object({ digest: z.string(), answer: z.unknown() });

/** The stored answer, or null. */
export async function getAnswer(sql: Sql, scope: string, key: string): Promise<Answered | null> {
  const result = await sql.query('select digest, answer from answers where scope = $1 and key = $2', [
    scope,
    key,
  ]);
  return maybe(row, result);
}
