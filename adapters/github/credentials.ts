/** What GitHub knows us by. Only the functions `forge` and `webhooks` (on one machine: their counterparts) read it. */
import { z } from 'zod';
import { IllegalTransition } from '#core/errors.ts';

/** Where it is good, and who put it there; what was put by hand may leave all of it out. */
const origin = {
  /** The REST API; absent: the one that the host is configured for. */
  apiUrl: z.url().optional(),
  by: z.string().optional(),
  at: z.string().optional(),
};

/** A fine-grained (or classic) token of a person or a bot. */
const Token = z.object({
  ...origin,
  kind: z.literal('token'),
  token: z.string().min(1),
  /** What webhooks that somebody set up by hand are signed with. */
  webhookSecret: z.string().min(1).nullable(),
});

/** A GitHub App, as its manifest was converted. */
const App = z.object({
  ...origin,
  kind: z.literal('app'),
  appId: z.number().int().positive(),
  slug: z.string().min(1),
  /** PEM. */
  privateKey: z.string().min(1),
  webhookSecret: z.string().min(1).nullable(),
});

/** One of the two; the text of the secret is its JSON. */
export const Credential = z.discriminatedUnion('kind', [Token, App]);
export type Credential = z.infer<typeof Credential>;

/** What stays where a credential was: repositories there are still GitHub's, and wait for the next one. */
export const Gone = z.object({
  kind: z.literal('none'),
  apiUrl: z.url(),
  by: z.string(),
  at: z.string(),
});
export type Gone = z.infer<typeof Gone>;

/** What a vault's text is. */
export const Kept = z.discriminatedUnion('kind', [Token, App, Gone]);

/** A vault that keeps one text. Both are asked for at each use, so that what was connected a second ago counts. */
export function vaultOver(
  read: () => Promise<z.infer<typeof Kept> | null>,
  write: (kept: z.infer<typeof Kept>) => Promise<void>,
): Vault {
  return {
    fixed: false,
    async read() {
      const kept = await read();
      return kept?.kind === 'none' ? null : kept;
    },
    async gone() {
      const kept = await read();
      return kept?.kind === 'none' ? kept : null;
    },
    write,
  };
}

/** Where the credential is kept. */
export interface Vault {
  /** Null: GitHub is not connected. Asked for at each use, so that a new one counts at once. */
  read(): Promise<Credential | null>;
  /** Who disconnected it, from which GitHub; null where one is connected, or none ever was. */
  gone(): Promise<Gone | null>;
  /** Takes the place of what is there, which nobody can read any more. */
  write(kept: Credential | Gone): Promise<void>;
  /** Set by the environment: writing is refused. */
  readonly fixed: boolean;
}

/** A vault that holds what it was given, for example from the environment; writing is refused. */
export function fixedVault(credential: Credential): Vault {
  return {
    fixed: true,
    read: async () => credential,
    gone: async () => null,
    write: () => Promise.reject(fixedByEnvironment()),
  };
}

/** Why nothing can be connected where the environment has the last word. */
export const fixedByEnvironment = (): IllegalTransition =>
  new IllegalTransition(
    'GitHub is connected by the environment of the host (GITHUB_TOKEN or GITHUB_APP_ID). Unset it there to connect here.',
  );
