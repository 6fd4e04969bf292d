import { describe, expect, it } from 'vitest';
import { newId } from '#adapters/ids/ids.ts';
import type { Heard } from '#core/forge/heard.ts';
import { type Concern, maxBuildFixes, maxStrangers, react } from '#core/forge/react.ts';
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
  const goals = (heard: Heard) =>
    react(heard, concern()).flatMap((reaction) =>
      reaction.type === 'rework' ? reaction.tasks.map(({ title, goal }) => ({ title, goal })) : [],
    );

  it('that asks for changes becomes one task, in which its words and all its notes stand', () => {
    const notes = [
      { path: 'src/a.ts', line: 3, text: 'Why?' },
      { path: 'src/b.ts', line: null, text: 'Nice!' },
      { path: 'src/a.ts', line: 9, text: 'Here, too.' },
    ];
    const [reaction] = react({ ...review, notes }, concern());
    expect(reaction).toMatchObject({
      type: 'rework',
      tasks: [{ title: 'Review by ada', origin: 'review:5' }],
    });
    expect(goals({ ...review, notes }).map(({ goal }) => goal)).toEqual([
      'The reviewer ada asks:\n\nToo slow.\n\nsrc/a.ts:3\nWhy?\n\nsrc/a.ts:9\nHere, too.\n\nsrc/b.ts\nNice!',
    ]);
  });

  it('without words of its own is named for its only file', () => {
    expect(goals({ ...review, text: ' ' }).map(({ title }) => title)).toEqual(['Review of src/a.ts']);
    expect(types({ ...review, text: ' ', notes: [] })).toEqual(['nothing']);
  });

  it('that is too long for one task becomes several, and loses nothing', () => {
    const notes = ['a', 'b', 'c'].map((path) => ({ path, line: 1, text: path.repeat(3000) }));
    const told = goals({ ...review, notes });
    expect(told).toHaveLength(2);
    for (const { text } of notes) expect(told.some(({ goal }) => goal.includes(text))).toBe(true);
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
