import type { QuestionId } from '#core/id.ts';
import type { Question } from '#core/run/ports.ts';
import type { Sql } from '../../client.ts';
import { maybe } from '../../rows.ts';
import { columns, questionRow } from './rows.ts';

/** The question, or null. */
export async function getQuestion(sql: Sql, id: QuestionId): Promise<Question | null> {
  return maybe(questionRow, await sql.query(`select ${columns.selected} from questions where id = $1`, [id]));
}
