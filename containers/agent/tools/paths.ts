/**
 * Paths that a model names, kept inside the workspace: whatever the path says and wherever its links lead.
 */
import { lstat, realpath } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';

/** The path leads out of the workspace, or into git's own folder. The message is for the model. */
export class PathRefused extends Error {
  override readonly name = 'PathRefused';
}

export interface InsidePath {
  /** With every link on the way followed. */
  readonly full: string;
  /** As people write it, relative to the workspace; `.` for the workspace itself. */
  readonly shown: string;
}

/** Resolves a path that may not exist yet. Throws `PathRefused`. */
export async function insideWorkspace(workspace: string, path: string): Promise<InsidePath> {
  if (path.includes('\0')) throw new PathRefused('A path cannot hold a NUL character.');
  const root = await realpath(workspace);
  const wanted = resolve(workspace, path);
  const full = await follow(wanted);
  const shown = relative(root, full) || '.';
  if (shown === '..' || shown.startsWith(`..${sep}`)) {
    throw new PathRefused(`${path} is outside the workspace. Use paths relative to its root.`);
  }
  if (shown === '.git' || shown.startsWith(`.git${sep}`)) {
    throw new PathRefused('The .git folder is not part of the work.');
  }
  return { full, shown };
}

/** The real path of the longest part that exists, and the rest behind it. A link that leads nowhere is refused. */
async function follow(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!isMissing(error)) throw new PathRefused(`${path} cannot be reached.`);
  }
  if (await isLink(path)) throw new PathRefused(`${path} is a link that leads nowhere.`);
  const parent = dirname(path);
  return parent === path ? path : join(await follow(parent), path.slice(parent.length));
}

async function isLink(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isSymbolicLink();
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** Whether a file system call failed because there is nothing at the path. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
