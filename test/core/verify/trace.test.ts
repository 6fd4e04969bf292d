import { describe, expect, it } from 'vitest';
import { concerns, isAbout, trace, unasked } from '#core/verify/trace.ts';
import { requirements } from '#test/core/spec/samples.ts';
import { merged } from '../merge/merged.ts';
import { sha, taskRow } from '../rows.ts';

const commit = 'abcdef12'.padEnd(40, '0');
const lines = [{ path: 'src/cart.ts', ranges: [[3, 9]] as [number, number][] }];
const criteria = requirements.requirements.flatMap((one) => one.criteria.map(({ id }) => id));
const [first, second] = criteria;
if (first === undefined || second === undefined) throw new Error('the sample has two criteria');
const proofs = [
  {
    criterion: first,
    state: 'proven' as const,
    task: 'T1',
    commit,
    tests: [],
    interpretation: 'one cart a shopper',
    independent: null,
    evidence: [],
  },
  {
    criterion: second,
    state: 'open' as const,
    task: 'T2',
    commit: null,
    tests: [],
    interpretation: null,
    independent: null,
    evidence: [],
  },
];
const before = sha('5');
const earlier = [{ path: 'src/basket.ts', ranges: [[1, 2]] as [number, number][] }];
const tasks = [taskRow(1, { title: 'Build it' }), taskRow(2), taskRow(3, { origin: 'review:1' })];
const landed = {
  entries: [
    merged(1, '0', '5', ['src/basket.ts']),
    { ...merged(3, '5', '6', ['docs/x.md']), place: 2 },
    { ...merged(1, '6', 'a', ['src/cart.ts']), place: 3 },
  ].map((entry) =>
    entry.place === 3 ? { ...entry, state: { ...entry.state, commit } as typeof entry.state } : entry,
  ),
  works: [
    { commit, lines },
    { commit: before, lines: earlier },
    { commit: sha('6'), lines: [{ path: 'docs/x.md', ranges: [] }] },
    { commit: sha('7'), lines: [{ path: 'src/undone.ts', ranges: [] }] },
  ],
};
const rows = trace(requirements, proofs, tasks, landed);
const ids = (what: string) => rows.filter((row) => concerns(row, what)).map(({ criterion }) => criterion.id);

describe('traceability', () => {
  it('goes from each criterion to its task, commit and lines', () => {
    expect(rows.map(({ criterion }) => criterion.id)).toEqual(criteria);
    expect(rows[0]).toMatchObject({ state: 'proven', task: { key: 'T1', title: 'Build it' }, commit, lines });
    expect(rows.map(({ interpretation }) => interpretation).slice(0, 2)).toEqual([
      'one cart a shopper',
      null,
    ]);
    expect(rows[1]).toMatchObject({ state: 'open', task: { key: 'T2' }, commit: null, lines: [] });
    expect(rows.at(-1)).toMatchObject({ state: 'open', task: null });
  });

  it('goes back from a commit, a file, a task and an id', () => {
    expect(ids('abcdef1')).toEqual([first]);
    expect(ids(commit)).toEqual([first]);
    expect(ids('src/cart.ts')).toEqual([first]);
    expect(ids('T1')).toEqual([first]);
    expect(ids(second)).toEqual([second]);
    expect(ids('REQ-99')).toEqual([]);
    expect(ids('abcdef')).toEqual([]);
  });

  it('knows what a task became before it began anew, and not what left the branch again', () => {
    expect(rows[0]?.earlier).toEqual([{ commit: before, lines: earlier }]);
    expect(ids(before.slice(0, 8))).toEqual([first]);
    expect(ids('src/basket.ts')).toEqual([first]);
    expect(ids(sha('7'))).toEqual([]);
    expect(ids('src/undone.ts')).toEqual([]);
  });

  it('leads from a commit that no criterion asked for to its task', () => {
    const others = unasked(rows, tasks, landed);
    expect(others.map(({ task, works }) => [task.key, works.map((work) => work.commit)])).toEqual([
      ['T3', [sha('6')]],
    ]);
    const about = (what: string) => others.filter((one) => isAbout(one, what)).length;
    expect(['T3', sha('6').slice(0, 7), 'docs/x.md', 'T1', before].map(about)).toEqual([1, 1, 1, 0, 0]);
  });
});
