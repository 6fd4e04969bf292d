/** The agent's work as commits: noticed, checkpointed, handed in. The agent itself commits nothing. */
import { join } from 'node:path';
import type { Folders } from '../folders.ts';
import type { Gateway } from '../gateway.ts';
import { isNestedRepository, type Repository } from './repository.ts';

export type TreeState =
  | { readonly type: 'tree'; readonly tree: string; readonly changed: boolean }
  /** git cannot take the files as they are; the message tells the agent what to mend. */
  | { readonly type: 'refused'; readonly message: string };

export interface WorkTree {
  /** The files as they are now, and whether they differ from the base. */
  look(): Promise<TreeState>;
  /** Uploads a checkpoint when the files differ from the last one; says whether it did. */
  checkpoint(seq: number): Promise<boolean>;
  /** Commits and uploads everything since the base. */
  handIn(title: string): Promise<{ tip: string; bundle: string }>;
  /** Paths that differ from the base. */
  changed(): Promise<string[]>;
  /** What changed since the base, for a hand-off note. */
  summary(): Promise<string>;
}

/** `saved` is the tree that needs no checkpoint: that of the base, or of the checkpoint that was applied. */
export function createWorkTree(
  repository: Repository,
  gateway: Gateway,
  folders: Folders,
  base: string,
  baseTree: string,
  saved: string,
): WorkTree {
  let last = saved;
  const look = async (): Promise<TreeState> => {
    try {
      const tree = await repository.writeTree();
      return { type: 'tree', tree, changed: tree !== baseTree };
    } catch (error) {
      if (!isNestedRepository(error)) throw error;
      return {
        type: 'refused',
        message: `git cannot take the files as they are: ${error.stderr.trim()} Remove the nested repository.`,
      };
    }
  };
  const send = async (tree: string, message: string, what: 'checkpoint' | 'work', name: string) => {
    const tip = await repository.commit(tree, [base], message);
    const path = join(folders.logs, `${what}.bundle`);
    await repository.bundle(base, tip, path);
    return { tip, bundle: await gateway.upload(what, name, path) };
  };
  return {
    look,
    async checkpoint(seq) {
      const state = await look();
      if (state.type === 'refused' || state.tree === last) return false;
      const { tip, bundle } = await send(state.tree, `Checkpoint ${seq}`, 'checkpoint', `${seq}.bundle`);
      await gateway.checkpoint(seq, tip, bundle);
      last = state.tree;
      return true;
    },
    async handIn(title) {
      const state = await look();
      if (state.type === 'refused') throw new NothingToHandIn(state.message);
      return send(state.tree, title, 'work', 'tip.bundle');
    },
    async changed() {
      const state = await look();
      return state.type === 'tree' ? repository.changed(baseTree, state.tree) : [];
    },
    async summary() {
      const state = await look();
      return state.type === 'tree' && state.changed
        ? repository.summary(baseTree, state.tree)
        : 'No file has changed.';
    },
  };
}

/** The files changed between looking and handing in, into something that git cannot take. */
export class NothingToHandIn extends Error {
  override readonly name = 'NothingToHandIn';
}

/** Of a role that only reads: nothing to save, nothing to hand in. */
export const idleTree: WorkTree = {
  look: async () => ({ type: 'refused', message: 'This role changes no files.' }),
  checkpoint: async () => false,
  handIn: async () => {
    throw new NothingToHandIn('This role changes no files.');
  },
  changed: async () => [],
  summary: async () => 'No file has changed.',
};
