/** What a route of the table is made of. */
import { z } from 'zod';

/** An answer that is a whole list. */
export const list = <S extends z.ZodType>(item: S) => z.object({ items: z.array(item) });
/** No body. */
export const none = z.undefined();
/** No parameters after the path. */
export const noQuery = z.object({});

/** Verb, path, what it is for, and the schemas of what it takes and answers. */
export function route<const P extends string, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType>(
  method: 'get' | 'post' | 'patch',
  path: P,
  summary: string,
  query: Q,
  body: B,
  answer: A,
) {
  return { method, path, summary, query, body, answer } as const;
}
