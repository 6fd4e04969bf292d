/** Connecting GitHub: by an App that a person lets GitHub make from a manifest, or by a token. */

import { z } from 'zod';
import { apiUrlOf, webUrlOf } from '#adapters/github/urls.ts';
import type { GitHubView } from '#core/api/github-view.ts';
import {
  type DomainError,
  ForgeRefused,
  ForgeUnavailable,
  IllegalTransition,
  InvalidInput,
} from '#core/errors.ts';
import type { Standing } from '#core/forge/connection.ts';
import { appManifest } from '#core/forge/github-app.ts';
import type { Forge } from '#core/forge/ports.ts';
import { ProjectId } from '#core/id.ts';
import type { Store } from '#core/store.ts';
import { found } from './find.ts';
import { releaseHeld } from './hold.ts';
import { idIn } from './input.ts';
import type { ApiDeps, GitHubSetup, Handlers } from './request.ts';

type GitHubRoutes =
  | 'getGitHub'
  | 'beginGitHubApp'
  | 'finishGitHubApp'
  | 'connectGitHubToken'
  | 'disconnectGitHub'
  | 'checkProject';

/** Where states are kept, and that they were used; by digest, so that who reads the store can use none. */
const scopes = { begun: 'github-app', used: 'github-app-used' } as const;

/** An hour: as long as GitHub's code is good. */
const goodForMs = 3_600_000;

const Begun = z.object({ apiUrl: z.string(), until: z.string() });

export const gitHubHandlers: Handlers<GitHubRoutes> = {
  getGitHub: async (_call, { github }) => shown(github, await github.connection.standing()),

  async beginGitHubApp(call, { store, github, digest }) {
    const { consoleUrl, baseUrl, organization } = call.body;
    const apiUrl = reached(github, baseUrl);
    const state = github.newSecret();
    const until = new Date(Date.parse(call.at) + goodForMs).toISOString();
    // Not by `call.transact`, which keeps the answer: the state is for the one who asked.
    await store.transaction((tx) =>
      tx.answers.put(
        scopes.begun,
        digest(state),
        { digest: digest(call.actor), answer: { apiUrl, until } },
        call.at,
      ),
    );
    // Names of Apps are unique on all of GitHub; the person can choose another there.
    const name = `omoios-${digest(state).slice(0, 8)}`;
    const manifest = appManifest({ consoleUrl, webhookUrl: github.webhookUrl }, name);
    const owner = organization === undefined ? '' : `/organizations/${organization}`;
    const url = `${webUrlOf(apiUrl)}${owner}/settings/apps/new?state=${encodeURIComponent(state)}`;
    return { url, manifest: JSON.stringify(manifest), state };
  },

  async finishGitHubApp({ body, actor, at }, deps) {
    const { store, github, digest } = deps;
    const apiUrl = await redeem(store, { state: digest(body.state), actor: digest(actor), at });
    const standing = await github.connection.connectApp({ apiUrl, code: body.code, by: actor, at });
    await tryAgain(deps, { actor, at });
    return shown(github, standing);
  },

  async connectGitHubToken({ body, actor, at }, deps) {
    const { github } = deps;
    const apiUrl = reached(github, body.baseUrl);
    const { token, webhookSecret = null } = body;
    const standing = await github.connection.connectToken({ apiUrl, token, webhookSecret, by: actor, at });
    await tryAgain(deps, { actor, at });
    return shown(github, standing);
  },

  disconnectGitHub: async ({ actor, at }, { github }) =>
    shown(github, await github.connection.disconnect({ by: actor, at })),

  async checkProject({ params }, { store, forge }) {
    const none = 'There is no such project.';
    const project = found(await store.view.projects.get(idIn(ProjectId, params.id, none)), none);
    try {
      const { defaultBranch } = await forge.inspect(project.repo, project.defaultBranch);
      return { ok: true, problem: null, defaultBranch };
    } catch (error) {
      if (!tellsWhy(error)) throw error;
      const defaultBranch = await defaultBranchOf(forge, project.repo);
      return { ok: false, problem: error.message, defaultBranch };
    }
  },
};

const shown = ({ apiUrl, anyServer }: GitHubSetup, standing: Standing): GitHubView => ({
  ...standing,
  onlyServer: anyServer ? null : webUrlOf(apiUrl),
});

/** Tickets that waited for the credential; those that wait for something else say so again. */
async function tryAgain(deps: ApiDeps, who: { readonly actor: string; readonly at: string }): Promise<void> {
  await deps.store.transaction((tx) => releaseHeld(tx, deps, who));
}

/** The one that the forge has by itself; null where that cannot be said either. */
async function defaultBranchOf(forge: Forge, repo: string): Promise<string | null> {
  try {
    return (await forge.inspect(repo, null)).defaultBranch;
  } catch (error) {
    if (!tellsWhy(error)) throw error;
    return null;
  }
}

/** The REST API of the GitHub that was asked for. Throws `InvalidInput` for one that this installation must not reach. */
function reached({ apiUrl, anyServer }: GitHubSetup, baseUrl: string | undefined): string {
  if (baseUrl === undefined) return apiUrl;
  const asked = apiUrlOf(baseUrl);
  if (asked.toLowerCase() === apiUrl.toLowerCase()) return apiUrl;
  if (!anyServer)
    throw new InvalidInput(
      `This installation reaches GitHub at ${webUrlOf(apiUrl)}. Deploy with \`-c githubApi=${asked}\` to connect another.`,
    );
  if (!asked.startsWith('https://'))
    throw new InvalidInput('The address of a GitHub Enterprise Server begins with https://.');
  return asked;
}

/** Takes the state back, once: what comes with a state that was used, is old or is another person's is refused. */
async function redeem(
  store: Store,
  { state, actor, at }: { readonly state: string; readonly actor: string; readonly at: string },
): Promise<string> {
  return store.transaction(async (tx) => {
    const begun = await tx.answers.get(scopes.begun, state);
    const known = begun === null || begun.digest !== actor ? null : Begun.parse(begun.answer);
    if (known === null)
      throw new InvalidInput('This answer of GitHub belongs to no request of yours. Start again.');
    if (known.until <= at) throw new InvalidInput('This request is older than an hour. Start again.');
    if ((await tx.answers.get(scopes.used, state)) !== null)
      throw new IllegalTransition('This answer of GitHub was used already. Start again.');
    // A twin that comes at the same time fails here.
    await tx.answers.put(scopes.used, state, { digest: actor, answer: null }, at);
    return known.apiUrl;
  });
}

const tellsWhy = (error: unknown): error is DomainError =>
  error instanceof ForgeRefused || error instanceof ForgeUnavailable || error instanceof InvalidInput;
