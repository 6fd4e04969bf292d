/** How the connection to GitHub is, for people: as whom, where an App is installed, and which permission is missing. */
import { DomainError } from '#core/errors.ts';
import { type Installation, installationProblem, type Standing } from '#core/forge/connection.ts';
import { missingPermissions, permissionSentence, permissionWords } from '#core/forge/github-app.ts';
import { type AccessDeps, appClient, askerOf } from './access.ts';
import { createClient } from './client.ts';
import type { Credential, Vault } from './credentials.ts';
import { type Asker, forgeError } from './errors.ts';
import { webUrlOf } from './urls.ts';

/** What is asked with. */
export interface StandingDeps extends AccessDeps {
  readonly vault: Pick<Vault, 'read' | 'gone' | 'fixed'>;
}

type AppCredential = Extract<Credential, { kind: 'app' }>;
type Found = Pick<Standing, 'as' | 'installations' | 'missing' | 'problems'>;

/** Asks GitHub who we are and, of an App, what it may do and where. Never throws for what GitHub says. */
export async function examine(given: StandingDeps): Promise<Standing> {
  const credential = await given.vault.read();
  const gone = credential === null ? await given.vault.gone() : null;
  const deps = { ...given, apiUrl: (credential ?? gone)?.apiUrl ?? given.apiUrl };
  const webUrl = webUrlOf(deps.apiUrl);
  const common = {
    webUrl,
    fixed: given.vault.fixed,
    connectedBy: credential?.by ?? null,
    connectedAt: credential?.at ?? null,
  };
  if (credential === null) {
    const problems = gone === null ? [] : [`${gone.by} disconnected GitHub. ${waiting}`];
    return { kind: 'none', manageUrl: null, installUrl: null, ...nothing, ...common, problems };
  }
  const asker = askerOf(credential, webUrl);
  const installUrl = credential.kind === 'app' ? `${webUrl}/apps/${credential.slug}/installations/new` : null;
  const found = await look(deps, credential, asker, installUrl ?? '').catch((error: unknown) => {
    const told = forgeError(error, webUrl, asker);
    if (!(told instanceof DomainError)) throw told;
    return { ...nothing, problems: [told.message] };
  });
  return { kind: credential.kind, manageUrl: asker.where, installUrl, ...common, ...found };
}

const waiting =
  'Connect it again in the settings of the console: its projects, and the tickets under way there, wait for that.';

const nothing = { as: null, installations: [], missing: [] } satisfies Partial<Standing>;

async function look(
  deps: AccessDeps,
  credential: Credential,
  asker: Asker,
  installUrl: string,
): Promise<Found> {
  if (credential.kind === 'app') return lookAsApp(deps, credential, asker, installUrl);
  const { data } = await createClient(deps.apiUrl, credential.token, deps.pace).users.getAuthenticated();
  // What a fine-grained token may do GitHub tells nobody; it shows when a project is connected.
  return { as: data.login, installations: [], missing: [], problems: [] };
}

async function lookAsApp(
  deps: AccessDeps,
  credential: AppCredential,
  asker: Asker,
  installUrl: string,
): Promise<Found> {
  const client = await appClient(deps, credential);
  const { data: app } = await client.apps.getAuthenticated();
  const lacking = missingPermissions(levels(app?.permissions ?? {}));
  const missing = permissionWords(lacking);
  const { data } = await client.apps.listInstallations({ per_page: 100 });
  const installations = data.map((one): Installation => {
    const { account, permissions, repository_selection: repositories, suspended_at: suspended } = one;
    return {
      account: account?.login ?? '',
      repositories,
      suspended: suspended !== null,
      url: one.html_url,
      missing: permissionWords(missingPermissions(levels(permissions))),
    };
  });
  const problems = [
    ...(lacking.length === 0 ? [] : [permissionSentence(asker.whose, lacking, asker.where)]),
    ...(installations.length === 0
      ? [`The GitHub App is installed nowhere yet. Install it at ${installUrl}.`]
      : []),
    ...installations.flatMap((one) => installationProblem(one, lacking.length > 0) ?? []),
  ];
  return { as: credential.slug, installations, missing, problems };
}

const levels = (permissions: object): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(permissions).map(([name, level]) => [name, String(level)]));
