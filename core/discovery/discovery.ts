/**
 * A discovery: work that an agent found and that is not its own, with what the platform decided about it.
 */
import { z } from 'zod';
import { DiscoveryId, GateId, Instant, QuestionId, RunId, TicketId } from '../id.ts';
import { CriterionKind, Glob, Hint, Line, Sentence } from '../spec/fields.ts';
import { TaskKey } from '../task/task.ts';

/** What was found; decides what becomes of it. */
export const DiscoveryKind = z.enum([
  'bug',
  'missing_requirement',
  'dependency',
  'integration',
  'security',
  'optimization',
  'debt',
  'clarification',
]);
export type DiscoveryKind = z.infer<typeof DiscoveryKind>;

/** How one sees that the found work is done. */
export const FoundCriterion = z.strictObject({
  text: Sentence,
  kind: CriterionKind.default('example'),
  hint: Hint.optional(),
});
export type FoundCriterion = z.infer<typeof FoundCriterion>;

/** What the finder says about the work itself. */
export const FoundWork = z.object({
  writes: z
    .array(Glob)
    .max(50)
    .default([])
    .describe('What it will change; nothing runs beside work that says nothing'),
  criteria: z.array(FoundCriterion).max(10).default([]).describe('How one sees that it is done'),
  dependsOn: z.array(TaskKey).max(20).default([]).describe('Tasks whose result it needs'),
  neededBy: z.array(TaskKey).max(20).default([]).describe('Tasks that have not begun and must wait for it'),
  estimateMinutes: z.number().int().min(1).max(240).default(60),
  sentence: Sentence.nullable()
    .default(null)
    .describe('Only for missing_requirement: the requirement as one EARS sentence with exactly one "shall"'),
});
export type FoundWork = z.infer<typeof FoundWork>;

/** What an agent reports. */
export const Finding = z.object({
  kind: DiscoveryKind,
  title: Line,
  detail: z.string().max(4000),
  blocking: z.boolean().default(false),
  ...FoundWork.shape,
});
export type Finding = z.infer<typeof Finding>;

/** The rules that can refuse a finding; `person` is a person's word at the gate. */
export const Guard = z.enum([
  'duplicate',
  'depth',
  'task-limit',
  'ticket-limit',
  'budget',
  'plan-limit',
  'cycle',
  'person',
]);
export type Guard = z.infer<typeof Guard>;

const message = z.string().max(4000);

/** What became of it, with the words that its finder was told. */
export const Decision = z.discriminatedUnion('status', [
  /** Kept for those who come after; nobody acts on it by itself. */
  z.object({ status: z.literal('noted'), message }),
  /** A task does it: a new one, or (`joined`) one that was there. `waits`: its finder waits for that task. */
  z.object({
    status: z.literal('accepted'),
    taskKey: TaskKey,
    joined: z.boolean(),
    waits: z.boolean(),
    message,
  }),
  /** A change of the requirements that a person decides about; `gateId` is null until its gate is open. */
  z.object({ status: z.literal('proposed'), gateId: GateId.nullable(), message }),
  z.object({ status: z.literal('asked'), questionId: QuestionId, message }),
  z.object({ status: z.literal('refused'), guard: Guard, message }),
]);
export type Decision = z.infer<typeof Decision>;

/** A person's word that it is to be, with what had been said against it. */
export const Overruled = z.object({
  by: z.string(),
  at: Instant,
  /** The guard that had refused it; null for one that was only noted. */
  guard: Guard.nullable(),
  message,
});
export type Overruled = z.infer<typeof Overruled>;

/** A discovery as it is stored. */
export const Discovery = z.object({
  id: DiscoveryId,
  ticketId: TicketId,
  runId: RunId,
  /** The task whose run found it; null in the phases before execution. */
  parent: TaskKey.nullable(),
  /** 1 when a task of the plan led to it, 2 when a discovered task did; 0 before execution. */
  depth: z.number().int().nonnegative(),
  kind: DiscoveryKind,
  title: z.string(),
  detail: z.string(),
  blocking: z.boolean(),
  work: FoundWork,
  decision: Decision,
  overruled: Overruled.nullable(),
  at: Instant,
});
export type Discovery = z.infer<typeof Discovery>;

/** The text by which two discoveries are compared. */
export function textOf({ title, detail }: Pick<Discovery, 'title' | 'detail'>): string {
  return `${title}\n${detail}`;
}
