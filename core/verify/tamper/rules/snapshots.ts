/** Snapshots that were accepted in bulk. One or two that follow a change are everyday work. */
import type { Change } from '../change.ts';
import type { Suspicion } from '../finding.ts';
import { isSnapshot } from '../path.ts';

/** Fewer changed entries than this are an update; from here on half of all are a rewrite. */
const fewest = 3;
const share = 0.5;

/** Snapshot files of which at least half, and at least three, of the entries say something else now. */
export function snapshotRules({ before, after }: Change): Suspicion[] {
  return [...after].flatMap(([path, text]): Suspicion[] => {
    const was = before.get(path);
    if (was === undefined || was === text || !isSnapshot(path)) return [];
    const then = entriesOf(was);
    const now = entriesOf(text);
    const kept = [...then].filter(([name]) => now.has(name));
    const changed = kept.filter(([name, value]) => now.get(name)?.body !== value.body);
    if (changed.length < fewest || changed.length < kept.length * share) return [];
    const line = now.get(changed[0]?.[0] ?? '')?.line ?? 1;
    return [
      {
        at: { side: 'after', file: path, line },
        kind: 'rewritten-snapshot',
        severity: 'medium',
        message: `${changed.length} of ${kept.length} snapshots say something else now.`,
      },
    ];
  });
}

interface Entry {
  readonly line: number;
  readonly body: string;
}

const head = /^(?:exports\[`|# name: |=== |--- .*:)/;

/** Entries by their heading line; in a file without headings each line is one. */
function entriesOf(text: string): Map<string, Entry> {
  const lines = text.split('\n');
  if (!lines.some((line) => head.test(line)))
    return new Map(lines.map((line, index) => [`line ${index}`, { line: index + 1, body: plain(line) }]));
  const found: { name: string; line: number; body: string[] }[] = [];
  lines.forEach((line, index) => {
    const heading = head.test(line) ? (/^exports\[`.*?`\]/.exec(line)?.[0] ?? line) : undefined;
    if (heading === undefined) found.at(-1)?.body.push(line);
    else found.push({ name: heading, line: index + 1, body: [line.slice(heading.length)] });
  });
  return new Map(found.map(({ name, line, body }) => [name, { line, body: plain(body.join('\n')) }]));
}

/** Without what a newer version of the runner writes differently: escapes, and names before brackets. */
function plain(text: string): string {
  return text
    .replaceAll('\\', '')
    .replace(/\b(Object|Array) (?=[{[])/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}
