/** The agent's work as commits: noticed, checkpointed, handed in. The agent itself commits nothing. */
import { join } from 'node:path';
import { toDecide } from '#core/verify/report.ts';
import type { Finding } from '#core/verify/tamper/finding.ts';
import { isTestPath } from '#core/verify/tamper/path.ts';
import type { Folders } from '../folders.ts';
import type { Gateway } from '../gateway.ts';
import { scanWork } from '../proof/tamper.ts';
import { withoutTests } from './blind.ts';
import { isNestedRepository, type Repository } from './repository.ts';

export type TreeState =
  | { readonly type: 'tree'; readonly tree: string; readonly changed: boolean }
  /** git cannot take the files as they are; the message tells the agent what to mend. */
  | { readonly type: 'refused'; readonly message: string };

/** A commit, and the key of the bundle that carries it. */
export interface Handed {
  readonly tip: string;
  readonly bundle: string;
}

export interface WorkTree {
  /** The files as they are now, and whether they differ from the base. */
  look(): Promise<TreeState>;
  /** Uploads a checkpoint when the files differ from the last one; says whether it did. */
  checkpoint(seq: number): Promise<boolean>;
  /** Commits and uploads everything since the base. */
  handIn(title: string): Promise<Handed>;
  /** The same without what its author wrote of tests: what may be shown to a verifier. */
  handInBlind(title: string): Promise<Handed>;
  /** Commits and uploads these files alone, on the base as it is. */
  handInOnly(title: string, files: readonly string[]): Promise<Handed>;
  /** Paths that differ from the base. */
  changed(): Promise<string[]>;
  /** Those of them that are not new: in what the agent began with, or (out of its sight) on the base. */
  edited(): Promise<string[]>;
  /** All files of tests, as they are now. */
  tests(): Promise<string[]>;
  /** What it takes away of the checks, and a person would be asked about. */
  weakened(): Promise<Finding[]>;
  /** What changed since the base, for a hand-off note. */
  summary(): Promise<string>;
}

/**
 * `base` is the commit that work is handed in on, `baseTree` the files that the agent began with (a verifier: others than
 * those of `base`), `saved` the tree that needs no checkpoint: that one, or that of the checkpoint that was applied.
 */
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
  const taken = async () => {
    const state = await look();
    if (state.type === 'refused') throw new NothingToHandIn(state.message);
    return state.tree;
  };
  const changed = async () => {
    const state = await look();
    return state.type === 'tree' ? repository.changed(baseTree, state.tree) : [];
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
    handIn: async (title) => send(await taken(), title, 'work', 'tip.bundle'),
    async handInBlind(title) {
      const tree = await taken();
      return send(await withoutTests(repository, base, tree), title, 'work', 'blind.bundle');
    },
    handInOnly: async (title, files) =>
      send(await repository.overlaid(base, await taken(), files), title, 'work', 'tip.bundle'),
    changed,
    async edited() {
      const known = new Set([...(await repository.paths(baseTree)), ...(await repository.paths(base))]);
      return (await changed()).filter((path) => known.has(path));
    },
    tests: async () => [...(await repository.paths(await taken()))].filter(isTestPath),
    weakened: async () => toDecide(await scanWork(repository, base, await taken()), []),
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

const nothing = async (): Promise<never> => {
  throw new NothingToHandIn('This role changes no files.');
};

/** Of a role that only reads: nothing to save, nothing to hand in. */
export const idleTree: WorkTree = {
  look: async () => ({ type: 'refused', message: 'This role changes no files.' }),
  checkpoint: async () => false,
  handIn: nothing,
  handInBlind: nothing,
  handInOnly: nothing,
  changed: async () => [],
  edited: async () => [],
  tests: async () => [],
  weakened: async () => [],
  summary: async () => 'No file has changed.',
};
