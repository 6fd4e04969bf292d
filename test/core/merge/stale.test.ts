import { describe, expect, it } from 'vitest';
import { joinedIn, staleBy } from '#core/merge/stale.ts';
import { design, requirements } from '#test/core/spec/samples.ts';
import { sha, taskRow } from '../rows.ts';
import { merged } from './merged.ts';

const [first, second] = requirements.requirements.flatMap(({ criteria }) => criteria.map(({ id }) => id));
if (first === undefined || second === undefined) throw new Error('the sample has two criteria');

const tasks = [
  taskRow(1, { criteria: [first] }),
  taskRow(2, { criteria: [second] }),
  taskRow(3, { origin: 'upstream:0' }),
  taskRow(4, { criteria: [first] }),
];

const one = merged(1, '0', '1', ['src/a.ts', 'src/shared.ts']);
const two = merged(2, '1', '2', ['src/b.ts']);
const update = merged(3, '2', '3', ['src/shared.ts', 'docs/x.md'], 'e');

describe('what the default branch overtakes', () => {
  it('is nothing while it was not brought in', () => {
    expect(staleBy([one, two], tasks, requirements, design)).toEqual([]);
    expect(joinedIn([one, two])).toEqual([]);
  });

  it('is the criteria whose work changed the same files, whatever order the rows come in', () => {
    const expected = [{ criterion: first, files: ['src/shared.ts'] }];
    expect(staleBy([one, two, update], tasks, requirements, null)).toEqual(expected);
    expect(staleBy([update, two, one], tasks, requirements, null)).toEqual(expected);
    expect(joinedIn([update, two, one])).toEqual([{ upstream: sha('e'), commit: sha('3') }]);
  });

  it('is told as before where work stood as it was merged before, which is no step of the history', () => {
    const stood = merged(1, '3', '3', []);
    const expected = [{ criterion: first, files: ['src/shared.ts'] }];
    expect(staleBy([one, two, update, stood], tasks, requirements, null)).toEqual(expected);
    expect(joinedIn([stood, one, two, update])).toHaveLength(1);
  });

  it('is the criteria whose requirement the design puts into those files', () => {
    const [requirement] = requirements.requirements;
    const [component] = design.components;
    if (!requirement || !component) throw new Error('the sample has a component');
    const components = [{ ...component, files: ['docs/**'], requirements: [requirement.id] }];
    const stale = staleBy([update], tasks, requirements, { ...design, components });
    expect(stale).toEqual(requirement.criteria.map(({ id }) => ({ criterion: id, files: ['docs/x.md'] })));
  });

  it('is no criterion that was built again on top of it', () => {
    const again = merged(4, '3', '4', ['src/shared.ts']);
    expect(staleBy([one, two, update, again], tasks, requirements, null)).toEqual([]);
    const next = merged(5, '4', '5', ['src/a.ts'], 'f');
    expect(staleBy([one, two, update, again, next], tasks, requirements, null)).toEqual([
      { criterion: first, files: ['src/a.ts'] },
    ]);
  });
});
