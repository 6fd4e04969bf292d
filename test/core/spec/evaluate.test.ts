import { describe, expect, it } from 'vitest';
import { Design } from '#core/spec/design.ts';
import { type Evaluation, type EvaluationInput, evaluate, PASS_SCORE } from '#core/spec/evaluate.ts';
import { Exploration } from '#core/spec/exploration.ts';
import { TaskPlan } from '#core/spec/plan.ts';
import { Requirements } from '#core/spec/requirements.ts';
import { design, directExploration, exploration, plan, planOf, requirements, ticket } from './samples.ts';

const hashes = { exploration: 'e1', requirements: 'r1', design: 'd1' };
const versions = { upstream: hashes, approved: hashes };
const onlyExploration = { upstream: { exploration: 'e1' }, approved: { exploration: 'e1' } };
const both = { exploration: 'e1', requirements: 'r1' };
const underDesign = { upstream: both, approved: both };

const explored = (document: Exploration) =>
  evaluate({ kind: 'exploration', document, upstream: {}, approved: {} });
const required = (document: Requirements, previous?: Requirements) =>
  evaluate({ kind: 'requirements', document, previous, ticket, ...onlyExploration });
const designed = (document: Design) => evaluate({ kind: 'design', document, requirements, ...underDesign });
const planned = (document: TaskPlan, previous?: TaskPlan) =>
  evaluate({ kind: 'plan', document, requirements, design, previous, ...versions });

const codes = ({ blockers }: Evaluation) => blockers.map(({ code, at }) => [code, at]);
const weak = ({ findings }: Evaluation) => findings.map(({ code }) => code);

/** The sample requirements with one requirement replaced in part. */
function withRequirement(index: number, change: Record<string, unknown>): Requirements {
  const list = requirements.requirements.map((item, place) =>
    place === index ? { ...item, ...change } : item,
  );
  return Requirements.parse({ ...requirements, requirements: list });
}

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

describe('requirements', () => {
  it('are blocked by a sentence that does not parse, with what is missing and where', () => {
    const evaluation = required(withRequirement(0, { text: 'When a code comes the cart shall show it.' }));
    expect(evaluation.pass).toBe(false);
    expect(evaluation.blockers).toEqual([
      { code: 'ears-syntax', message: 'REQ-1: no comma after the trigger at 17', at: '/requirements/0/text' },
    ]);
  });

  it('are blocked by a declared pattern that is not the one of the sentence', () => {
    const evaluation = required(withRequirement(1, { ears: 'event' }));
    expect(codes(evaluation)).toEqual([['ears-pattern', '/requirements/1/ears']]);
    expect(evaluation.blockers[0]?.message).toContain("declared 'event', but the sentence is 'unwanted'");
  });

  it('are blocked when one has no criterion, or when there are none', () => {
    expect(codes(required(withRequirement(1, { criteria: [] })))).toEqual([
      ['criterion-missing', '/requirements/1/criteria'],
    ]);
    expect(codes(required({ ...requirements, requirements: [] }))).toEqual([
      ['no-requirements', '/requirements'],
    ]);
  });

  it('are blocked by an id that stands twice', () => {
    const criteria = requirements.requirements[0]?.criteria.map((criterion) => ({
      ...criterion,
      id: 'REQ-1.1',
    }));
    expect(codes(required(withRequirement(0, { criteria })))).toEqual([
      ['duplicate-id', '/requirements/0/criteria/1/id'],
    ]);
    expect(codes(required(withRequirement(1, { id: 'REQ-1' })))).toContainEqual([
      'duplicate-id',
      '/requirements/1/id',
    ]);
  });

  it('are blocked by a criterion under a requirement that its id does not name', () => {
    const criteria = [{ id: 'REQ-20.1', text: 'The code NOPE is refused', kind: 'example' }];
    expect(codes(required(withRequirement(1, { criteria })))).toEqual([
      ['criterion-misplaced', '/requirements/1/criteria/0/id'],
    ]);
  });

  it('lose score for vague words, but not for quoted ones', () => {
    const vague = required(
      withRequirement(0, { text: 'When a code comes, the cart shall be fast, user-friendly etc.' }),
    );
    expect(vague.findings).toEqual([
      {
        code: 'vague-words',
        message: 'Say it so that a check can answer: REQ-1 ("fast", "user-friendly", "etc")',
        weight: 0.18,
      },
    ]);
    expect(
      weak(required(withRequirement(0, { text: 'When a code comes, the cart shall show "fast".' }))),
    ).toEqual([]);
  });

  it('lose score for criteria without a hint, by their share', () => {
    const criteria = [{ id: 'REQ-2.1', text: 'The code NOPE is refused', kind: 'example' }];
    expect(required(withRequirement(1, { criteria })).findings).toEqual([
      { code: 'no-hint', message: 'Say how to check: REQ-2.1', weight: 0.067 },
    ]);
  });

  it('lose score when they are too many for the ticket', () => {
    const many = Array.from({ length: 12 }, (_, index) => ({
      ...requirements.requirements[0],
      id: `REQ-${index + 1}`,
      criteria: [{ id: `REQ-${index + 1}.1`, text: `Case ${index}`, kind: 'example', hint: 'Look' }],
    }));
    expect(weak(required(Requirements.parse({ ...requirements, requirements: many })))).toEqual(['too-many']);
  });

  it("lose score for a second 'shall' and for a condition behind the response", () => {
    const compound = 'When a code comes, the cart shall show it and the log shall name it.';
    expect(weak(required(withRequirement(0, { text: compound })))).toEqual(['compound']);
    const trailing = { ears: 'ubiquitous', text: 'The cart shall show the total when a code comes.' };
    expect(weak(required(withRequirement(0, trailing)))).toEqual(['trailing-condition']);
  });

  it('fail when every statement is vague and no criterion says how to check', () => {
    const text = 'The cart shall be fast.';
    const criteria = [{ id: 'REQ-1.1', text: 'It is quick', kind: 'example' }];
    const [first] = requirements.requirements;
    const document = Requirements.parse({
      ...requirements,
      requirements: [{ ...first, ears: 'ubiquitous', text, criteria }],
    });
    expect(required(document)).toMatchObject({ pass: false, score: 0.5, blockers: [] });
  });
});

describe('ids across versions', () => {
  it('may keep their thing under other words', () => {
    const text = 'When a shopper enters a known coupon code, the cart shall subtract its value from the sum.';
    expect(weak(required(withRequirement(0, { text }), requirements))).toEqual([]);
  });

  it('are found out when they stand for something else wholesale', () => {
    const text = 'When an invoice is printed, the archive shall keep a copy for ten years.';
    expect(required(withRequirement(0, { text }), requirements).findings).toEqual([
      expect.objectContaining({
        code: 'id-reused',
        message: expect.stringContaining('REQ-1 now says something else'),
      }),
    ]);
  });

  it('are found out when two things swapped them', () => {
    const [one, two] = requirements.requirements;
    const swapped = [
      { ...two, id: 'REQ-1', criteria: one?.criteria },
      { ...one, id: 'REQ-2', criteria: two?.criteria },
    ];
    const { findings } = required(
      Requirements.parse({ ...requirements, requirements: swapped }),
      requirements,
    );
    expect(findings[0]?.message).toContain('REQ-1 is now REQ-2, REQ-2 is now REQ-1');
  });

  it('are compared by character in scripts without spaces', () => {
    const before = withRequirement(0, { text: 'When 購入者が来る, the カート shall 合計金額を表示する.' });
    const near = withRequirement(0, { text: 'When 購入者が来る, the カート shall 合計金額を表示します.' });
    const far = withRequirement(0, { text: 'When 夜になる, the 倉庫 shall 扉を閉め切る.' });
    expect([weak(required(near, before)), weak(required(far, before))]).toEqual([[], ['id-reused']]);
  });

  it('may be removed and added freely', () => {
    const first = Requirements.parse({
      ...requirements,
      requirements: requirements.requirements.slice(0, 1),
    });
    expect([weak(required(first, requirements)), weak(required(requirements, first))]).toEqual([[], []]);
  });

  it('hold for tasks too', () => {
    const other = withTask(0, { title: 'Print invoices', goal: 'Archive paper copies' });
    expect(weak(planned(other, plan))).toEqual(['id-reused']);
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
  });

  it('loses score for long tasks, wide writes, vague ends, claims made twice and files left out', () => {
    expect(weak(planned(withTask(0, { estimateMinutes: 121 })))).toEqual(['long-task']);
    expect(weak(planned(withTask(0, { writes: ['**'] })))).toEqual(['wide-writes']);
    expect(weak(planned(withTask(0, { doneWhen: 'It works properly' })))).toEqual(['vague-words']);
    expect(weak(planned(withTask(0, { criteria: ['REQ-2.1', 'REQ-1.1'] })))).toEqual(['shared-criterion']);
    expect(weak(planned(withTask(0, { writes: ['test/**'] })))).toEqual(['file-without-task']);
    expect(weak(planned(planOf(2)))).toContain('no-criteria');
  });

  it('takes a folder or a literal path as what it names', () => {
    expect(weak(planned(withTask(0, { writes: ['src/coupon'] })))).toEqual([]);
    expect(weak(planned(withTask(0, { writes: ['src/coupon/book.ts'] })))).toEqual([]);
    expect(weak(planned(withTask(0, { writes: ['src/coupon/book'] })))).toEqual(['file-without-task']);
  });

  it('fails on a blocker whatever its score', () => {
    expect(planned(withTask(0, { writes: [] }))).toMatchObject({ pass: false, score: 0.975 });
  });
});
