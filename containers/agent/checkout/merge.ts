/** Merging without a working tree: git's own merge, what it could not join, and markers that it must never leave. */
import type { GitOptions, GitResult } from '#adapters/git/git.ts';
import type { Place } from '#core/verify/check.ts';

/** Runs git in the private repository. */
export type Run = (args: readonly string[], options?: Omit<GitOptions, 'cwd'>) => Promise<GitResult>;

export interface MergeResult {
  /** The merged tree; with conflict markers in its files where `conflicts` is not empty. */
  readonly tree: string;
  readonly conflicts: readonly string[];
  /** What git said about the conflicts. */
  readonly detail: string;
  /** Both sides of each place, as many as can be shown. */
  readonly places: readonly Place[];
}

/** As many as a result holds; more nobody reads. */
const maxPlaces = 100;
const maxSide = 4000;

export async function mergeTree(run: Run, ours: string, theirs: string): Promise<MergeResult> {
  const { code, stdout } = await run(['merge-tree', '--write-tree', '-z', ours, theirs], { allow: [1] });
  const [tree = '', ...rest] = stdout.toString('utf8').split('\0');
  if (code === 0) return { tree, conflicts: [], detail: '', places: [] };
  // Tree, the stages of conflicting paths, an empty field, then the messages.
  const end = rest.indexOf('');
  const stages = rest.slice(0, end).map(stageOf);
  const messages = messagesIn(rest.slice(end + 1));
  const conflicts = [...new Set(stages.map(({ path }) => path))];
  const told = messages.filter(({ type }) => type.startsWith('CONFLICT'));
  const places: Place[] = [];
  for (const path of conflicts) {
    if (places.length >= maxPlaces) break;
    const types = told.filter(({ paths }) => paths.includes(path)).map(({ type }) => type);
    places.push(...(await placesOf(run, tree, path, types, stages)));
  }
  const detail = told.map(({ text }) => text).join('');
  return { tree, conflicts, detail, places: places.slice(0, maxPlaces) };
}

interface Stage {
  readonly mode: string;
  readonly blob: string;
  /** 1: below both; 2: the branch; 3: the work. */
  readonly stage: string;
  readonly path: string;
}

/** `<mode> <blob> <stage>\t<path>` */
function stageOf(field: string): Stage {
  const tab = field.indexOf('\t');
  const [mode = '', blob = '', stage = ''] = field.slice(0, tab).split(' ');
  return { mode, blob, stage, path: field.slice(tab + 1) };
}

/** `<count of paths> <path>… <type> <message>`, again and again. */
function messagesIn(fields: readonly string[]): { paths: string[]; type: string; text: string }[] {
  const messages = [];
  for (let at = 0; at < fields.length; ) {
    const count = Number(fields[at]);
    if (!Number.isInteger(count) || fields[at] === '') break;
    const paths = fields.slice(at + 1, at + 1 + count);
    const [type = '', text = ''] = fields.slice(at + 1 + count, at + 3 + count);
    messages.push({ paths, type, text });
    at += count + 3;
  }
  return messages;
}

const lfs = /^version https:\/\/git-lfs\.github\.com\//;

async function placesOf(
  run: Run,
  tree: string,
  path: string,
  types: readonly string[],
  stages: readonly Stage[],
): Promise<Place[]> {
  const own = stages.filter((stage) => stage.path === path);
  const side = async (stage: string) => {
    const found = own.find((one) => one.stage === stage);
    if (!found) return null;
    if (found.mode === '160000') return `commit ${found.blob}`;
    return textOf((await run(['cat-file', 'blob', found.blob])).stdout);
  };
  const [ours, theirs] = [await side('2'), await side('3')];
  const about = (word: string) => types.some((type) => type.includes(word));
  const whole = (kind: Place['kind']): Place[] => [{ path, kind, ours: cut(ours), theirs: cut(theirs) }];
  if (own.some(({ mode }) => mode === '160000') || about('submodule')) return whole('submodule');
  if ([ours, theirs].some((text) => text !== null && lfs.test(text))) return whole('lfs');
  if (about('binary') || (about('contents') && (ours === null || theirs === null))) return whole('binary');
  if (about('delete')) return whole('deleted');
  if (about('rename')) return whole('renamed');
  if (!about('content')) return whole('other');
  const merged = textOf((await run(['cat-file', 'blob', `${tree}:${path}`])).stdout) ?? '';
  const hunks = hunksIn(merged).map((hunk): Place => ({ path, kind: 'content', ...hunk }));
  return hunks.length > 0 ? hunks : whole('content');
}

/** Null for what is not text: git, too, takes a NUL near the beginning for that. */
function textOf(bytes: Buffer): string | null {
  return bytes.subarray(0, 8000).includes(0) ? null : bytes.toString('utf8');
}

const cut = (text: string | null) => text?.slice(0, maxSide) ?? null;

/** What stands between the markers that git itself has just written. */
function hunksIn(text: string): { ours: string; theirs: string }[] {
  const hunks = [];
  for (const match of text.matchAll(/^<{7} .*\n([\s\S]*?)^={7}\r?\n([\s\S]*?)^>{7} .*$/gm)) {
    hunks.push({ ours: (match[1] ?? '').slice(0, maxSide), theirs: (match[2] ?? '').slice(0, maxSide) });
  }
  return hunks;
}

/** A line that only git writes; `=======` alone is also how people underline a title. */
const marker = /^(?:<{7}|>{7}|\|{7})(?: .*)?$/;

/**
 * The files of a tree that have conflict markers which no file had below: left by somebody who joined both sides, or
 * committed by an agent. A file that always had them (the manual of a merge tool) may keep and move them.
 */
export async function newMarkers(run: Run, below: string, tree: string): Promise<string[]> {
  // All files as text: an attribute in the repository must not hide one.
  const pattern = '^(<<<<<<<|>>>>>>>|[|][|][|][|][|][|][|])( |.?$)';
  const args = ['grep', '-a', '-l', '-z', '-E', '--no-recurse-submodules', '-e', pattern, tree];
  const { code, stdout } = await run(args, { allow: [1] });
  if (code === 1) return [];
  const hits = new Set(
    stdout
      .toString('utf8')
      .split('\0')
      .map((hit) => hit.slice(tree.length + 1)),
  );
  const changes = changesIn((await run(['diff-tree', '-r', '-z', '--no-renames', below, tree])).stdout);
  const suspects = changes.filter(({ path, blob }) => hits.has(path) && blob !== null);
  if (suspects.length === 0) return [];
  const before = new Map<string, number>();
  for (const { old } of changes)
    for (const line of await markersIn(run, old)) before.set(line, (before.get(line) ?? 0) + 1);
  const files: string[] = [];
  for (const { path, blob } of suspects) {
    let fresh = false;
    for (const line of await markersIn(run, blob)) {
      const left = before.get(line) ?? 0;
      if (left === 0) fresh = true;
      else before.set(line, left - 1);
    }
    if (fresh) files.push(path);
  }
  return files;
}

async function markersIn(run: Run, blob: string | null): Promise<string[]> {
  if (blob === null) return [];
  const text = (await run(['cat-file', 'blob', blob])).stdout.toString('utf8');
  return text.split(/\r?\n/).filter((line) => marker.test(line));
}

/** `:<old mode> <mode> <old blob> <blob> <status>` and the path, again and again; null where there is no such file. */
function changesIn(bytes: Buffer): { path: string; old: string | null; blob: string | null }[] {
  const fields = bytes.toString('utf8').split('\0');
  const changes = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [oldMode = '', mode = '', old = '', blob = ''] = (fields[at] ?? '').slice(1).split(' ');
    const file = (kind: string, id: string) => (kind.startsWith('1') && kind !== '160000' ? id : null);
    changes.push({ path: fields[at + 1] ?? '', old: file(oldMode, old), blob: file(mode, blob) });
  }
  return changes;
}
