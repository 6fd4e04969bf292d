/** Puts files into the workspace, for commands to be run on. */
import { access, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { handOver } from '../folders.ts';
import type { Host } from '../host.ts';

/** A commit or a tree; what commands left beside it stays, so that a build takes up where it was. */
export async function lay({ repository, folders, owner }: Host, tree: string): Promise<void> {
  await repository.checkout(tree);
  await handOver(folders, owner);
}

/**
 * The same as a clean checkout has it: what was made since there was nothing but `ground` beside the files is taken away.
 * What another commit built would speak for this one.
 */
export async function layAfresh(host: Host, tree: string, ground: ReadonlySet<string>): Promise<void> {
  const { repository, folders } = host;
  for (const path of await repository.untracked()) {
    if (ground.has(path) || (await isOfCargo(folders.workspace, path))) continue;
    await rm(join(folders.workspace, path), { recursive: true, force: true });
  }
  await lay(host, tree);
}

/** What cargo keeps it finds by the content of what it is made from, and to build all crates again takes minutes. */
async function isOfCargo(workspace: string, path: string): Promise<boolean> {
  if (!/(?:^|\/)target\/$/.test(path)) return false;
  return access(join(workspace, dirname(path), 'Cargo.toml')).then(
    () => true,
    () => false,
  );
}
