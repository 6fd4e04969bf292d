/**
 * The finished branch fails its last check, though each work passed when it was merged: a rare input, or works that do
 * not go together. What was built is not given up for it: a task of the platform's own mends the branch, a few times.
 */
import { nextNumber, type Planned } from '../task/plan.ts';
import type { Task } from '../task/task.ts';

/** After so many the branch is delivered as it is: as a draft that says what fails. */
export const maxMendings = 2;

const originOf = (reopened: number) => `final:${reopened}`;

/** What the check said, as its verdict has it. */
interface Failure {
  readonly reason: string;
  readonly log: string;
}

/** A task as it is planned, with its origin and what its first round is told. */
export interface Mending extends Planned, Pick<Task, 'origin' | 'feedback'> {}

/** The next task that mends the branch; null when enough were tried since the ticket was last reopened. */
export function nextMending(
  { reason, log }: Failure,
  { reopened }: { readonly reopened: number },
  tasks: readonly Pick<Task, 'key' | 'origin'>[],
): Mending | null {
  const origin = originOf(reopened);
  if (tasks.filter((task) => task.origin === origin).length >= maxMendings) return null;
  return {
    key: `T${nextNumber(tasks)}`,
    title: 'Mend the finished branch',
    goal:
      `All tasks are merged, each after it passed, and the last check of the whole fails: ${reason}\n\n` +
      'Find the cause in what the tasks did, and mend it there. What the requirements ask for stays; a test is changed only where it asks for more than they do.',
    doneWhen: 'The cause is mended, a test keeps it so, and all checks pass.',
    dependsOn: [],
    criteria: [],
    // Nobody has said where it belongs, so nothing may run beside it.
    writes: ['**'],
    estimateMinutes: 30,
    priority: 1,
    origin,
    feedback: `The finished branch fails: ${reason}.\n\n${log}`.trim(),
  };
}
