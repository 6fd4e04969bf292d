/** A forge on the stand-in for GitHub, with a ticket branch ready to be handed over. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Bottleneck from 'bottleneck';
import { git } from '#adapters/git/git.ts';
import type { Pace } from '#adapters/github/client.ts';
import type { Credential } from '#adapters/github/credentials.ts';
import { createGitHubForge } from '#adapters/github/forge.ts';
import { newId } from '#adapters/ids/ids.ts';
import type { PullText } from '#core/forge/publication.ts';
import type { Sha } from '#core/id.ts';
import { startGitHub } from '#test/support/github/server.ts';
import { commitFiles, gitIn } from '#test/support/repository.ts';

/** No waiting between writes, and seconds that are milliseconds. */
export const pace: Pace = {
  retryAfterBaseValue: 1,
  write: new Bottleneck.Group({}),
  notifications: new Bottleneck.Group({}),
};

export const words: PullText = {
  title: 'TKT-1: Coupons',
  body: 'What was built.\n',
  labels: ['omoios'],
  check: { conclusion: 'success', title: 'TKT-1: proven', summary: '- test `npm test`: passed, 3 tests run' },
  draft: { wanted: false, left: null, lacks: null },
  comment: null,
};

export async function openScene() {
  const folder = await mkdtemp(join(tmpdir(), 'omoi-github-'));
  const github = await startGitHub(join(folder, 'github'));
  const blobs = new Map<string, Uint8Array>();
  const kept = {
    put: async (key: string, bytes: Uint8Array) => void blobs.set(key, bytes),
    get: async (key: string) => {
      const bytes = blobs.get(key);
      if (!bytes) throw new Error(`There is no blob ${key}.`);
      return bytes;
    },
    size: async (key: string) => blobs.get(key)?.length ?? null,
  };
  let machines = 0;
  return {
    ...{ folder, github, blobs },
    /** A forge of another machine each time: its copies begin empty. */
    forge: (credential: Credential | null, patience: Pace = pace) => {
      machines += 1;
      const place = { git, blobs: kept, folder: join(folder, `machine-${machines}`) };
      return createGitHubForge({
        ...place,
        apiUrl: github.apiUrl,
        vault: { read: async () => credential },
        pace: patience,
      });
    },
    asToken: (permissions?: Readonly<Record<string, string>>): Credential => ({
      kind: 'token',
      token: github.token(permissions),
      webhookSecret: null,
    }),
    asApp: (): Credential => {
      const { id, slug, privateKey } = github.state.app;
      return { kind: 'app', appId: id, slug, privateKey, webhookSecret: null };
    },
    /** Commits on top of a commit of the repository, as the bundle that a ticket branch is. */
    work: async (base: Sha, file: string): Promise<{ commit: Sha; bundles: string[] }> => {
      const place = await mkdtemp(join(folder, 'work-'));
      const [repository] = github.state.repositories;
      await gitIn(place, 'clone', '--quiet', repository?.folder ?? '', '.');
      await gitIn(place, 'checkout', '--quiet', '--detach', base);
      await commitFiles(place, { [file]: 'text\n' }, 'Work');
      const commit = await gitIn(place, 'rev-parse', 'HEAD');
      await gitIn(place, 'update-ref', 'refs/omoi/tip', commit);
      const out = join(place, 'branch.bundle');
      await gitIn(place, 'bundle', 'create', '--quiet', out, 'refs/omoi/tip', `^${base}`);
      const key = `runs/${newId('run')}/1/branch.bundle`;
      blobs.set(key, await readFile(out));
      return { commit, bundles: [key] };
    },
    say: (text: PullText): string => {
      const key = `tickets/${newId('ticket')}/pull.json`;
      blobs.set(key, new TextEncoder().encode(JSON.stringify(text)));
      return key;
    },
    close: async () => {
      await github.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
