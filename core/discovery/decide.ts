/**
 * What becomes of a finding: the guards in their order, each with its reason in words, then by kind.
 *
 * Pure: the caller has compared texts and summed money, and writes what is decided in one transaction.
 */

import { usd } from '../cost/ledger.ts';
import { wouldCycle } from '../graph/validate.ts';
import type { Micros } from '../id.ts';
import { MAX_TASKS } from '../spec/rules/plan.ts';
import { vagueWords } from '../spec/rules/words.ts';
import { nextNumber } from '../task/plan.ts';
import { isSettled, type Task, TaskKey, waitsFor } from '../task/task.ts';
import type { Discovery, Finding, Guard } from './discovery.ts';

/** From this likeness on (cosine of two embeddings) two texts tell of the same work. */
export const sameWork = 0.85;
/** A discovered task may find work of its own, and what is found there nobody asked for any more. */
export const maxDepth = 2;
/** A task that leads to more was not understood by its planner. */
export const maxOfTask = 3;
/** Ten more tasks than were planned are another ticket. */
export const maxOfTicket = 10;
/** What was found on the way may take this part of the ticket's budget; the rest is for what was asked. */
export const budgetShare = 0.3;
/** Micro-USD that a task is taken to cost before it has cost anything: the forecast's median of one. */
export const costOfTask: Micros = 600_000;

/** A piece of work of the ticket, with how like the finding it is (1: the same text). */
export type Twin =
  | { readonly task: Task; readonly likeness: number }
  | { readonly discovery: Discovery; readonly likeness: number };

/** Everything that a decision looks at. */
export interface Situation {
  readonly tasks: readonly Task[];
  readonly discoveries: readonly Discovery[];
  /** The task whose run found it; null in the phases before execution. */
  readonly source: Task | null;
  /** What the finding was compared with. */
  readonly twins: readonly Twin[];
  /** `discovered`: what discovered tasks have cost, or will. */
  readonly money: { readonly limit: Micros; readonly left: Micros; readonly discovered: Micros };
  /** The ticket's text is from outside the team. */
  readonly tainted: boolean;
}

/** `unclear` is nothing to keep: the finder can say it better at once. */
export type Verdict =
  | { readonly type: 'unclear'; readonly message: string }
  | { readonly type: 'refused'; readonly guard: Guard; readonly message: string }
  | { readonly type: 'noted'; readonly message: string }
  /** There is a task that does it already; the finder waits for it. */
  | { readonly type: 'join'; readonly task: Task }
  /** `waits`: the finder waits for the new task. */
  | { readonly type: 'task'; readonly key: TaskKey; readonly waits: boolean }
  | { readonly type: 'change' }
  | { readonly type: 'question' };

/** Decides about a finding. Same input, same verdict. */
export function decideFinding(finding: Finding, situation: Situation): Verdict {
  const key = nextKey(situation.tasks);
  const unclear = unclearWords(finding, situation);
  if (unclear !== null) return { type: 'unclear', message: unclear };
  const joined = joins(finding, situation);
  if (joined) return { type: 'join', task: joined };
  for (const [guard, check] of guards) {
    const message = check(finding, situation, key);
    if (message !== null) return { type: 'refused', guard, message };
  }
  return byKind(finding, situation, key);
}

/** The first key that no task of the ticket has. */
export function nextKey(tasks: readonly Pick<Task, 'key'>[]): TaskKey {
  return TaskKey.parse(`T${nextNumber(tasks)}`);
}

/** 0 for a task of the plan; that of its discovery for one that was found. */
export function depthOf(task: Task, discoveries: readonly Discovery[]): number {
  return discoveries.find(({ id }) => id === task.origin)?.depth ?? 0;
}

/** What discovered tasks have cost or, while they are not done, will at least have cost. `spent` is by task. */
export function discoveredCost(
  tasks: readonly Task[],
  discoveries: readonly Discovery[],
  spent: ReadonlyMap<Task['id'], Micros>,
): Micros {
  const found = new Set<string>(discoveries.map(({ id }) => id));
  return tasks
    .filter(({ origin }) => found.has(origin))
    .reduce((sum, task) => {
      const sofar = spent.get(task.id) ?? 0;
      return sum + (isSettled(task) ? sofar : Math.max(sofar, costOfTask));
    }, 0);
}

type Check = (finding: Finding, situation: Situation, key: TaskKey) => string | null;

const guards: readonly (readonly [Guard, Check])[] = [
  ['duplicate', duplicate],
  ['depth', tooDeep],
  ['task-limit', tooManyOfTask],
  ['ticket-limit', tooManyOfTicket],
  ['budget', tooDear],
  ['plan-limit', ofWork(planIsFull)],
  ['cycle', ofWork(closesCycle)],
];

/** Of what leads to a task; a note and a question are no work. */
function ofWork(check: Check): Check {
  return (finding, situation, key) =>
    situation.source === null || !isWork(finding) ? null : check(finding, situation, key);
}

/** What keeps the finding from becoming the task `key`, whoever wants it; null when nothing does. `left`: of the budget. */
export function impossibleWords(
  finding: Finding,
  tasks: readonly Task[],
  left: Micros,
  key: TaskKey,
): string | null {
  const money = { limit: left, left, discovered: 0 };
  const situation = { tasks, source: null, discoveries: [], twins: [], money, tainted: false };
  return (
    deadWords(finding, tasks) ??
    planIsFull(finding, situation) ??
    closesCycle(finding, situation, key) ??
    unaffordable(left)
  );
}

function byKind(finding: Finding, { source, tainted }: Situation, key: TaskKey): Verdict {
  if (source === null) return { type: 'noted', message: notedEarly };
  if (finding.kind === 'clarification') return { type: 'question' };
  if (finding.kind === 'missing_requirement') return { type: 'change' };
  if (tainted) return { type: 'noted', message: notedTainted };
  return { type: 'task', key, waits: wantsToWait(finding, source) };
}

const notedEarly =
  'Noted: the phases after this one read it. No task comes of it by itself; if you cannot go on without an answer, use ask.';
const notedTainted =
  'Noted for the team: the ticket was written outside it, so new work begins only by a person’s word. Go on without it, and say in your result what is missing.';

/** Only a run that is at its task can stand still for another one. */
function wantsToWait({ kind, blocking }: Finding, source: Task | null): boolean {
  return kind === 'dependency' && blocking && source?.state.status === 'running' && waitsFor(source) === null;
}

/** Whether it leads to work; a question and a note do not. */
const isWork = ({ kind }: Pick<Finding, 'kind'>) => kind !== 'clarification';

/** What was not refused, and will not come to nothing. */
function live({ decision }: Discovery): boolean {
  return decision.status !== 'refused';
}

const hopeless = ({ state }: Task) => state.status === 'failed' || state.status === 'cancelled';

/** The likest piece of work that is the same, and alive. */
function twinOf({ twins, tasks }: Situation): Twin | null {
  const alike = twins.filter((twin) => {
    if (twin.likeness < sameWork) return false;
    if ('task' in twin) return !hopeless(twin.task);
    const task = taskOf(twin.discovery, tasks);
    return live(twin.discovery) && !(task && hopeless(task));
  });
  return alike.reduce<Twin | null>(
    (best, twin) => (twin.likeness > (best?.likeness ?? 0) ? twin : best),
    null,
  );
}

function taskOf({ decision }: Discovery, tasks: readonly Task[]): Task | undefined {
  return decision.status === 'accepted' ? tasks.find(({ key }) => key === decision.taskKey) : undefined;
}

/** The task to wait for, when somebody does already what the finder cannot go on without. */
function joins(finding: Finding, situation: Situation): Task | null {
  const { source, tasks } = situation;
  const twin = wantsToWait(finding, source) ? twinOf(situation) : null;
  const task = twin && ('task' in twin ? twin.task : taskOf(twin.discovery, tasks));
  if (!task || !source || isSettled(task) || task.id === source.id) return null;
  return wouldCycle(nodesOf(tasks), source.key, [task.key]) === null ? task : null;
}

function duplicate(_: Finding, situation: Situation): string | null {
  const twin = twinOf(situation);
  if (!twin) return null;
  if ('task' in twin)
    return `The same as ${twin.task.key} “${twin.task.title}”, which is ${twin.task.state.status}.`;
  const { title, decision, parent } = twin.discovery;
  const where = decision.status === 'accepted' ? `; it is ${decision.taskKey}` : ` and is ${decision.status}`;
  return `The same as “${title}”, which ${parent === null ? 'an earlier phase' : `the run of ${parent}`} reported${where}.`;
}

function tooDeep(finding: Finding, { source, discoveries }: Situation): string | null {
  if (source === null || !isWork(finding) || depthOf(source, discoveries) < maxDepth) return null;
  return `${source.key} was itself found by a task that was found: what it leads to is not begun any more. Say it in your summary.`;
}

/** What counts against the limits: what was accepted, proposed or asked; in the phases before execution, notes. */
function counted({ discoveries, source }: Situation): readonly Discovery[] {
  const wanted = (status: Discovery['decision']['status']) =>
    source === null ? status === 'noted' : status !== 'noted' && status !== 'refused';
  return discoveries.filter(({ decision }) => wanted(decision.status));
}

function tooManyOfTask(_: Finding, situation: Situation): string | null {
  const { source } = situation;
  if (source === null) return null;
  const own = counted(situation).filter(({ parent }) => parent === source.key).length;
  return own < maxOfTask
    ? null
    : `${source.key} has led to ${own} discoveries, the most that one task may. Say it in your summary.`;
}

function tooManyOfTicket(_: Finding, situation: Situation): string | null {
  const all = counted(situation).length;
  return all < maxOfTicket
    ? null
    : `The ticket has ${all} discoveries, the most that it may. Say it in your result.`;
}

function tooDear(finding: Finding, { source, money }: Situation): string | null {
  if (source === null || !isWork(finding)) return null;
  const share = Math.floor(money.limit * budgetShare);
  if (money.discovered + costOfTask > share)
    return `Discovered work may take $${usd(share)} of the ticket’s budget; with this task it would take about $${usd(money.discovered + costOfTask)}.`;
  return unaffordable(money.left);
}

function unaffordable(left: Micros): string | null {
  if (costOfTask <= left) return null;
  return `A task costs about $${usd(costOfTask)}, and only $${usd(left)} of the ticket’s budget are left.`;
}

function planIsFull(_: Finding, { tasks }: Situation): string | null {
  return tasks.length < MAX_TASKS ? null : `The ticket has ${tasks.length} tasks, the most that it may.`;
}

function closesCycle(finding: Finding, { tasks, source }: Situation, key: TaskKey): string | null {
  const halts = source !== null && wantsToWait(finding, source) ? [source.key] : [];
  const waiting = new Set([...finding.neededBy, ...halts]);
  const nodes = nodesOf(tasks).map((node) =>
    waiting.has(node.key) ? { ...node, dependsOn: [...node.dependsOn, key] } : node,
  );
  const cycle = wouldCycle(nodes, key, finding.dependsOn);
  return (
    cycle && `As ${key} it would close a circle of tasks that wait for each other: ${cycle.join(' → ')}.`
  );
}

/** Who needs whose result; a task that waits in the middle of its work needs that, too. */
function nodesOf(
  tasks: readonly Task[],
): { readonly key: TaskKey; readonly dependsOn: readonly TaskKey[] }[] {
  return tasks.map((task) => {
    const halted = waitsFor(task);
    return { key: task.key, dependsOn: [...task.dependsOn, ...(halted === null ? [] : [halted])] };
  });
}

/** What its finder has to say better; nothing is kept of it. */
function unclearWords(finding: Finding, { tasks, source }: Situation): string | null {
  const { kind, neededBy, sentence, criteria } = finding;
  if (source === null) return null;
  if (kind === 'missing_requirement' && (sentence === null || criteria.length === 0))
    return 'A missing_requirement needs its sentence (EARS, one "shall") and at least one criterion: a person decides on those words.';
  const vague = criteria.flatMap(({ text }) => vagueWords(text).map((word) => `“${word}” in "${text}"`));
  if (vague.length > 0)
    return `No check can answer ${vague.join(', ')}: say what is put in and what comes out.`;
  const dead = deadWords(finding, tasks);
  if (dead !== null) return dead;
  const byKey = new Map(tasks.map((task) => [task.key, task]));
  const late = neededBy.filter(
    (key) => !['pending', 'ready', 'blocked'].includes(byKey.get(key)?.state.status ?? ''),
  );
  if (late.length > 0)
    return `${late.join(', ')} has begun already and cannot wait for it: leave it out of neededBy.`;
  return null;
}

/** Tasks that it names and that are not there, or that it cannot build on. */
function deadWords({ dependsOn, neededBy }: Finding, tasks: readonly Task[]): string | null {
  const byKey = new Map(tasks.map((task) => [task.key, task]));
  const unknown = [...dependsOn, ...neededBy].filter((key) => !byKey.has(key));
  if (unknown.length > 0) return `There is no task ${unknown.join(', ')}.`;
  const dead = dependsOn.filter((key) =>
    ['failed', 'blocked', 'cancelled'].includes(byKey.get(key)?.state.status ?? ''),
  );
  return dead.length > 0 ? `Nothing can build on ${dead.join(', ')}: it will not be finished.` : null;
}
