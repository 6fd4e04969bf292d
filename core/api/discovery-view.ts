import { z } from 'zod';
import { DiscoveryKind, Guard, Overruled } from '../discovery/discovery.ts';
import { DiscoveryId, GateId, Instant, Micros, QuestionId, RunId } from '../id.ts';

/** Work that an agent found (`foundBy`: `T2’s builder`), what became of it, and the rule or task that says so. */
export const DiscoveryView = z.object({
  id: DiscoveryId,
  runId: RunId,
  foundBy: z.string(),
  /** The task whose run found it; null before execution. */
  parent: z.string().nullable(),
  depth: z.number().int(),
  kind: DiscoveryKind,
  title: z.string(),
  detail: z.string(),
  blocking: z.boolean(),
  status: z.enum(['noted', 'accepted', 'proposed', 'asked', 'refused']),
  /** What the finder was told; for `refused`, why. */
  reason: z.string(),
  guard: Guard.nullable(),
  taskKey: z.string().nullable(),
  /** Where a person decides about it. */
  gateId: GateId.nullable(),
  questionId: QuestionId.nullable(),
  /** The person who took it although a guard had refused it, and what that had said. */
  overruled: Overruled.nullable(),
  /** Of one that was refused or noted: what a person's yes makes of it, or why even that cannot; null otherwise. */
  offer: z.object({ possible: z.boolean(), words: z.string(), costMicros: Micros.nullable() }).nullable(),
  at: Instant,
});
export type DiscoveryView = z.infer<typeof DiscoveryView>;
