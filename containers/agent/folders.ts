/** Where things lie in the one folder that a run has. */
import { execFile } from 'node:child_process';
import { chmod, lchown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { usersFile } from '#adapters/process/bubblewrap.ts';

/** `git` and `logs` are the harness's own; commands see the rest. */
export interface Folders {
  readonly root: string;
  /** The harness's own repository: commands see its objects, read-only, and nothing else of it. */
  readonly git: string;
  readonly workspace: string;
  /** `HOME` of commands. */
  readonly home: string;
  /** `/tmp` of commands. */
  readonly temporary: string;
  readonly logs: string;
  /** The users that commands see (passwd(5)). */
  readonly users: string;
}

/** Names the folders under `root` and makes those that commands need. */
export async function openFolders(root: string): Promise<Folders> {
  const folders = {
    root,
    git: join(root, 'git'),
    workspace: join(root, 'workspace'),
    home: join(root, 'home'),
    temporary: join(root, 'tmp'),
    logs: join(root, 'logs'),
    users: join(root, 'passwd'),
  };
  const { git: _, root: __, users, ...made } = folders;
  await Promise.all(Object.values(made).map((path) => mkdir(path, { recursive: true })));
  await writeFile(users, usersFile(folders.home));
  // Bundles and logs are the harness's own, whatever user commands run as.
  await chmod(folders.logs, 0o700);
  return folders;
}

/** The user that commands run as, where it is not the harness's own. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Gives everything that commands may change to their user; nothing to do where there is no other. */
export async function handOver({ workspace, home, temporary }: Folders, owner: Owner | null): Promise<void> {
  if (!owner) return;
  const user = `${owner.uid}:${owner.gid}`;
  await promisify(execFile)('chown', ['-hR', user, '--', workspace, home, temporary]);
}

/** The same for single paths. */
export async function handOverPaths(paths: readonly string[], owner: Owner | null): Promise<void> {
  if (!owner) return;
  for (const path of paths) await lchown(path, owner.uid, owner.gid);
}
