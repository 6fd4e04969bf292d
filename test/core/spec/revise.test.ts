import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluatePlan } from '#core/spec/evaluate.ts';
import { TaskPlan } from '#core/spec/plan.ts';
import { Requirements } from '#core/spec/requirements.ts';
import { dependencyCone, impact, rebase } from '#core/spec/revise.ts';
import { design, plan, requirements } from './samples.ts';

const nothing = {
  requirements: [],
  criteria: { changed: [], added: [], removed: [] },
  components: [],
  tasks: [],
};

function edited(
  edit: (draft: { requirements: { id: string; criteria: { id: string; text: string }[] }[] }) => void,
) {
  const draft = structuredClone(requirements);
  edit(draft);
  return Requirements.parse(draft);
}

describe('the impact of a change', () => {
  it('is nothing when nothing changed, or only the order', () => {
    const turned = { ...requirements, requirements: [...requirements.requirements].reverse() };
    expect(impact(requirements, requirements, design, plan)).toEqual(nothing);
    expect(impact(requirements, turned, design, plan)).toEqual(nothing);
  });

  it('of a criterion re-opens the task that claims it and leaves its dependencies alone', () => {
    const after = edited((draft) =>
      Object.assign(draft.requirements[0]?.criteria[0] ?? {}, { text: 'SAVE20 lowers 1000 to 800' }),
    );
    expect(impact(requirements, after, design, plan)).toEqual({
      requirements: ['REQ-1'],
      criteria: { changed: ['REQ-1.1'], added: [], removed: [] },
      components: ['Coupon book', 'Cart'],
      tasks: ['T2'],
    });
  });

  it('re-opens what depends on a re-opened task', () => {
    const after = edited((draft) =>
      Object.assign(draft.requirements[1]?.criteria[0] ?? {}, { text: 'NO is refused' }),
    );
    expect(impact(requirements, after, design, plan)).toMatchObject({
      components: ['Coupon book'],
      tasks: ['T1', 'T2'],
    });
  });

  it('of a sentence re-opens the tasks of all its criteria', () => {
    const after = edited((draft) =>
      Object.assign(draft.requirements[0] ?? {}, { text: 'When paid, the cart shall close.' }),
    );
    expect(impact(requirements, after, design, plan)).toMatchObject({
      requirements: ['REQ-1'],
      criteria: { changed: [], added: [], removed: [] },
      tasks: ['T2'],
    });
  });

  it('of a title or a priority re-opens nothing', () => {
    const after = edited((draft) =>
      Object.assign(draft.requirements[0] ?? {}, { title: 'Coupons', priority: 'could' }),
    );
    expect(impact(requirements, after, design, plan)).toEqual({ ...nothing, requirements: ['REQ-1'] });
  });

  it('of an added criterion re-opens the task that will claim it', () => {
    const after = edited((draft) => draft.requirements[0]?.criteria.push({ ...criterion, id: 'REQ-1.3' }));
    expect(impact(requirements, after, design, plan)).toMatchObject({
      criteria: { added: ['REQ-1.3'] },
      tasks: ['T2'],
    });
  });

  it('of a removed requirement names it, its criteria, its components and its tasks', () => {
    const after = edited((draft) => draft.requirements.pop());
    expect(impact(requirements, after, design, plan)).toEqual({
      requirements: ['REQ-2'],
      criteria: { changed: [], added: [], removed: ['REQ-2.1'] },
      components: ['Coupon book'],
      tasks: ['T1', 'T2'],
    });
  });

  it('is told without a design and a plan too', () => {
    const after = edited((draft) => draft.requirements.pop());
    expect(impact(requirements, after)).toMatchObject({ requirements: ['REQ-2'], components: [], tasks: [] });
  });
});

const criterion = { text: 'A coupon is used once', kind: 'example', hint: 'Twice the same code' };

describe('a rebased plan', () => {
  it('is the same plan when nothing changed', () => {
    expect(rebase(plan, requirements, requirements)).toEqual({ plan, unplaced: [], emptied: [] });
  });

  it('has a new criterion at the task that claims most of its requirement', () => {
    const spread = TaskPlan.parse({
      tasks: [
        { ...plan.tasks[0], criteria: ['REQ-2.1', 'REQ-1.1'] },
        { ...plan.tasks[1], criteria: ['REQ-1.2', 'REQ-1.1'] },
      ],
    });
    const after = edited((draft) => draft.requirements[0]?.criteria.push({ ...criterion, id: 'REQ-1.3' }));
    expect(rebase(spread, requirements, after).plan.tasks.map((task) => task.criteria)).toEqual([
      ['REQ-2.1', 'REQ-1.1'],
      ['REQ-1.2', 'REQ-1.1', 'REQ-1.3'],
    ]);
  });

  it('does not take REQ-1 for REQ-10', () => {
    const after = edited((draft) =>
      draft.requirements.push({
        ...draft.requirements[0],
        id: 'REQ-10',
        criteria: [{ ...criterion, id: 'REQ-10.1' }],
      }),
    );
    expect(rebase(plan, requirements, after)).toEqual({ plan, unplaced: ['REQ-10.1'], emptied: [] });
  });

  it('drops removed criteria and says which tasks are left without any', () => {
    const after = edited((draft) => draft.requirements.pop());
    const { plan: fitted, emptied } = rebase(plan, requirements, after);
    expect(fitted.tasks.map((task) => task.criteria)).toEqual([[], ['REQ-1.1', 'REQ-1.2']]);
    expect(emptied).toEqual(['T1']);
  });

  it('replaces the criteria of a requirement at the task that had the old ones', () => {
    const after = edited((draft) =>
      draft.requirements[1]?.criteria.splice(0, 1, { ...criterion, id: 'REQ-2.2' }),
    );
    expect(rebase(plan, requirements, after).plan.tasks[0]?.criteria).toEqual(['REQ-2.2']);
  });
});

/** Requirements of up to 6 with up to 3 criteria each; `words` decides their texts, so two draws differ at places. */
const shape = fc.array(fc.array(fc.nat(2), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 6 });

function requirementsOf(words: readonly (readonly number[])[]): Requirements {
  const list = words.map((texts, index) => ({
    ...requirements.requirements[0],
    id: `REQ-${index + 1}`,
    criteria: texts.map((text, place) => ({
      ...criterion,
      id: `REQ-${index + 1}.${place + 1}`,
      text: `Text ${text}`,
    })),
  }));
  return Requirements.parse({ ...requirements, requirements: list });
}

/** Every criterion is claimed by a task, and tasks depend on earlier ones only. */
function planFor(
  document: Requirements,
  owners: readonly number[],
  edges: readonly (readonly [number, number])[],
): TaskPlan {
  const ids = document.requirements.flatMap(({ criteria }) => criteria.map(({ id }) => id));
  return TaskPlan.parse({
    tasks: Array.from({ length: 8 }, (_, index) => ({
      ...plan.tasks[0],
      key: `T${index + 1}`,
      criteria: ids.filter((_id, place) => (owners[place] ?? 0) % 8 === index),
      dependsOn: edges.filter(([from, to]) => from === index && to < from).map(([, to]) => `T${to + 1}`),
    })),
  });
}

const revision = fc.record({
  before: shape,
  after: shape,
  owners: fc.array(fc.nat(7), { minLength: 18, maxLength: 18 }),
  edges: fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 12 }),
});

describe('for any change of any requirements', () => {
  it('nothing outside the dependency cone of the touched tasks is re-opened, and all inside is', () => {
    fc.assert(
      fc.property(revision, ({ before: a, after: b, owners, edges }) => {
        const [before, after] = [requirementsOf(a), requirementsOf(b)];
        const original = planFor(before, owners, edges);
        const { tasks, criteria } = impact(before, after, undefined, original);
        const homes = rebase(original, before, after).plan.tasks.map(
          (task) => new Set<string>(task.criteria),
        );
        const touched = new Set<string>([...criteria.changed, ...criteria.removed]);
        const added = new Set<string>(criteria.added);
        const direct = original.tasks.filter(
          (task, index) =>
            task.criteria.some((id) => touched.has(id)) ||
            [...(homes[index] ?? [])].some((id) => added.has(id)),
        );
        const reaches = (key: string): boolean => {
          const task = original.tasks.find((other) => other.key === key);
          return direct.some((other) => other.key === key) || (task?.dependsOn.some(reaches) ?? false);
        };
        expect(tasks).toEqual(original.tasks.map(({ key }) => key).filter(reaches));
      }),
      { numRuns: 300 },
    );
  });

  it('a rebased plan has no blocker but for the criteria it says are unplaced', () => {
    fc.assert(
      fc.property(revision, ({ before: a, after: b, owners, edges }) => {
        const [before, after] = [requirementsOf(a), requirementsOf(b)];
        const { plan: fitted, unplaced } = rebase(planFor(before, owners, edges), before, after);
        const { blockers } = evaluatePlan({
          document: fitted,
          requirements: after,
          upstream: {},
          approved: {},
        });
        const open = new Set(unplaced.map((id) => id.slice(0, id.indexOf('.'))));
        expect(blockers.map(({ message }) => message)).toEqual(
          [...open].map((id) => `no task proves any criterion of ${id}`),
        );
        const claims = fitted.tasks.flatMap((task) => task.criteria);
        expect(new Set(claims).size).toBe(claims.length);
      }),
      { numRuns: 300 },
    );
  });

  it('rebasing changes nothing of a plan but its claims, and doing it twice changes nothing more', () => {
    fc.assert(
      fc.property(revision, ({ before: a, after: b, owners, edges }) => {
        const [before, after] = [requirementsOf(a), requirementsOf(b)];
        const original = planFor(before, owners, edges);
        const once = rebase(original, before, after).plan;
        const bare = ({ tasks }: TaskPlan) => tasks.map(({ criteria: _, ...rest }) => rest);
        expect(bare(once)).toEqual(bare(original));
        expect(rebase(once, before, after).plan).toEqual(once);
      }),
    );
  });
});

describe('a dependency cone', () => {
  it('ends in a graph that has a cycle', () => {
    const [one, two] = plan.tasks;
    const circle = TaskPlan.parse({ tasks: [{ ...one, dependsOn: ['T2'] }, two] });
    expect(
      dependencyCone(
        circle,
        circle.tasks.slice(0, 1).map(({ key }) => key),
      ),
    ).toEqual(['T1', 'T2']);
  });
});
