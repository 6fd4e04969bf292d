import { handOver } from '../folders.ts';
import type { Host } from '../host.ts';

/** Puts a commit or a tree into the workspace, for commands to be run on. */
export async function lay({ repository, folders, owner }: Host, tree: string): Promise<void> {
  await repository.checkout(tree);
  await handOver(folders, owner);
}
