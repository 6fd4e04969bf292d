/**
 * read, edit, write: files of the workspace, with a memory of what the model has seen of each, so that it never
 * overwrites what it does not know.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { structuredPatch } from 'diff';
import { z } from 'zod';
import { handOverPaths, type Owner } from '../folders.ts';
import { endingLike, endsInCrlf, placesOf, withoutReturns } from './line-ends.ts';
import { nearest } from './nearest.ts';
import { type InsidePath, insideWorkspace, isMissing, PathRefused } from './paths.ts';
import { defineTool, observed, refused, type Tool, type ToolAnswer } from './tool.ts';

/** 10 MiB: larger files are data, to be looked at with commands. */
const maxFileBytes = 10 * 1024 * 1024;
const defaultLines = 2000;
/** What one `read` shows at most; about 12,000 tokens. */
const maxCharacters = 40_000;
const maxLineCharacters = 2000;

/** The hash of each file as the model last saw it, by real path. */
export type Seen = Map<string, string>;

const digest = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');

type FileState =
  | { readonly kind: 'file'; readonly bytes: Buffer }
  | { readonly kind: 'folder' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'large' };

async function look({ full }: InsidePath): Promise<FileState> {
  try {
    const found = await stat(full);
    if (found.isDirectory()) return { kind: 'folder' };
    if (!found.isFile() || found.size > maxFileBytes) return { kind: 'large' };
    return { kind: 'file', bytes: await readFile(full) };
  } catch (error) {
    if (isMissing(error)) return { kind: 'missing' };
    throw error;
  }
}

/** Runs with a path inside the workspace, or answers why it is not. */
async function within(workspace: string, path: string, act: (inside: InsidePath) => Promise<ToolAnswer>) {
  try {
    return await act(await insideWorkspace(workspace, path));
  } catch (error) {
    if (error instanceof PathRefused) return refused(error.message);
    if (error instanceof Error && 'code' in error) return refused(error.message);
    throw error;
  }
}

/** Takes what is there now as seen; after a resume, for the files that the journal says were read or written. */
export async function markSeen(workspace: string, paths: Iterable<string>, seen: Seen): Promise<void> {
  for (const path of paths) {
    await within(workspace, path, async (inside) => {
      const state = await look(inside);
      if (state.kind === 'file') seen.set(inside.full, digest(state.bytes));
      return observed('');
    });
  }
}

const path = z.string().min(1).describe('Relative to the root of the repository');

/** `owner` gets what is written, so that commands can change it too. */
export function fileTools(workspace: string, seen: Seen, owner: Owner | null): Tool[] {
  return [
    defineTool({
      name: 'read',
      description:
        'Shows a text file with line numbers (which are not part of it), or lists a folder. At most 2000 lines at once: use offset and limit for more.',
      input: z.strictObject({
        path,
        offset: z.number().int().min(1).optional().describe('First line, from 1'),
        limit: z.number().int().min(1).max(10_000).optional().describe('Number of lines'),
      }),
      changes: 'nothing',
      run: (input) => within(workspace, input.path, (inside) => read(inside, input, seen)),
    }),
    defineTool({
      name: 'edit',
      changes: 'files',
      description:
        'Replaces one piece of a file. `old` is copied exactly from the file, without line numbers, with enough lines around to be unique; `new` is taken literally.',
      input: z.strictObject({ path, old: z.string().min(1), new: z.string() }),
      run: (input) => within(workspace, input.path, (inside) => edit(inside, input.old, input.new, seen)),
    }),
    defineTool({
      name: 'write',
      changes: 'files',
      description:
        'Writes a whole file: a new one, or in place of one that was read before. Long files: write the beginning, then extend with edit.',
      input: z.strictObject({ path, content: z.string() }),
      run: (input) => within(workspace, input.path, (inside) => write(inside, input.content, seen, owner)),
    }),
  ];
}

async function read(
  inside: InsidePath,
  { offset = 1, limit = defaultLines }: { offset?: number | undefined; limit?: number | undefined },
  seen: Seen,
): Promise<ToolAnswer> {
  const state = await look(inside);
  if (state.kind === 'missing') return refused(`${inside.shown} does not exist.`);
  if (state.kind === 'large')
    return refused(`${inside.shown} is no ordinary file under 10 MiB. Use a command to look at parts of it.`);
  if (state.kind === 'folder') return observed(await listing(inside));
  if (state.bytes.subarray(0, 8192).includes(0))
    return refused(`${inside.shown} is binary (${state.bytes.length} bytes).`);
  seen.set(inside.full, digest(state.bytes));
  return observed(numbered(state.bytes.toString('utf8'), offset, limit));
}

async function listing({ full, shown }: InsidePath): Promise<string> {
  const entries = await readdir(full, { withFileTypes: true });
  const names = entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)).sort();
  const more = names.length - 500;
  return `${shown} is a folder:\n${names.slice(0, 500).join('\n')}${more > 0 ? `\n… and ${more} more` : ''}`;
}

function numbered(text: string, offset: number, limit: number): string {
  if (text === '') return '(the file is empty)';
  const lines = withoutReturns(text).split('\n');
  if (lines.at(-1) === '') lines.pop();
  if (offset > lines.length) return `(the file has ${lines.length} lines)`;
  const shown: string[] = [];
  let size = 0;
  for (const [index, line] of lines.slice(offset - 1, offset - 1 + limit).entries()) {
    const cut =
      line.length > maxLineCharacters
        ? `${line.slice(0, maxLineCharacters)}[… ${line.length} characters]`
        : line;
    size += cut.length + 8;
    if (size > maxCharacters && index > 0) break;
    shown.push(`${String(offset + index).padStart(6)}\t${cut}`);
  }
  const next = offset + shown.length;
  const rest = lines.length - next + 1;
  const ends = endsInCrlf(text) ? '\n(its lines end in CRLF: edit and write keep that)' : '';
  return shown.join('\n') + ends + (rest > 0 ? `\n(${rest} more lines; go on with offset ${next})` : '');
}

async function edit(inside: InsidePath, old: string, replacement: string, seen: Seen): Promise<ToolAnswer> {
  const state = await look(inside);
  if (state.kind !== 'file')
    return refused(`${inside.shown} is not a file that can be edited. Use write for a new one.`);
  const text = state.bytes.toString('utf8');
  if (!Buffer.from(text).equals(state.bytes))
    return refused(`${inside.shown} is not UTF-8 text; edit it with a command.`);
  const places = placesOf(text, old);
  const [place] = places;
  if (!place)
    return refused(
      `\`old\` is not in ${inside.shown}. Copy it exactly, with its white space; read the file again if in doubt.${nearest(withoutReturns(text), old)}`,
    );
  if (places.length > 1) {
    const lines = places.map(({ at }) => text.slice(0, at).split('\n').length);
    const some = lines.slice(0, shownPlaces).join(', ') + (lines.length > shownPlaces ? ', …' : '');
    return refused(
      `\`old\` is in ${inside.shown} ${lines.length} times (lines ${some}). Add lines around it until it is unique.`,
    );
  }
  if (old === replacement) return refused('`old` and `new` are the same.');
  const end = place.at + place.length;
  const found = text.slice(place.at, end);
  // As the lines that it replaces end; within one line, as those of the file do.
  const written = endingLike(replacement, found.includes('\n') ? found : text);
  const changed = text.slice(0, place.at) + written + text.slice(end);
  await writeFile(inside.full, changed);
  const known = seen.get(inside.full);
  // What stands there once and word for word is what was meant, whoever changed the rest meanwhile (a formatter, mostly).
  const unseen = known !== undefined && known !== digest(state.bytes);
  if (!unseen) seen.set(inside.full, digest(changed));
  const rest = unseen ? ' (the rest of it has changed since you read it)' : '';
  return observed(
    `Edited ${inside.shown}${rest}:\n${smallDiff(withoutReturns(text), withoutReturns(changed))}`,
  );
}

/** Of a text that stands in many places so many are named. */
const shownPlaces = 5;

/** Beyond so many lines a change is cut in the middle: the model has just written it. */
const shownLines = 30;

/** The lines that came and went, with two around. */
function smallDiff(before: string, after: string): string {
  // An edit replaces one piece; a piece of more lines than this is told by its first and last ones.
  const patch = structuredPatch('', '', before, after, '', '', { context: 2, maxEditLength: 4000 });
  if (!patch) return '(a large change)';
  const rows = patch.hunks.flatMap(({ oldStart, lines }) => {
    const first = lines.findIndex((line) => !line.startsWith(' '));
    return [`@@ line ${oldStart + first} @@`, ...lines];
  });
  return rows.length <= shownLines
    ? rows.join('\n')
    : `${rows.slice(0, shownLines / 2).join('\n')}\n…\n${rows.slice(-shownLines / 3).join('\n')}`;
}

async function write(
  inside: InsidePath,
  content: string,
  seen: Seen,
  owner: Owner | null,
): Promise<ToolAnswer> {
  const state = await look(inside);
  if (state.kind === 'folder' || state.kind === 'large')
    return refused(`${inside.shown} is not a file that can be replaced.`);
  if (state.kind === 'file') {
    const known = seen.get(inside.full);
    if (known === undefined) return refused(`${inside.shown} exists already. Read it before replacing it.`);
    if (known !== digest(state.bytes))
      return refused(`${inside.shown} has changed since you read it. Read it again before replacing it.`);
  }
  const before = state.kind === 'file' ? state.bytes.toString('utf8') : '';
  const text = endingLike(content, before);
  const made = await mkdir(dirname(inside.full), { recursive: true });
  await writeFile(inside.full, text);
  await handOverPaths([...foldersBetween(made, inside.full), inside.full], owner);
  seen.set(inside.full, digest(text));
  const lines = content === '' ? 0 : content.replace(/\n$/, '').split('\n').length;
  return observed(`${state.kind === 'file' ? 'Replaced' : 'Created'} ${inside.shown} (${lines} lines).`);
}

/** The folders that were made for a file: the first of them, and those between. */
function foldersBetween(first: string | undefined, file: string): string[] {
  if (first === undefined) return [];
  const folders: string[] = [];
  for (let folder = dirname(file); folder.length >= first.length; folder = dirname(folder))
    folders.push(folder);
  return folders;
}
