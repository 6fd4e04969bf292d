import { expect, it } from 'vitest';
import { followsManifest, strayed } from '#core/merge/strayed.ts';
import { TaskKey } from '#core/task/task.ts';
import { taskRow } from '../rows.ts';
import { merged as landed } from './merged.ts';

const tasks = [taskRow(1, { writes: ['src/a/**', 'test/a.test.ts'] }), taskRow(2, { writes: ['docs'] })];

const merged = (task: number, changed: string[], joins?: string) => landed(task, '1', '2', changed, joins);

it('names what a work changed outside the paths of its task, folders covering what is in them', () => {
  const changed = ['src/a/deep/b.ts', 'test/a.test.ts', 'src/c.ts', 'test/a.test.ts.snap'];
  expect(strayed([merged(1, changed), merged(2, ['docs/x.md'])], tasks, new Map())).toEqual(
    new Map([['T1', ['src/c.ts', 'test/a.test.ts.snap']]]),
  );
});

it('takes neither a verifier’s tests nor the default branch for the builder’s doing', () => {
  const added = new Map([[TaskKey.parse('T1'), ['test/t1_properties.test.ts']]]);
  expect(strayed([merged(1, ['test/t1_properties.test.ts'])], tasks, added)).toEqual(new Map());
  expect(strayed([merged(2, ['src/everything.ts'], 'e')], tasks, added)).toEqual(new Map());
});

it('takes a lock file for its manifest’s, in its folder or of a workspace below', () => {
  const known = new Map();
  expect(strayed([merged(2, ['docs/package.json', 'package-lock.json'])], tasks, known)).toEqual(known);
  expect(strayed([merged(2, ['docs/x.md', 'Cargo.lock'])], tasks, known)).toEqual(
    new Map([['T2', ['Cargo.lock']]]),
  );
  expect(followsManifest('a/Cargo.lock', ['a/crates/b/Cargo.toml'])).toBe(true);
  expect(followsManifest('a/Cargo.lock', ['Cargo.toml', 'b/Cargo.toml'])).toBe(false);
  expect(followsManifest('Cargo.locks', ['Cargo.toml'])).toBe(false);
});
