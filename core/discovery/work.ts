/** From an accepted finding to the task that does it, and back: why a task exists. */
import type { DiscoveryId, Instant, TaskId, TicketId } from '../id.ts';
import type { Criterion } from '../run/protocol.ts';
import type { Role, Run } from '../run/run.ts';
import type { Asked } from '../spec/requirements.ts';
import { newTask } from '../task/plan.ts';
import type { Task, TaskKey } from '../task/task.ts';
import type { Discovery, Finding, FoundWork } from './discovery.ts';

/** Nobody has said where it belongs, so nothing may run beside it. */
const anywhere = ['**'];

/** `T2’s builder`, or `the analyst` in the phases before execution. */
export function finder(role: Role, parent: TaskKey | null): string {
  return parent === null ? `the ${role}` : `${parent}’s ${role}`;
}

/** The paths that found work writes. */
export function writesOf({ writes }: Pick<FoundWork, 'writes'>): string[] {
  return writes.length > 0 ? [...writes] : anywhere;
}

interface NewWork {
  readonly id: TaskId;
  readonly ticketId: TicketId;
  readonly key: TaskKey;
  /** The discovery that it comes from. */
  readonly origin: DiscoveryId;
  /** As `finder` says it. */
  readonly by: string;
  readonly at: Instant;
}

/** The row of a discovered task. Its criteria are its own (`T7.1`), not the requirements'. */
export function taskOfFinding(finding: Finding, work: NewWork): Task {
  const { id, ticketId, key, origin, by, at } = work;
  const task = {
    key,
    title: finding.title,
    goal: `${finding.detail}\n\nFound by ${by}.`.trim(),
    dependsOn: [...new Set(finding.dependsOn)],
    criteria: finding.criteria.map((_, index) => `${key}.${index + 1}`),
    writes: writesOf(finding),
    estimateMinutes: finding.estimateMinutes,
    priority: 0,
    doneWhen: 'Every criterion of this task is checked and the tests of the repository pass.',
  };
  return newTask(task, { id, ticketId, origin, at });
}

/** What the commit of a task is called: a bug's title says what is wrong, and not what the commit does. */
export function subjectOf(task: Pick<Task, 'origin' | 'title'>, discoveries: readonly Discovery[]): string {
  const found = discoveries.find(({ id }) => id === task.origin);
  const title = task.title.replace(/\s+/gu, ' ').trim();
  return found?.kind === 'bug' && !/^fix\b/i.test(title) ? `Fix: ${title}` : title;
}

/** The criteria that a discovered task has of its own; empty for a task of the plan. */
export function ownCriteria(
  task: Pick<Task, 'key' | 'origin' | 'criteria'>,
  discoveries: readonly Discovery[],
): Criterion[] {
  const found = discoveries.find(({ id }) => id === task.origin)?.work.criteria ?? [];
  return found
    .map(({ text, kind, hint }, index) => ({
      id: `${task.key}.${index + 1}`,
      text,
      kind,
      ...(hint && { hint }),
    }))
    .filter(({ id }) => task.criteria.includes(id));
}

/**
 * What the ticket asks for, with what was found on the way and became work with criteria of its own: to be proven, each
 * such task counts as a requirement.
 */
export function withFoundWork<T extends Asked>(
  asked: T,
  tasks: readonly Task[],
  discoveries: readonly Discovery[],
): Omit<T, 'requirements'> & Asked {
  const found = tasks.flatMap((task) => {
    const criteria = task.state.status === 'cancelled' ? [] : ownCriteria(task, discoveries);
    if (criteria.length === 0) return [];
    return [{ id: task.key, title: task.title, criteria }];
  });
  return { ...asked, requirements: [...asked.requirements, ...found] };
}

/** Why a task exists. */
export interface Reason {
  /** One sentence for people. */
  readonly why: string;
  readonly parent: TaskKey | null;
  /** 0 for a task that was planned. */
  readonly depth: number;
  readonly discoveryId: DiscoveryId | null;
}

/** Origins that are no discovery, by how they begin. */
const platform: Readonly<Record<string, string>> = {
  'review:': 'A review of the pull request asks for it.',
  'ci:': 'A build of the pull request failed.',
  'upstream:': 'The default branch moved while the ticket was at work.',
  'final:': 'The finished branch failed its last check.',
};

/** Why a task exists, from where it came. `runs`: those that found something. */
export function reasonOf(
  task: Pick<Task, 'origin'>,
  discoveries: readonly Discovery[],
  runs: readonly Pick<Run, 'id' | 'role'>[],
): Reason {
  const found = discoveries.find(({ id }) => id === task.origin);
  const planned = { parent: null, depth: 0, discoveryId: null };
  if (task.origin === 'plan') return { ...planned, why: 'It is in the approved plan.' };
  const other = Object.entries(platform).find(([prefix]) => task.origin.startsWith(prefix));
  if (other) return { ...planned, why: other[1] };
  if (!found) return { ...planned, why: 'A person changed the requirements.' };
  const { id: discoveryId, parent, depth, kind, title } = found;
  const by = foundBy(found, runs);
  const words = kind.replaceAll('_', ' ');
  return { why: `Found by ${by} (${words}): ${title}`, parent, depth, discoveryId };
}

/** Who reported a discovery, in words. */
export function foundBy(
  { runId, parent }: Pick<Discovery, 'runId' | 'parent'>,
  runs: readonly Pick<Run, 'id' | 'role'>[],
): string {
  return finder(runs.find(({ id }) => id === runId)?.role ?? 'builder', parent);
}

/** Found before execution, for the prompts of whoever comes after; the newest, as many as a prompt bears. */
export function notesFor(
  run: Pick<Run, 'id'>,
  discoveries: readonly Discovery[],
): { kind: string; title: string; detail: string }[] {
  return discoveries
    .filter(({ decision, runId }) => decision.status === 'noted' && runId !== run.id)
    .slice(-maxNotes)
    .map(({ kind, title, detail }) => ({ kind, title, detail }));
}

/** Ten notes of a phase are the most there can be; more would crowd a prompt. */
const maxNotes = 10;
