import { describe, expect, it } from 'vitest';
import { newId } from '#adapters/ids/ids.ts';
import type { Heard } from '#core/forge/heard.ts';
import { type Concern, maxBuildFixes, maxStrangers, react } from '#core/forge/react.ts';
import { reviewTasks } from '#core/forge/rework.ts';
import { aProject, aPull, aTask, aTicket } from '#test/adapters/postgres/samples.ts';

const repo = 'https://github.com/acme/shop';
const commit = 'b'.repeat(40);

function concern(
  change: { tasks?: string[]; status?: 'completed' | 'running' | 'failed'; state?: 'open' | 'merged' } = {},
): Concern {
  const project = aProject({ repo });
  const ticket = aTicket(project.id, 1, { status: change.status ?? 'completed', phase: 'delivery' });
  const pull = {
    ...aPull(ticket.id),
    number: 7,
    url: `${repo}/pull/7`,
    headCommit: commit,
    state: change.state ?? 'open',
  };
  const tasks = (change.tasks ?? []).map((origin) => ({
    ...aTask(ticket.id, 'T1'),
    id: newId('task'),
    origin,
  }));
  return { project, work: { pull, ticket, tasks }, strangers: 0, twin: null, obstacles: [] };
}

const review: Extract<Heard, { type: 'reviewed' }> = {
  type: 'reviewed',
  ...{ repo, number: 7, by: 'ada', url: '', id: '5', member: true, verdict: 'changes', text: 'Too slow.' },
  notes: [{ path: 'src/a.ts', line: 3, text: 'Why?' }],
};
const red = (of = commit): Heard => ({
  type: 'checked',
  ...{ repo, branch: 'omoi/TKT-1', commit: of },
  red: [{ name: 'ci', summary: 'It fails.', url: '' }],
});
const asked: Extract<Heard, { type: 'asked' }> = {
  ...{
    type: 'asked',
    repo,
    by: 'eve',
    url: `${repo}/issues/3`,
    member: true,
    title: 'Coupons',
    text: 'Please.',
    pull: null,
  },
};
const commented = { ...asked, pull: 7, title: 'update', text: '' };
const types = (heard: Heard, about = concern()) => react(heard, about).map(({ type }) => type);

describe('a comment /omoi on a pull request', () => {
  it('that says update and nothing else has it brought up to date, without a task', () => {
    const [reaction] = react(commented, concern());
    expect(reaction).toEqual({ type: 'rework', why: 'eve brings it up to date with main.', tasks: [] });
    expect(react({ ...commented, title: 'Bring it up to date.' }, concern())).toEqual([reaction]);
    expect(types({ ...commented, member: false })).toEqual(['nothing']);
    expect(types(commented, concern({ status: 'running' }))).toEqual(['nothing']);
    expect(types(commented, concern({ state: 'merged' }))).toEqual(['nothing']);
  });

  it('that says more is a task', () => {
    for (const more of [{ title: 'update the readme' }, { text: 'And the docs.' }])
      expect(react({ ...commented, ...more }, concern())).toMatchObject([
        { type: 'rework', tasks: [{ origin: `review:${asked.url}` }] },
      ]);
  });
});

describe('a review', () => {
  it('that asks for changes becomes one task with all that it says', () => {
    const [reaction] = react(review, concern());
    expect(reaction).toMatchObject({
      type: 'rework',
      tasks: [
        {
          ...{ title: 'Review by ada: Too slow.', origin: 'review:5' },
          goal: 'The reviewer ada asks:\n\nToo slow.\n\nsrc/a.ts:3\nWhy?',
        },
      ],
    });
  });

  it('tells what stands in a line, and is named by its first words', () => {
    const note = {
      path: 'src/a.ts',
      line: 3,
      code: '  for (;;) {',
      text: 'Why does this loop never end, and who reads what it puts there afterwards?\nSee.',
    };
    const [task] = reviewTasks({ ...review, text: ' ', notes: [note] });
    expect(task?.title).toBe('Review by ada: Why does this loop never end, and who reads what it puts …');
    expect(task?.goal).toBe(`The reviewer ada asks:\n\nsrc/a.ts:3: for (;;) {\n${note.text}`);
  });

  it('that says nothing becomes nothing', () => {
    expect(react({ ...review, text: ' ', notes: [] }, concern())).toEqual([
      { type: 'nothing', why: 'The review says nothing that could be done.' },
    ]);
  });

  it('longer than a task can hold becomes several, and no word of it is lost', () => {
    const notes = Array.from({ length: 30 }, (_, at) => ({
      ...{ path: `src/${at}.ts`, line: at === 0 ? null : at },
      text: `${at} `.repeat(400),
    }));
    const tasks = reviewTasks({ ...review, notes });
    expect(tasks.length).toBeGreaterThan(1);
    expect(tasks.map(({ title }) => title).slice(0, 2)).toEqual([
      'Review by ada: Too slow.',
      'Review by ada, part 2: Too slow.',
    ]);
    const all = tasks.map(({ goal }) => goal).join('\n');
    for (const { path, text } of notes)
      expect(all).toContain(`${path}${path === 'src/0.ts' ? '' : `:${text.split(' ')[0]}`}\n${text.trim()}`);
    for (const { goal } of tasks) expect(goal.length).toBeLessThanOrEqual(8000);
  });

  it.each<[string, Heard, Concern]>([
    ['of a stranger', { ...review, member: false }, concern()],
    ['that approves', { ...review, verdict: 'approved' }, concern()],
    ['that is at work already', review, concern({ tasks: ['review:5'] })],
    ['of a merged pull request', review, concern({ state: 'merged' })],
    ['of a failed ticket', review, concern({ status: 'failed' })],
    ['of a pull request that is not ours', review, { ...concern(), work: null }],
  ])('%s becomes nothing', (_, heard, about) => expect(types(heard, about)).toEqual(['nothing']));
});

describe('a red build', () => {
  it('becomes a fix task once for a commit, and for two commits at most', () => {
    expect(types(red())).toEqual(['rework']);
    expect(types(red(), concern({ tasks: [`ci:${commit}`] }))).toEqual(['nothing']);
    const earlier = Array.from({ length: maxBuildFixes }, (_, at) => `ci:${at}`);
    expect(types(red(), concern({ tasks: earlier }))).toEqual(['nothing']);
  });

  it('of an older commit, or of a ticket at work, becomes nothing', () => {
    expect(types(red('c'.repeat(40)))).toEqual(['nothing']);
    expect(types(red(), concern({ status: 'running' }))).toEqual(['nothing']);
  });
});

describe('a request', () => {
  it('of the team becomes a ticket, one of a stranger a tainted one, up to a limit', () => {
    expect(react(asked, concern())).toMatchObject([{ type: 'submit', tainted: false, source: asked.url }]);
    expect(react({ ...asked, member: false }, concern())).toMatchObject([{ type: 'submit', tainted: true }]);
    expect(types({ ...asked, member: false }, { ...concern(), strangers: maxStrangers })).toEqual([
      'nothing',
    ]);
  });
});

describe('a request that cannot begin', () => {
  const trouble = 'Install the App again.';
  it.each<[string, Partial<Concern>, string[]]>([
    ['a project in trouble', { project: aProject({ repo, trouble }) }, [trouble]],
    ['an obstacle', { obstacles: ['No key.'] }, ['No key.']],
    ['both', { project: aProject({ repo, trouble }), obstacles: ['No key.'] }, [trouble, 'No key.']],
  ])('is held back by %s', (_, change, obstacles) => {
    expect(react(asked, { ...concern(), ...change })).toEqual([{ type: 'hold-back', obstacles }]);
  });

  it('is nothing where a ticket is at the same already, whatever stands in the way', () => {
    expect(react(asked, { ...concern(), twin: { number: 5 }, obstacles: ['No key.'] })).toEqual([
      { type: 'nothing', why: 'TKT-5 is at it already.' },
    ]);
  });

  it('cuts its title within no pair', () => {
    const [reaction] = react({ ...asked, title: `${'a'.repeat(199)}🎉` }, concern());
    expect(reaction).toMatchObject({ title: 'a'.repeat(199) });
  });
});

describe('a pull request', () => {
  const closed = (mergeCommit: string | null): Heard => ({
    type: 'pull-closed',
    repo,
    number: 7,
    by: 'ada',
    mergeCommit,
  });

  it('is merged or closed once, and a merge is never undone', () => {
    expect(react(closed(commit), concern())).toEqual([
      { type: 'pull', state: 'merged', mergeCommit: commit },
    ]);
    expect(types(closed(null), concern({ state: 'merged' }))).toEqual(['nothing']);
  });

  it('whose branch was deleted is closed; without its default branch a project is in trouble', () => {
    const deleted = (branch: string): Heard => ({ type: 'branch-deleted', repo, branch, by: 'ada' });
    expect(types(deleted('omoi/TKT-1'))).toEqual(['pull']);
    expect(
      react(deleted('main'), { ...concern(), project: aProject({ repo, defaultBranch: 'main' }) }),
    ).toMatchObject([
      { type: 'project', change: { trouble: expect.stringContaining('deleted the branch main') } },
    ]);
  });
});

it('a project hears of lost access, a new name and another default branch', () => {
  const access = (granted: boolean): Heard => ({
    type: 'access',
    granted,
    repos: [repo],
    owner: '',
    by: 'ada',
  });
  expect(react(access(false), concern())).toMatchObject([
    { change: { trouble: expect.stringContaining('Install it') } },
  ]);
  expect(react(access(true), concern())).toEqual([{ type: 'project', change: { trouble: null } }]);
  const renamed: Heard = { type: 'renamed', from: repo, to: `${repo}-2` };
  expect(react(renamed, concern())).toEqual([{ type: 'project', change: { repo: `${repo}-2` } }]);
  const branch = { type: 'default-branch', repo, branch: 'trunk', from: 'main' } as const;
  expect(react(branch, concern())).toEqual([
    { type: 'project', change: { defaultBranch: 'trunk', trouble: null } },
  ]);
  const onRelease = { ...concern(), project: aProject({ repo, defaultBranch: 'release' }) };
  expect(types(branch, onRelease)).toEqual(['nothing']);
});
