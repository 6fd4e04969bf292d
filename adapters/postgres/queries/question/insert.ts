import type { Question } from '#core/run/ports.ts';
import type { Sql } from '../../client.ts';
import { added } from '../../rows.ts';
import { columns } from './rows.ts';

/** Adds; throws `VersionConflict` when there is one of that id. */
export async function insertQuestion(sql: Sql, question: Question): Promise<void> {
  const result = await sql.query(
    `insert into questions (${columns.names}) values (${columns.places}) on conflict do nothing returning id`,
    columns.params(question),
  );
  added('question', question.id, result);
}
