/** Where things lie in the one folder that a run has. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

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
  };
  const { git: _, root: __, ...made } = folders;
  await Promise.all(Object.values(made).map((path) => mkdir(path, { recursive: true })));
  return folders;
}
