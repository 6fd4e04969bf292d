import { describe, expect, it } from 'vitest';
import { Design } from '#core/spec/design.ts';
import { type Evaluation, type EvaluationInput, evaluate, PASS_SCORE } from '#core/spec/evaluate.ts';
import { Exploration } from '#core/spec/exploration.ts';
import { TaskPlan } from '#core/spec/plan.ts';
import type { Requirements } from '#core/spec/requirements.ts';
import { verdictInWords } from '#core/spec/standing.ts';
import { design, directExploration, exploration, plan, planOf, requirements, ticket } from './samples.ts';

const hashes = { exploration: 'e1', requirements: 'r1', design: 'd1' };
const versions = { upstream: hashes, approved: hashes };
const onlyExploration = { upstream: { exploration: 'e1' }, approved: { exploration: 'e1' } };
const both = { exploration: 'e1', requirements: 'r1' };
const underDesign = { upstream: both, approved: both };

const explored = (document: Exploration) =>
  evaluate({ kind: 'exploration', document, upstream: {}, approved: {} });
const required = (document: Requirements) =>
  evaluate({ kind: 'requirements', document, ticket, ...onlyExploration });
const designed = (document: Design) => evaluate({ kind: 'design', document, requirements, ...underDesign });
const planned = (document: TaskPlan, previous?: TaskPlan) =>
  evaluate({ kind: 'plan', document, requirements, design, previous, ...versions });

const codes = ({ blockers }: Evaluation) => blockers.map(({ code, at }) => [code, at]);
const weak = ({ findings }: Evaluation) => findings.map(({ code }) => code);

function withTask(index: number, change: Record<string, unknown>): TaskPlan {
  return TaskPlan.parse({
    tasks: plan.tasks.map((task, place) => (place === index ? { ...task, ...change } : task)),
  });
}

function withComponent(index: number, change: Record<string, unknown>): Design {
  const components = design.components.map((item, place) =>
    place === index ? { ...item, ...change } : item,
  );
  return Design.parse({ ...design, components });
}

describe('sound documents', () => {
  it.each([
    ['exploration', explored(exploration)],
    ['direct exploration', explored(directExploration)],
    ['requirements', required(requirements)],
    ['design', designed(design)],
    ['plan', planned(plan)],
  ])('pass with the full score: %s', (_, evaluation) => {
    expect(evaluation).toEqual({ score: 1, pass: true, blockers: [], findings: [] });
  });
});

describe('upstream versions', () => {
  const base = { kind: 'plan', document: plan, requirements, design } as const;
  it.each([
    ['another version than the approved one', { ...hashes, requirements: 'r0' }, hashes],
    ['a version that is not approved', hashes, both],
    ['not the approved version at all', both, hashes],
  ])('block a document written from %s', (_, upstream, approved) => {
    expect(codes(evaluate({ ...base, upstream, approved }))).toEqual([['upstream-not-approved', '']]);
  });

  it('may lack a design altogether when the ticket has none', () => {
    const { design: _, ...short } = base;
    expect(evaluate({ ...short, ...underDesign })).toMatchObject({ pass: true, score: 1 });
  });

  it('are looked at for every kind that has any', () => {
    const stale = { upstream: {}, approved: { exploration: 'e1' } };
    const inputs: EvaluationInput[] = [
      { kind: 'requirements', document: requirements, ticket, ...stale },
      { kind: 'design', document: design, requirements, ...stale },
      { kind: 'plan', document: plan, requirements, ...stale },
    ];
    expect(inputs.map((input) => evaluate(input).pass)).toEqual([false, false, false]);
  });
});

describe('an exploration', () => {
  it('is blocked at size direct without direct work', () => {
    const { direct: _, ...rest } = directExploration;
    expect(codes(explored(rest))).toEqual([['direct-missing', '/direct']]);
  });

  it('is blocked when direct work has no criterion or no glob', () => {
    const empty = Exploration.parse({ ...directExploration, direct: { criteria: [], writes: [] } });
    expect(codes(explored(empty))).toEqual([
      ['criterion-missing', '/direct/criteria'],
      ['empty-writes', '/direct/writes'],
    ]);
  });

  it('passes for a repository that holds next to nothing', () => {
    const bare = { ...exploration, stack: [], conventions: [], commands: {} };
    expect(explored(bare)).toMatchObject({ pass: true, score: 0.7 });
    expect(weak(explored(bare))).toEqual(['no-test-command', 'no-stack', 'no-conventions']);
  });

  it('fails when it says next to nothing', () => {
    const thin = { ...exploration, summary: 'A shop.', keyFiles: [], sizeReason: 'big' };
    expect(explored(thin)).toMatchObject({ pass: false, score: 0.4, blockers: [] });
  });

  it('loses a little for direct work that is vague or not needed', () => {
    expect(weak(explored({ ...directExploration, size: 'full' }))).toEqual(['needless-direct']);
    const vague = {
      criteria: [{ text: 'It is fast', kind: 'example' as const }],
      writes: directExploration.direct?.writes ?? [],
    };
    expect(weak(explored({ ...directExploration, direct: vague }))).toEqual(['vague-words']);
  });
});

describe('a design', () => {
  it('is blocked when no component answers a requirement', () => {
    const evaluation = designed(withComponent(0, { requirements: ['REQ-1'] }));
    expect(evaluation.blockers).toEqual([
      { code: 'requirement-without-component', message: 'no component answers REQ-2', at: '/components' },
    ]);
  });

  it('is blocked when a component names no requirement there is', () => {
    expect(codes(designed(withComponent(1, { requirements: ['REQ-1', 'REQ-7'] })))).toEqual([
      ['unknown-requirement', '/components/1/requirements/1'],
    ]);
  });

  it('is blocked by two components of one name', () => {
    expect(codes(designed(withComponent(1, { name: 'Coupon book' })))).toEqual([
      ['duplicate-id', '/components/1/name'],
    ]);
  });

  it('passes without a test strategy alone, and fails when more is missing', () => {
    const untested = Design.parse({ ...design, testStrategy: '' });
    expect(designed(untested)).toMatchObject({ score: PASS_SCORE, pass: true });
    expect(designed({ ...untested, errors: [] })).toMatchObject({ score: 0.6, pass: false });
  });

  it('loses all its score when nothing is in it', () => {
    const components = design.components.map((component) => ({
      ...component,
      files: [],
      responsibility: 'Be robust',
    }));
    const empty = {
      interfaces: [],
      dataModels: [],
      errors: [],
      security: [],
      decisions: [],
      testStrategy: '',
    };
    expect(designed({ ...design, ...empty, components, overview: 'x' }).score).toBe(0);
  });
});

describe('a plan', () => {
  it('is blocked by a dependency that names nothing and by one on itself', () => {
    expect(codes(planned(withTask(1, { dependsOn: ['T1', 'T9', 'T2'] })))).toEqual([
      ['unknown-dependency', '/tasks/1/dependsOn/1'],
      ['self-dependency', '/tasks/1/dependsOn/2'],
    ]);
  });

  it('is blocked by a cycle, whose path is named', () => {
    const circle = planOf(4, (n) => (n === 1 ? [3] : n === 4 ? [1] : [n - 1]));
    const evaluation = planned(circle);
    expect(evaluation.blockers).toEqual([
      {
        code: 'cycle',
        message: 'tasks depend on each other in a circle: T1 → T3 → T2 → T1',
        at: '/tasks/0/dependsOn',
      },
    ]);
  });

  it('is blocked by a key that stands twice', () => {
    expect(codes(planned(withTask(1, { key: 'T1', dependsOn: [] })))).toEqual([
      ['duplicate-id', '/tasks/1/key'],
    ]);
  });

  it('is blocked by an empty write set', () => {
    expect(codes(planned(withTask(0, { writes: [] })))).toEqual([['empty-writes', '/tasks/0/writes']]);
  });

  it('is blocked by a criterion that no task claims, and by a requirement without any task', () => {
    expect(codes(planned(withTask(1, { criteria: ['REQ-1.1'] })))).toEqual([
      ['unclaimed-criterion', '/tasks'],
    ]);
    const evaluation = planned(withTask(1, { criteria: [] }));
    expect(evaluation.blockers.map(({ message }) => message)).toEqual([
      'no task proves any criterion of REQ-1',
    ]);
  });

  it('is blocked by a claim to a criterion that does not exist', () => {
    expect(codes(planned(withTask(0, { criteria: ['REQ-2.1', 'REQ-2.2'] })))).toEqual([
      ['unknown-criterion', '/tasks/0/criteria/1'],
    ]);
  });

  it('is blocked without tasks and with more than 200', () => {
    expect(codes(planned({ tasks: [] }))).toContainEqual(['no-tasks', '/tasks']);
    expect(codes(planned(planOf(200)))).toEqual([]);
    expect(codes(planned(planOf(201)))).toEqual([['too-many-tasks', '/tasks']]);
    expect(planned(planOf(2000)).blockers.map(({ message }) => message)).toEqual([
      '2000 tasks, at most 200 are allowed: split the ticket',
    ]);
    expect(() => planOf(2001)).toThrow('at most 2,000 tasks can be read, and at most 200 are allowed');
  });
});

describe('the score of a plan', () => {
  it('falls for long tasks, wide writes, vague ends, claims made twice and files left out', () => {
    expect(weak(planned(withTask(0, { estimateMinutes: 121 })))).toEqual(['long-task']);
    expect(weak(planned(withTask(0, { writes: ['**'] })))).toEqual(['wide-writes']);
    expect(weak(planned(withTask(0, { doneWhen: 'It works properly' })))).toEqual(['vague-words']);
    expect(weak(planned(withTask(0, { criteria: ['REQ-2.1', 'REQ-1.1'] })))).toEqual(['shared-criterion']);
    expect(weak(planned(withTask(0, { writes: ['test/**'] })))).toEqual(['file-without-task']);
    expect(weak(planned(planOf(2)))).toContain('no-criteria');
  });

  it('takes a folder or a literal path for what it names', () => {
    expect(weak(planned(withTask(0, { writes: ['src/coupon'] })))).toEqual([]);
    expect(weak(planned(withTask(0, { writes: ['src/coupon/book.ts'] })))).toEqual([]);
    expect(weak(planned(withTask(0, { writes: ['src/coupon/book'] })))).toEqual(['file-without-task']);
  });

  it('falls when a key stands for another task than before', () => {
    const other = withTask(0, { title: 'Print invoices', goal: 'Archive paper copies' });
    expect(weak(planned(other, plan))).toEqual(['id-reused']);
  });

  it('does not help where there is a blocker', () => {
    expect(planned(withTask(0, { writes: [] }))).toMatchObject({ pass: false, score: 0.975 });
  });
});

describe('a verdict in words', () => {
  it('says where to mend: the pointer of a blocker and of a weakness, the items where several share one', () => {
    const bare = Design.parse({
      ...withComponent(0, { files: [], requirements: ['REQ-9'] }),
      testStrategy: '',
      errors: [],
    });
    const words = verdictInWords(designed(bare));
    expect(words).toContain(
      'must be mended: /components/0/requirements/0: component Coupon book names REQ-9, which is no requirement',
    );
    expect(words).toContain('worth mending: /testStrategy: Say what is tested at which level');
    expect(words).toContain('worth mending: /errors: Say what can fail and what happens then');
    expect(words).toContain('worth mending: Say in which files it lives: Coupon book');
  });
});
