import type { QuestionId } from '#core/id.ts';
import type { Question } from '#core/run/ports.ts';
import type { Sql } from '../../client.ts';
import { swapped } from '../../rows.ts';
import { columns, questionRow } from './rows.ts';

/** Compare-and-set from unanswered; throws `VersionConflict`. */
export async function answerQuestion(
  sql: Sql,
  id: QuestionId,
  answer: NonNullable<Question['answer']>,
): Promise<void> {
  const result = await sql.query(
    `update questions set answer = $2 where id = $1 and answer is null returning ${columns.selected}`,
    [id, JSON.stringify(answer)],
  );
  swapped(questionRow, 'question', id, result);
}
