/**
 * The journal of a run: what the model said and what the tools answered, in order.
 *
 * What is stored is exactly what the model saw, so that journal = checkpoint = replay: a resumed attempt rebuilds the
 * very same request from it.
 */
import { z } from 'zod';
import { Instant } from '../id.ts';

/** A content block as the Messages API has it; kept as it came, only its type is looked at. */
export const Block = z.looseObject({ type: z.string() });
export type Block = z.infer<typeof Block>;

/** What happened in a step. */
export const StepBody = z.discriminatedUnion('kind', [
  /** Starts a context: the first user message. A later one means that the context was reset with a hand-off note. */
  z.object({ kind: z.literal('context'), content: z.array(Block) }),
  /** One answer of the model, stored before any of its tools runs. */
  z.object({
    kind: z.literal('assistant'),
    content: z.array(Block),
    stopReason: z.string().nullable(),
    usage: z.object({ input: z.number(), output: z.number(), cacheRead: z.number(), cacheWrite: z.number() }),
  }),
  /** The user message that follows: tool results, nudges, steering. */
  z.object({ kind: z.literal('user'), content: z.array(Block) }),
  /** Something the platform notes; the model never sees it (setup finished, checkpoint taken, a limit reached). */
  z.object({ kind: z.literal('note'), text: z.string().max(20_000) }),
]);
export type StepBody = z.infer<typeof StepBody>;

/** A step with its place in the journal. */
export const Step = z.object({
  seq: z.number().int().positive(),
  attempt: z.number().int().positive(),
  body: StepBody,
  at: Instant,
});
export type Step = z.infer<typeof Step>;
