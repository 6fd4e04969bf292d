/** Reads a unified diff of git into files, hunks and numbered lines. Pure; takes hostile text as it comes. */

export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed' | 'note';
  readonly before: number | null;
  readonly after: number | null;
  readonly text: string;
}

export interface Hunk {
  /** Which of the file's hunks, from 0. */
  readonly place: number;
  readonly header: string;
  readonly lines: readonly DiffLine[];
}

export interface FileDiff {
  readonly path: string;
  /** The path before, when the file was renamed. */
  readonly from: string | null;
  readonly change: 'added' | 'removed' | 'renamed' | 'changed';
  readonly binary: boolean;
  readonly added: number;
  readonly removed: number;
  readonly hunks: readonly Hunk[];
}

/** The files of a diff, in its order. */
export function parseUnified(text: string): FileDiff[] {
  const lines = text.split('\n');
  const starts = lines.flatMap((line, at) =>
    line.startsWith('diff --git ') && !isInHunk(lines, at) ? [at] : [],
  );
  return starts.map((start, n) => readFile(lines.slice(start, starts[n + 1] ?? lines.length)));
}

/** A line of a hunk begins with a space, `+`, `-` or `\`; one that reads `diff --git` is never inside. */
const isInHunk = (lines: readonly string[], at: number): boolean => /^[ +-]/.test(lines[at] ?? '');

function readFile(lines: readonly string[]): FileDiff {
  const firstHunk = lines.findIndex((line) => line.startsWith('@@'));
  const head = firstHunk < 0 ? lines : lines.slice(0, firstHunk);
  const hunks = firstHunk < 0 ? [] : readHunks(lines.slice(firstHunk));
  const all = hunks.flatMap((hunk) => hunk.lines);
  const value = (prefix: string): string | undefined =>
    head.find((line) => line.startsWith(prefix))?.slice(prefix.length);
  const from = value('rename from ');
  const change =
    value('new file mode') !== undefined
      ? 'added'
      : value('deleted file mode') !== undefined
        ? 'removed'
        : from === undefined
          ? 'changed'
          : 'renamed';
  return {
    path: unquote(
      value('rename to ') ?? pathOf(value('+++ ')) ?? pathOf(value('--- ')) ?? pathOfHeader(head[0] ?? ''),
    ),
    from: from === undefined ? null : unquote(from),
    change,
    binary: head.some((line) => /^(Binary files|GIT binary patch)/.test(line)),
    added: all.filter(({ kind }) => kind === 'added').length,
    removed: all.filter(({ kind }) => kind === 'removed').length,
    hunks,
  };
}

/** `a/src/x.ts` without its prefix; nothing for `/dev/null`. */
function pathOf(value: string | undefined): string | undefined {
  if (value === undefined || value.startsWith('/dev/null')) return undefined;
  return value.replace(/\t.*$/, '').replace(/^("?)[abiw]\//, '$1');
}

/** The header names the path twice; both are alike unless the file was renamed, and then other lines tell. */
function pathOfHeader(line: string): string {
  const names = line.slice('diff --git '.length);
  return pathOf(names.slice(Math.ceil(names.length / 2))) ?? names;
}

/** Git quotes a path with unusual characters in the manner of C, bytes in octal. */
function unquote(path: string): string {
  if (!path.startsWith('"') || !path.endsWith('"')) return path;
  const bytes: number[] = [];
  const body = path.slice(1, -1);
  for (const [piece] of body.matchAll(/\\[0-7]{3}|\\.|[^\\]/gsu)) {
    if (/^\\[0-7]{3}$/.test(piece)) bytes.push(Number.parseInt(piece.slice(1), 8));
    else bytes.push(...new TextEncoder().encode(piece.replace(/^\\/, '')));
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}

function readHunks(lines: readonly string[]): Hunk[] {
  const hunks: { place: number; header: string; lines: DiffLine[] }[] = [];
  let before = 0;
  let after = 0;
  for (const line of lines) {
    const header = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(line);
    if (header !== null) {
      hunks.push({ place: hunks.length, header: line, lines: [] });
      before = Number(header[1]);
      after = Number(header[2]);
      continue;
    }
    const read = readLine(line, before, after);
    if (read === null) continue;
    hunks.at(-1)?.lines.push(read);
    if (read.before !== null) before += 1;
    if (read.after !== null) after += 1;
  }
  return hunks;
}

function readLine(line: string, before: number, after: number): DiffLine | null {
  const text = line.slice(1);
  switch (line[0]) {
    case '+':
      return { kind: 'added', before: null, after, text };
    case '-':
      return { kind: 'removed', before, after: null, text };
    case ' ':
      return { kind: 'same', before, after, text };
    case '\\':
      return { kind: 'note', before: null, after: null, text: text.trim() };
    default:
      return null;
  }
}
