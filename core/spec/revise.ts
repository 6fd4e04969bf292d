/**
 * What a change of requirements does to what was built on them. Ids carry all of it: a requirement or criterion that
 * keeps its id and its words is untouched, wherever it moved.
 */
import type { Design } from './design.ts';
import type { CriterionId, RequirementId, TaskKey } from './fields.ts';
import type { PlanTask, TaskPlan } from './plan.ts';
import type { Criterion, Requirement, Requirements } from './requirements.ts';

/** What changed between two versions of the requirements, and what that makes stale. Lists are in document order. */
export interface Impact {
  /** Ids whose title, sentence, pattern, priority or criteria differ; added and removed ones too. */
  readonly requirements: readonly RequirementId[];
  readonly criteria: {
    readonly changed: readonly CriterionId[];
    readonly added: readonly CriterionId[];
    readonly removed: readonly CriterionId[];
  };
  /** Names of the components that answer a requirement whose meaning changed. */
  readonly components: readonly string[];
  /** Tasks to re-open: those whose claims changed in meaning or number, and all that depend on them. */
  readonly tasks: readonly TaskKey[];
}

/** Compares two versions; the design and the plan are those built on `before`, where the ticket's size has them. */
export function impact(before: Requirements, after: Requirements, design?: Design, plan?: TaskPlan): Impact {
  const [old, now] = [byId(before.requirements), byId(after.requirements)];
  const changed = unionOfIds(before.requirements, after.requirements).filter((id) => {
    const [a, b] = [old.get(id), now.get(id)];
    return !a || !b || !sameRequirement(a, b);
  });
  const moved = new Set(changed.filter((id) => !sameMeaning(old.get(id), now.get(id))));
  const criteria = compareCriteria(before, after);
  const stale =
    design?.components.filter((component) => component.requirements.some((id) => moved.has(id))) ?? [];
  return {
    requirements: changed,
    criteria,
    components: stale.map(({ name }) => name),
    tasks: plan ? reopened(plan, before, after, new Set(criteria.changed)) : [],
  };
}

/** Of a change so many sentences are told, and so much of each: the documents have all of it. */
const told = { sentences: 20, characters: 600 };

/** What says something else now, old beside new, one line each. */
export function changesInWords(before: Requirements, after: Requirements): string[] {
  const [old, now] = [sentencesOf(before), sentencesOf(after)];
  const quoted = (text: string) => `“${text.slice(0, told.characters)}”`;
  const lines = [...new Set([...old.keys(), ...now.keys()])].flatMap((id) => {
    const [was, is] = [old.get(id), now.get(id)];
    if (was === is) return [];
    if (was === undefined) return [`- ${id} is new: ${quoted(is ?? '')}`];
    return is === undefined
      ? [`- ${id} is gone: ${quoted(was)}`]
      : [`- ${id} said: ${quoted(was)} It says now: ${quoted(is)}`];
  });
  const more = lines.length - told.sentences;
  return [...lines.slice(0, told.sentences), ...(more > 0 ? [`- and ${more} more`] : [])];
}

const sentencesOf = ({ requirements }: Requirements): ReadonlyMap<string, string> =>
  new Map<string, string>(
    requirements.flatMap(({ id, text, criteria }) => [
      [id, text] as const,
      ...criteria.map((criterion) => [criterion.id, criterion.text] as const),
    ]),
  );

/** A plan fitted to new requirements, with what could not be fitted. */
export interface Rebased {
  readonly plan: TaskPlan;
  /** New criteria of requirements that no task works on: a planner has to place them. */
  readonly unplaced: readonly CriterionId[];
  /** Tasks that claimed something and now claim nothing. */
  readonly emptied: readonly TaskKey[];
}

/**
 * Drops removed criteria from their tasks and adds each new one to the task that claims most of the criteria of the
 * same requirement (the first of equals). Nothing else of the plan is touched.
 */
export function rebase(plan: TaskPlan, before: Requirements, after: Requirements): Rebased {
  const { added, removed } = compareCriteria(before, after);
  const gone = new Set<string>(removed);
  const placed = new Map<TaskKey, CriterionId[]>();
  const unplaced: CriterionId[] = [];
  for (const id of added) {
    const home = homeOf(id, plan);
    if (home) placed.set(home.key, [...(placed.get(home.key) ?? []), id]);
    else if (!plan.tasks.some((task) => task.criteria.includes(id))) unplaced.push(id);
  }
  const tasks = plan.tasks.map((task) => ({
    ...task,
    criteria: [...task.criteria.filter((id) => !gone.has(id)), ...(placed.get(task.key) ?? [])],
  }));
  const emptied = tasks.filter(
    (task, index) => task.criteria.length === 0 && plan.tasks[index]?.criteria.length,
  );
  return { plan: { tasks }, unplaced, emptied: emptied.map(({ key }) => key) };
}

/** The keys given and all tasks that depend on one of them, directly or not, in plan order. */
export function dependencyCone(plan: TaskPlan, seeds: Iterable<TaskKey>): TaskKey[] {
  const dependents = new Map<TaskKey, TaskKey[]>();
  for (const { key, dependsOn } of plan.tasks) {
    for (const other of dependsOn) dependents.set(other, [...(dependents.get(other) ?? []), key]);
  }
  const cone = new Set(seeds);
  // A set that grows while it is walked: each key is visited once, so a cycle ends too.
  for (const key of cone) for (const next of dependents.get(key) ?? []) cone.add(next);
  return plan.tasks.map(({ key }) => key).filter((key) => cone.has(key));
}

function reopened(
  plan: TaskPlan,
  before: Requirements,
  after: Requirements,
  changed: ReadonlySet<CriterionId>,
): TaskKey[] {
  const reworded = new Set(
    after.requirements
      .filter((now) => {
        const old = before.requirements.find(({ id }) => id === now.id);
        return old && !sameSentence(old, now);
      })
      .flatMap(({ criteria }) => criteria.map(({ id }) => id)),
  );
  const fitted = rebase(plan, before, after).plan;
  const seeds = plan.tasks.filter((task, index) => {
    const claims = fitted.tasks[index]?.criteria ?? [];
    const same =
      claims.length === task.criteria.length && claims.every((id, place) => id === task.criteria[place]);
    return !same || task.criteria.some((id) => changed.has(id) || reworded.has(id));
  });
  return dependencyCone(
    plan,
    seeds.map(({ key }) => key),
  );
}

function homeOf(id: CriterionId, plan: TaskPlan): PlanTask | undefined {
  if (plan.tasks.some((task) => task.criteria.includes(id))) return undefined;
  const requirement = id.slice(0, id.indexOf('.') + 1);
  let best: { task: PlanTask; claims: number } | undefined;
  for (const task of plan.tasks) {
    const claims = task.criteria.filter((other) => other.startsWith(requirement)).length;
    if (claims > (best?.claims ?? 0)) best = { task, claims };
  }
  return best?.task;
}

function compareCriteria(before: Requirements, after: Requirements): Impact['criteria'] {
  const [all, rest] = [allCriteria(before), allCriteria(after)];
  const [old, now] = [byId(all), byId(rest)];
  return {
    changed: rest
      .filter((criterion) => {
        const was = old.get(criterion.id);
        return was !== undefined && !sameCriterion(was, criterion);
      })
      .map(({ id }) => id),
    added: rest.filter(({ id }) => !old.has(id)).map(({ id }) => id),
    removed: all.filter(({ id }) => !now.has(id)).map(({ id }) => id),
  };
}

function allCriteria({ requirements }: Requirements): Criterion[] {
  return requirements.flatMap(({ criteria }) => criteria);
}

function byId<I extends string, T extends { readonly id: I }>(items: readonly T[]): Map<I, T> {
  return new Map(items.map((item) => [item.id, item]));
}

function unionOfIds(before: readonly Requirement[], after: readonly Requirement[]): RequirementId[] {
  return [...new Set([...after, ...before].map(({ id }) => id))];
}

/** A hint counts: it may name the expected result, and the check is made from it. */
function sameCriterion(a: Criterion, b: Criterion): boolean {
  return a.text === b.text && a.kind === b.kind && a.hint === b.hint;
}

function sameSentence(a: Requirement, b: Requirement): boolean {
  return a.text === b.text && a.ears === b.ears;
}

/** Title and priority order and name the work, they do not change what has to be built. */
function sameMeaning(a: Requirement | undefined, b: Requirement | undefined): boolean {
  if (!a || !b || !sameSentence(a, b) || a.criteria.length !== b.criteria.length) return false;
  const old = byId(a.criteria);
  return b.criteria.every((criterion) => {
    const was = old.get(criterion.id);
    return was !== undefined && sameCriterion(was, criterion);
  });
}

function sameRequirement(a: Requirement, b: Requirement): boolean {
  return a.title === b.title && a.priority === b.priority && sameMeaning(a, b);
}
