import { describe, expect, it } from 'vitest';
import { concerns, trace } from '#core/verify/trace.ts';
import { requirements } from '#test/core/spec/samples.ts';

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
const rows = trace(requirements, proofs, [{ key: 'T1', title: 'Build it' }], [{ commit, lines }]);
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
});
