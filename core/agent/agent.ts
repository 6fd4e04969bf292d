/** Who is at work: a run as its last heartbeat told of it. */
import { z } from 'zod';
import { Instant, RunId, TicketId } from '../id.ts';
import { Role } from '../run/run.ts';

/** One row of the agent registry. */
export const Agent = z.object({
  runId: RunId,
  attempt: z.number().int().positive(),
  kind: z.enum(['agent', 'check']),
  role: Role,
  ticketId: TicketId,
  /** `TKT-12`. */
  ticket: z.string(),
  /** `T4`; null for a run of a phase or of the branch. */
  task: z.string().nullable(),
  /** In the harness's words: `thinking`, or the command that it runs. */
  doing: z.string(),
  turn: z.number().int().nonnegative(),
  /** Since when it is at work, over all its attempts. */
  since: Instant,
  /** Its last heartbeat. */
  at: Instant,
  /** It counts as dead when it is silent for longer. */
  until: Instant,
});
export type Agent = z.infer<typeof Agent>;
