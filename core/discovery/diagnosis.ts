/** What a diagnostic run hands in, when no task of a ticket was finished. */
import { z } from 'zod';
import { Sentence } from '../spec/fields.ts';

/** Why nothing was finished, and what a person could change. */
export const Diagnosis = z.strictObject({
  cause: Sentence.describe('The one cause that explains most of the failures'),
  findings: z
    .array(z.strictObject({ task: z.string().max(10), what: Sentence }))
    .max(10)
    .describe('What the journals show, by task'),
  proposals: z
    .array(
      z.strictObject({
        change: z.enum(['ticket', 'requirements', 'plan', 'commands', 'environment', 'code']),
        what: Sentence,
      }),
    )
    .min(1)
    .max(5)
    .describe('What a person should change before it is tried again, the most promising first'),
});
export type Diagnosis = z.infer<typeof Diagnosis>;
