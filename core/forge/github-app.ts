/** What we ask of GitHub: the permissions that a ticket needs, what is missing of them in words, and the App's manifest. */

/** Read is not enough where something is written; each with what for. */
export const neededPermissions = {
  metadata: { level: 'read', name: 'Metadata', why: 'to see the repository' },
  contents: { level: 'write', name: 'Contents', why: 'to copy the repository and push ticket branches' },
  pull_requests: { level: 'write', name: 'Pull requests', why: 'to open pull requests' },
  checks: { level: 'write', name: 'Checks', why: 'to show the evidence on the commit' },
  issues: { level: 'write', name: 'Issues', why: 'to read requests from issues and to answer them' },
} as const;
export type Permission = keyof typeof neededPermissions;

/** The permissions as an installation token is asked for with. */
export const tokenPermissions = Object.fromEntries(
  Object.entries(neededPermissions).map(([name, { level }]) => [name, level]),
);

/** What is missing of what an App was granted, in order of need. */
export function missingPermissions(granted: Readonly<Record<string, string | undefined>>): Permission[] {
  const ranks: Readonly<Record<string, number>> = { read: 1, write: 2, admin: 3 };
  const rank = (level: string | undefined): number => ranks[level ?? ''] ?? 0;
  const all: readonly Permission[] = ['metadata', 'contents', 'pull_requests', 'checks', 'issues'];
  return all.filter((name) => rank(granted[name]) < rank(neededPermissions[name].level));
}

/** Each missing permission as GitHub's own pages name it, with what it is for. */
export function permissionWords(missing: readonly string[]): string[] {
  const known = (name: string): name is Permission => Object.hasOwn(neededPermissions, name);
  return missing.map((name) =>
    known(name)
      ? `${neededPermissions[name].name}: ${neededPermissions[name].level === 'write' ? 'Read and write' : 'Read-only'} (${neededPermissions[name].why})`
      : `${name}: Read and write`,
  );
}

/** A sentence for a person: which permissions to add, and where. `whose` is `The GitHub App` or `The GitHub token`. */
export function permissionSentence(whose: string, missing: readonly string[], where: string): string {
  const words = permissionWords(missing);
  return `${whose} lacks a permission. Add ${words.join(' and ')} under ${where}, and accept the change for the repository.`;
}

/** What GitHub tells us by webhook. */
export const webhookEvents = [
  'check_suite',
  'delete',
  'issue_comment',
  'issues',
  'pull_request',
  'pull_request_review',
  'repository',
] as const;

/** Where the App is made, and where it sends people and events. */
export interface AppPlaces {
  /** The console's page that goes on with the code, and where people come back to after they installed it. */
  readonly consoleUrl: string;
  /** Null where GitHub cannot reach us: then pull requests are looked at when somebody opens them. */
  readonly webhookUrl: string | null;
}

/** The manifest of the GitHub App that a person creates with one click. Names of Apps are unique on all of GitHub. */
export function appManifest({ consoleUrl, webhookUrl }: AppPlaces, name: string) {
  return {
    name: name.slice(0, 34),
    url: 'https://github.com/omoios',
    description: 'From a ticket to a pull request that carries its own proof.',
    public: false,
    redirect_url: consoleUrl,
    setup_url: consoleUrl,
    default_permissions: tokenPermissions,
    // GitHub refuses a hook that it cannot reach, and events without a hook.
    ...(webhookUrl === null
      ? {}
      : { hook_attributes: { url: webhookUrl, active: true }, default_events: [...webhookEvents] }),
  };
}
