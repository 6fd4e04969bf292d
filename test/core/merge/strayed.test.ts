import { expect, it } from 'vitest';
import type { MergeEntry } from '#core/merge/entry.ts';
import { strayed } from '#core/merge/strayed.ts';
import { TaskKey } from '#core/task/task.ts';
import { idOf, minute, sha, taskRow } from '../rows.ts';

const tasks = [taskRow(1, { writes: ['src/a/**', 'test/a.test.ts'] }), taskRow(2, { writes: ['docs'] })];

function merged(task: number, changed: string[], joins?: string): MergeEntry {
  return {
    ...{ runId: idOf('run', task), ticketId: idOf('ticket'), taskId: idOf('task', task) },
    ...{ key: TaskKey.parse(`T${task}`), generation: 1, place: task, base: sha('0'), token: '' },
    ...{ since: minute(0), version: 0 },
    merge: {
      ...{ tip: sha('9'), bundle: 'b', message: '', authorName: '', authorEmail: '', date: '' },
      ...(joins !== undefined && { joins: { commit: sha(joins), bundle: 'u' } }),
    },
    state: { status: 'merged', onto: sha('1'), commit: sha('2'), changed, at: minute(1) },
  };
}

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
