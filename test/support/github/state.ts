/** What the stand-in for GitHub knows: people's tokens, an App, repositories with pulls, checks, comments and labels. */
import { generateKeyPairSync } from 'node:crypto';

export interface Pull {
  readonly number: number;
  title: string;
  body: string | null;
  readonly head: string;
  readonly base: string;
  /** The id of the repository that `head` is a branch of: its own, a fork's, or null for a fork that was deleted. */
  readonly from: number | null;
  state: 'open' | 'closed';
  merged: boolean;
  mergeCommit: string | null;
  draft: boolean;
  readonly labels: string[];
  /** The head where it was closed: the branch may be gone. */
  lastHead: string | null;
}

export interface Comment {
  readonly issue: number;
  readonly body: string;
}

export interface CheckRun {
  readonly id: number;
  readonly suite: number;
  readonly name: string;
  readonly sha: string;
  conclusion: string;
  title: string;
  summary: string;
}

export interface Status {
  readonly sha: string;
  readonly state: string;
  readonly context: string;
  readonly description: string;
}

export interface Repository {
  readonly id: number;
  owner: string;
  name: string;
  /** A bare repository. */
  readonly folder: string;
  defaultBranch: string;
  archived: boolean;
  installed: boolean;
  /** Whether its plan has draft pull requests. */
  drafts: boolean;
  /** What people may do here, by login. */
  readonly collaborators: Map<string, 'admin' | 'write' | 'read'>;
  /** Branches that were renamed, by the name that they had. */
  readonly renamed: Map<string, string>;
  /** Bytes of each pack that was fetched. */
  readonly fetched: number[];
  readonly pulls: Pull[];
  readonly comments: Comment[];
  readonly checks: CheckRun[];
  readonly statuses: Status[];
  readonly notes: {
    readonly review: number;
    readonly path: string;
    readonly line: number;
    readonly body: string;
  }[];
}

/** What a token may do: levels by permission. `repos` null: all that its owner sees. */
export interface Grant {
  readonly kind: 'token' | 'installation';
  readonly permissions: Readonly<Record<string, string>>;
  readonly repos: readonly number[] | null;
}

export const everything = {
  metadata: 'read',
  contents: 'write',
  pull_requests: 'write',
  checks: 'write',
  issues: 'write',
  statuses: 'write',
};

/** A request that goes wrong: before anything is done, or after, when nobody hears that it was done. */
export interface Fault {
  readonly operation: string;
  times: number;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly message?: string;
  readonly after?: boolean;
}

/** All of it, empty. */
export function createState() {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  let last = 0;
  return {
    repositories: [] as Repository[],
    /** Names that repositories had before. */
    moved: new Map<string, number>(),
    tokens: new Map<string, Grant>(),
    app: {
      id: 4711,
      slug: 'omoios-test',
      publicKey,
      privateKey,
      permissions: { ...everything } as Record<string, string>,
      /** Where it is installed; `permissions` where not all of them were accepted. */
      accounts: [] as {
        readonly login: string;
        readonly repositories: 'all' | 'selected';
        suspended: boolean;
        permissions?: Record<string, string>;
      }[],
    },
    /** Codes of manifests that were posted, each good for one use. */
    codes: new Set<string>(),
    /** Manifests that were posted, as GitHub got them. */
    manifests: [] as unknown[],
    faults: [] as Fault[],
    /** Every call that was let in, by operation. */
    calls: [] as string[],
    /** What was not as the description says; a test fails on any. */
    offences: [] as string[],
    next: () => {
      last += 1;
      return last;
    },
  };
}
export type State = ReturnType<typeof createState>;
