import { describe, expect, it } from 'vitest';
import { readNotes } from '../../web/src/features/pulls/notes.ts';
import { parseUnified } from '../../web/src/features/pulls/unified.ts';
import { layOut } from '../../web/src/features/tasks/layout.ts';

const diff = `diff --git a/src/a.ts b/src/a.ts
index 1..2 100644
--- a/src/a.ts
+++ b/src/a.ts
@@ -1,3 +1,4 @@ function a
 one
-two
+2
+diff --git a/x b/x
 three
\\ No newline at end of file
@@ -20 +21 @@
--- minus
+++ plus
diff --git a/old name.ts b/new name.ts
similarity index 100%
rename from old name.ts
rename to new name.ts
diff --git "a/\\303\\274.txt" "b/\\303\\274.txt"
new file mode 100644
--- /dev/null
+++ "b/\\303\\274.txt"
@@ -0,0 +1 @@
+hello
diff --git a/pic.png b/pic.png
deleted file mode 100644
Binary files a/pic.png and /dev/null differ
`;

describe('a unified diff', () => {
  const files = parseUnified(diff);

  it('is read into files with what happened to them', () => {
    expect(
      files.map(({ path, from, change, binary, added, removed }) => [
        path,
        from,
        change,
        binary,
        added,
        removed,
      ]),
    ).toEqual([
      ['src/a.ts', null, 'changed', false, 3, 2],
      ['new name.ts', 'old name.ts', 'renamed', false, 0, 0],
      ['ü.txt', null, 'added', false, 1, 0],
      ['pic.png', null, 'removed', true, 0, 0],
    ]);
  });

  it('numbers its lines on both sides, also those that look like headers', () => {
    const [first, second] = files[0]?.hunks ?? [];
    expect(first?.lines.map(({ kind, before, after }) => [kind, before, after])).toEqual([
      ['same', 1, 1],
      ['removed', 2, null],
      ['added', null, 2],
      ['added', null, 3],
      ['same', 3, 4],
      ['note', null, null],
    ]);
    expect(second?.lines.map(({ text }) => text)).toEqual(['-- minus', '++ plus']);
  });

  it('is nothing when it is empty', () => {
    expect(parseUnified('')).toEqual([]);
  });
});

describe('the task graph', () => {
  const task = (key: string, estimateMinutes: number, ...dependsOn: string[]) => ({
    key,
    estimateMinutes,
    dependsOn,
  });

  it('stands left to right, with the longest path in the first row', () => {
    const { places, edges, minutes } = layOut([
      task('T1', 25),
      task('T2', 20, 'T1'),
      task('T3', 30, 'T1'),
      task('T4', 20, 'T2', 'T3'),
    ]);
    const at = Object.fromEntries(
      places.map(({ key, column, row, longest }) => [key, [column, row, longest]]),
    );
    expect(at).toEqual({ T1: [0, 0, true], T3: [1, 0, true], T4: [2, 0, true], T2: [1, 1, false] });
    expect(edges.filter(({ longest }) => longest).map(({ from, to }) => `${from}${to}`)).toEqual([
      'T1T3',
      'T3T4',
    ]);
    expect(minutes).toBe(75);
  });

  it('puts a task right of all that it depends on', () => {
    const { places } = layOut([task('T3', 1, 'T1', 'T2'), task('T2', 1, 'T1'), task('T1', 1)]);
    expect(places.find(({ key }) => key === 'T3')?.column).toBe(2);
  });

  it('survives a cycle and a dependency that names nothing', () => {
    expect(layOut([task('T1', 1, 'T2'), task('T2', 1, 'T1', 'T9')]).places).toHaveLength(2);
    expect(layOut([]).minutes).toBe(0);
  });
});

describe('notes of a review that were kept', () => {
  it('are read as they were written, and what is none is left out', () => {
    const note = { path: 'src/a.ts', line: 3, code: 'for (;;) {', text: 'Why?' };
    const bare = { path: 'src/a.ts', line: null, text: 'Why?' };
    expect(readNotes(JSON.stringify([note, null, { path: 1 }, { ...note, line: 'x' }]))).toEqual([
      note,
      bare,
    ]);
    for (const kept of ['', '{', '{}', 'null']) expect(readNotes(kept)).toEqual([]);
  });
});
