import { coversEverything } from '../../graph/overlap.ts';
import { faultWords, validateGraph } from '../../graph/validate.ts';
import type { Design } from '../design.ts';
import type { Blocker, Evaluation, Finding, Provenance } from '../evaluation.ts';
import { conclude, share } from '../evaluation.ts';
import type { PlanTask, TaskPlan } from '../plan.ts';
import type { Requirements } from '../requirements.ts';
import { duplicates, type Named, unstable } from './identity.ts';
import { provenance } from './provenance.ts';
import { requirementNames } from './requirements.ts';
import { vagueWords } from './words.ts';

/** A plan and the approved documents it carries out; `design` is absent when the ticket is `direct` or `short`. */
export interface PlanInput extends Provenance {
  readonly document: TaskPlan;
  readonly requirements: Requirements;
  readonly design?: Design | undefined;
  readonly previous?: TaskPlan | undefined;
}

/** Most tasks a plan may have: beyond it no person reads the gate, and the ticket is really several. */
export const MAX_TASKS = 200;

/** Blocks a plan that cannot be run (graph), leaves something unproven (criteria) or cannot be scheduled (writes). */
export function evaluatePlan(input: PlanInput): Evaluation {
  const { tasks } = input.document;
  const blockers = [
    ...provenance('plan', input),
    ...size(tasks),
    ...duplicates(taskNames(input.document), 'task'),
    ...graph(tasks),
    ...emptyWrites(tasks),
    ...unknownCriteria(input),
    ...unproven(input),
  ];
  return conclude(blockers, findings(input));
}

function taskNames({ tasks }: TaskPlan): Named[] {
  return tasks.map(({ key, title, goal }, index) => ({
    id: key,
    text: `${title}\n${goal}`,
    at: `/tasks/${index}/key`,
  }));
}

function size({ length }: readonly PlanTask[]): Blocker[] {
  if (length === 0) return [{ code: 'no-tasks', message: 'there is no task', at: '/tasks' }];
  if (length <= MAX_TASKS) return [];
  const message = `${length} tasks, at most ${MAX_TASKS} are allowed: split the ticket`;
  return [{ code: 'too-many-tasks', message, at: '/tasks' }];
}

/** Edges that name nothing or lead back, each where it stands. */
function graph(tasks: readonly PlanTask[]): Blocker[] {
  return validateGraph(tasks).map((fault) => ({
    code: fault.type,
    message: faultWords(fault),
    at: `/tasks/${fault.index}/dependsOn${fault.type === 'cycle' ? '' : `/${fault.place}`}`,
  }));
}

function emptyWrites(tasks: readonly PlanTask[]): Blocker[] {
  return tasks.flatMap(({ key, writes }, index): Blocker[] =>
    writes.length > 0
      ? []
      : [
          {
            code: 'empty-writes',
            message: `${key} says nothing of what it writes`,
            at: `/tasks/${index}/writes`,
          },
        ],
  );
}

function unknownCriteria({ document, requirements }: PlanInput): Blocker[] {
  const known = new Set(requirementNames(requirements).criteria.map(({ id }) => id));
  return document.tasks.flatMap(({ key, criteria }, index) =>
    criteria.flatMap((id, place): Blocker[] => {
      if (known.has(id)) return [];
      const message = `${key} claims ${id}, which is no criterion`;
      return [{ code: 'unknown-criterion', message, at: `/tasks/${index}/criteria/${place}` }];
    }),
  );
}

/** A requirement without any task is named once, not once for each of its criteria. */
function unproven({ document, requirements }: PlanInput): Blocker[] {
  const claimed = new Set<string>(document.tasks.flatMap(({ criteria }) => criteria));
  return requirements.requirements.flatMap(({ id, criteria }): Blocker[] => {
    const open = criteria.filter((criterion) => !claimed.has(criterion.id));
    if (open.length === criteria.length) {
      return [
        { code: 'requirement-without-task', message: `no task proves any criterion of ${id}`, at: '/tasks' },
      ];
    }
    return open.map((criterion) => ({
      code: 'unclaimed-criterion',
      message: `no task claims ${criterion.id}`,
      at: '/tasks',
    }));
  });
}

/** Whether a glob may match a file, judged by what stands before its first wildcard: no false alarm, some misses. */
function reaches(glob: string, file: string): boolean {
  const plain = /^[^*?[{!(]*/u.exec(glob)?.[0] ?? '';
  return plain === glob ? file === glob || file.startsWith(`${glob}/`) : file.startsWith(plain);
}

function untouched(design: Design | undefined, tasks: readonly PlanTask[]): { all: string[]; bad: string[] } {
  const all = [...new Set((design?.components ?? []).flatMap(({ files }) => files))];
  const writes = [...new Set(tasks.flatMap((task) => task.writes))];
  return { all, bad: all.filter((file) => !writes.some((glob) => reaches(glob, file))) };
}

function shared(tasks: readonly PlanTask[]): { all: number; bad: string[] } {
  const claims = new Map<string, number>();
  for (const { criteria } of tasks) {
    for (const id of new Set(criteria)) claims.set(id, (claims.get(id) ?? 0) + 1);
  }
  return { all: claims.size, bad: [...claims].filter(([, times]) => times > 1).map(([id]) => id) };
}

/** Weights: what makes a task unverifiable or the plan slow costs most. */
function findings({ document: plan, design, previous }: PlanInput): Finding[] {
  const { tasks } = plan;
  const count = tasks.length;
  const keys = (holds: (task: PlanTask) => boolean) => tasks.filter(holds).map(({ key }) => key);
  const vague = keys(({ doneWhen }) => vagueWords(doneWhen).length > 0);
  // Two hours: past it a failed verification throws away more than a split would have cost.
  const long = keys(({ estimateMinutes }) => estimateMinutes > 120);
  const wide = count > 1 ? keys(({ writes }) => writes.some(coversEverything)) : [];
  const idle = keys(({ criteria }) => criteria.length === 0);
  const twice = shared(tasks);
  const files = untouched(design, tasks);
  return [
    ...share(vague, count, 'vague-words', 0.2, 'Say in doneWhen what one can see'),
    ...share(long, count, 'long-task', 0.2, 'Split what takes over 120 minutes'),
    ...share(wide, count, 'wide-writes', 0.2, 'Writes everything, so nothing runs beside it'),
    ...share(idle, count, 'no-criteria', 0.15, 'Proves no criterion'),
    ...share(twice.bad, twice.all, 'shared-criterion', 0.05, 'Claimed by several tasks'),
    ...share(
      files.bad,
      files.all.length,
      'file-without-task',
      0.05,
      'The design names it, no task writes it',
    ),
    ...unstable(previous ? taskNames(previous) : [], taskNames(plan), 0.15),
  ];
}
