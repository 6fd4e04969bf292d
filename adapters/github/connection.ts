/** Connecting GitHub where its credential is kept: an App by the code of its manifest, or a token that somebody pasted. */
import { ForgeRefused } from '#core/errors.ts';
import type { GitHubConnection } from '#core/forge/connection.ts';
import type { AccessDeps } from './access.ts';
import { createClient } from './client.ts';
import { type Credential, fixedByEnvironment, type Vault } from './credentials.ts';
import { forgeError, isStatus } from './errors.ts';
import { examine } from './standing.ts';
import { webUrlOf } from './urls.ts';

/** The configured GitHub, and where its credential is kept. */
export interface ConnectionDeps extends Omit<AccessDeps, 'vault'> {
  readonly vault: Vault;
}

/** See the port. */
export function createConnection(deps: ConnectionDeps): GitHubConnection {
  return {
    standing: () => examine(deps),

    async connectApp({ apiUrl, code, by, at }) {
      // Before GitHub is asked: the code can be used once.
      if (deps.vault.fixed) throw fixedByEnvironment();
      const credential = { kind: 'app', apiUrl, by, at, ...(await converted(deps, apiUrl, code)) } as const;
      await deps.vault.write(credential);
      return examine(deps);
    },

    async connectToken({ apiUrl, token, webhookSecret, by, at }) {
      if (deps.vault.fixed) throw fixedByEnvironment();
      const credential: Credential = { kind: 'token', apiUrl, token, webhookSecret, by, at };
      const vault = { read: async () => credential, gone: async () => null, fixed: false };
      const standing = await examine({ ...deps, vault });
      const [problem] = standing.problems;
      if (problem !== undefined) throw new ForgeRefused(problem);
      await deps.vault.write(credential);
      return standing;
    },

    async disconnect({ by, at }) {
      if (deps.vault.fixed) throw fixedByEnvironment();
      const credential = await connectedAs(deps.vault);
      if (credential !== null)
        await deps.vault.write({ kind: 'none', apiUrl: credential.apiUrl ?? deps.apiUrl, by, at });
      return examine(deps);
    },
  };
}

/** Also what cannot be read can be taken back: nobody knows then which GitHub it was of. */
async function connectedAs(vault: Vault): Promise<Pick<Credential, 'apiUrl'> | null> {
  return vault.read().catch((error: unknown) => {
    if (error instanceof ForgeRefused) return {};
    throw error;
  });
}

/** The App of a manifest that GitHub took. */
async function converted({ pace }: Pick<ConnectionDeps, 'pace'>, apiUrl: string, code: string) {
  const webUrl = webUrlOf(apiUrl);
  const asker = { whose: 'The GitHub App', where: `${webUrl}/settings/apps` };
  try {
    const { data } = await createClient(apiUrl, null, pace).apps.createFromManifest({ code });
    return {
      appId: data.id,
      slug: data.slug ?? '',
      privateKey: data.pem,
      webhookSecret: data.webhook_secret,
    };
  } catch (error) {
    if (isStatus(error, 404) || isStatus(error, 422))
      throw new ForgeRefused(
        'GitHub does not know this code any more: it is good for one use within an hour. Start again.',
      );
    throw forgeError(error, webUrl, asker);
  }
}
