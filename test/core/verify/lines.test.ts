import { describe, expect, it } from 'vitest';
import { changedLines } from '#core/verify/lines.ts';

const diff = `diff --git a/a.ts b/a.ts
index 1..2 100644
--- a/a.ts
+++ b/a.ts
@@ -1,0 +2,3 @@ head
+@@ -9 +9 @@ not a hunk of its own
+diff --git a/x b/x
+three
@@ -9 +12 @@
-old
+new
diff --git a/logo.png b/logo.png
Binary files a/logo.png and b/logo.png differ
diff --git "a/\\303\\274.ts" "b/\\303\\274.ts"
--- "a/\\303\\274.ts"
+++ /dev/null
@@ -1,4 +0,0 @@
-gone
`;

describe('changed lines', () => {
  it('are those of the new side, file by file', () => {
    expect(changedLines(['a.ts', 'logo.png', 'ü.ts'], diff)).toEqual([
      {
        path: 'a.ts',
        ranges: [
          [2, 4],
          [12, 12],
        ],
      },
      { path: 'logo.png', ranges: [] },
      { path: 'ü.ts', ranges: [] },
    ]);
  });

  it('are unknown where git did not say', () => {
    expect(changedLines(['a.ts'], '')).toEqual([{ path: 'a.ts', ranges: [] }]);
  });
});
