/**
 * How GitHub is connected: as what, where it is installed, what is missing; and the port by which it is connected. Only
 * `forge` and `webhooks` hold the credential: what is answered here has no secret in it.
 */
import { z } from 'zod';
import { Instant } from '../id.ts';
import { readAddress } from './address.ts';

/** One account or organisation that the App is installed on. */
export const Installation = z.object({
  account: z.string(),
  repositories: z.enum(['all', 'selected']),
  suspended: z.boolean(),
  /** Where its repositories and permissions are changed; null when GitHub does not say. */
  url: z.string().nullable(),
  /** Permissions that were not accepted there, in words. */
  missing: z.array(z.string()),
});
export type Installation = z.infer<typeof Installation>;

/** How the connection is: problems as sentences, none when all is well. */
export const Standing = z.object({
  kind: z.enum(['none', 'token', 'app']),
  /** The login of a token, the slug of an App; null when GitHub does not know it any more. */
  as: z.string().nullable(),
  /** `https://github.com`, or the base URL of a GitHub Enterprise Server. */
  webUrl: z.string(),
  /** Where people change what it may do. */
  manageUrl: z.string().nullable(),
  /** Where an App is installed on more repositories; null for a token. */
  installUrl: z.string().nullable(),
  installations: z.array(Installation),
  /** Missing permissions, in words. */
  missing: z.array(z.string()),
  problems: z.array(z.string()),
  /** Set by the environment of the host: it cannot be changed here. */
  fixed: z.boolean(),
  connectedBy: z.string().nullable(),
  connectedAt: Instant.nullable(),
});
export type Standing = z.infer<typeof Standing>;

/** What is wrong with one installation; null when nothing is. What the App itself lacks no installation can have. */
export function installationProblem(
  { account, suspended, missing, url }: Installation,
  appLacks: boolean,
): string | null {
  if (suspended) return `The GitHub App is suspended on ${account}. Unsuspend it there.`;
  if (missing.length === 0 || appLacks) return null;
  return `${account} has not accepted what the GitHub App asks for: ${missing.join(' and ')}. Accept it${url === null ? ' there' : ` under ${url}`}.`;
}

/**
 * Which problems stand in the way of every ticket: an App that lacks a permission, or is installed nowhere. Others may
 * be over in a minute, or are those of one installation.
 */
export function problemsOfAll({ kind, as, missing, installations, problems }: Standing): readonly string[] {
  if (missing.length > 0) return problems.slice(0, 1);
  return kind === 'app' && as !== null && installations.length === 0 ? problems : [];
}

/** Which problem stands in the way of the tickets of this repository (a URL) alone. */
export function problemsOfRepository({ webUrl, missing, installations }: Standing, repo: string): string[] {
  const owner = (account: string) => `${webUrl}/${account}/`.toLowerCase();
  const its = installations.find(({ account }) => repo.toLowerCase().startsWith(owner(account)));
  const problem = its ? installationProblem(its, missing.length > 0) : null;
  return problem === null ? [] : [problem];
}

/** Whether the repository (a URL, or `owner/name`) is one of the GitHub that a connection is, or was, of. */
export function isOn({ webUrl }: Pick<Standing, 'webUrl'>, repo: string): boolean {
  return readAddress(repo, webUrl) !== null;
}

/** Everything that stands in the way of this repository's tickets at GitHub; nothing where it is no repository there. */
export function problemsFor(standing: Standing, repo: string): readonly string[] {
  if (!isOn(standing, repo)) return [];
  // Never connected: it is a git repository at a URL.
  if (standing.kind === 'none') return standing.problems;
  return [...problemsOfAll(standing), ...problemsOfRepository(standing, repo)];
}

/** Who connects, when, and which GitHub. */
const act = { apiUrl: z.url(), by: z.string().min(1), at: Instant };

/** What each call takes, beside the verb. */
export const connectionCalls = {
  app: z.looseObject({ ...act, code: z.string().min(1).max(200) }),
  token: z.looseObject({
    ...act,
    token: z.string().min(1).max(300),
    webhookSecret: z.string().min(1).max(300).nullable(),
  }),
  disconnect: z.looseObject({ by: act.by, at: act.at }),
} as const;

/** An App whose manifest GitHub has taken; the code is good for one hour and one use. */
export type AppGrant = z.infer<typeof connectionCalls.app>;
/** A fine-grained (or classic) token. */
export type TokenGrant = z.infer<typeof connectionCalls.token>;
/** Who takes the credential back. */
export type Farewell = z.infer<typeof connectionCalls.disconnect>;

/**
 * Connecting, where the credential is. All throw `ForgeRefused` and `ForgeUnavailable` with a sentence, and keep what was
 * connected before when they throw; `IllegalTransition` where the environment has the last word.
 */
export interface GitHubConnection {
  /** Asks GitHub; never throws for what GitHub says. */
  standing(): Promise<Standing>;
  /** Takes the App's credential for the code and keeps it. A second call with the same code is refused by GitHub. */
  connectApp(grant: AppGrant): Promise<Standing>;
  /** Keeps the token when GitHub knows it. May be called again. */
  connectToken(grant: TokenGrant): Promise<Standing>;
  /** Removes the credential; projects stay. Harmless where none is. GitHub itself is not told: the App or token lives on there. */
  disconnect(farewell: Farewell): Promise<Standing>;
}

/** The port, where `call` reaches the function that holds the credential and throws what that one threw. */
export function connectionThrough(
  call: (input: Readonly<Record<string, unknown>>) => Promise<unknown>,
): GitHubConnection {
  const ask = async (step: string, input: object): Promise<Standing> =>
    Standing.parse(await call({ ...input, step }));
  return {
    standing: () => ask('github.standing', {}),
    connectApp: (grant) => ask('github.connect-app', grant),
    connectToken: (grant) => ask('github.connect-token', grant),
    disconnect: (farewell) => ask('github.disconnect', farewell),
  };
}
