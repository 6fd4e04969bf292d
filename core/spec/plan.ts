import { z } from 'zod';
import { CriterionId, Glob, Line, Prose, Sentence, TaskKey } from './fields.ts';

/** An atomic piece of work: one agent, one sandbox, one commit. */
export const PlanTask = z.strictObject({
  key: TaskKey.describe('T1, T2 … Stable across versions, never reused for something else'),
  title: Line.describe('Imperative, as the subject of a commit'),
  goal: Prose.describe('What to build and where, for a builder who sees only this task and the documents'),
  dependsOn: z.array(TaskKey).max(200).describe('Keys of the tasks whose result this one needs'),
  criteria: z
    .array(CriterionId)
    .max(200)
    .describe('Ids of the criteria that this task proves, for example REQ-3.2'),
  writes: z
    .array(Glob)
    .max(100)
    .describe(
      'What it expects to change, tests included, as narrow as is true: overlapping tasks never run at once',
    ),
  estimateMinutes: z
    .number()
    .int()
    .min(1)
    .max(240)
    .describe('Working time of an agent; split what takes longer'),
  doneWhen: Sentence.describe('How one sees that it is done'),
  priority: z
    .number()
    .int()
    .min(-100)
    .max(100)
    .default(0)
    .describe(
      'Higher starts first among tasks with an equally long way (by estimates) to the end of the plan',
    ),
});
export type PlanTask = z.infer<typeof PlanTask>;

/** The graph of tasks. The evaluator allows 200; the schema takes more, so that the answer names the rule. */
export const TaskPlan = z.strictObject({
  tasks: z
    .array(PlanTask)
    .max(2_000, 'at most 2,000 tasks can be read, and at most 200 are allowed: split the ticket'),
});
export type TaskPlan = z.infer<typeof TaskPlan>;
