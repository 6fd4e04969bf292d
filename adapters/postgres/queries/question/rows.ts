import { z } from 'zod';
import { Instant, QuestionId, RunId, TicketId } from '#core/id.ts';
import type { Question } from '#core/run/ports.ts';
import { columnsOf } from '../../columns.ts';

/** A question as stored. */
export const questionRow = z.object({
  id: QuestionId,
  runId: RunId,
  ticketId: TicketId,
  text: z.string(),
  options: z.array(z.string()),
  answer: z.object({ text: z.string(), by: z.string(), at: Instant }).nullable(),
  askedAt: Instant,
}) satisfies z.ZodType<Question>;

/** The columns of `questions`. */
export const columns = columnsOf(questionRow.extend({ options: z.array(z.string()).readonly() }));
