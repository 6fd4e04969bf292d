import type { Instant, ProjectId, PullRequestId, Sha, TicketId } from '../id.ts';

/** The default branch of a repository, copied to where sandboxes can clone it. */
export interface Mirrored {
  readonly defaultBranch: string;
  readonly commit: Sha;
  /** Blob key of a bundle with everything up to `commit`. */
  readonly bundle: string;
}

/** A place that holds repositories. The only port that may hold a git credential. */
export interface Forge {
  /**
   * Looks at a repository: its default branch (the one HEAD names unless told) and that branch's commit. Throws
   * `InvalidInput` with a sentence when it is no git repository, is empty, or has no such branch.
   */
  inspect(
    repo: string,
    branch: string | null,
  ): Promise<{ readonly defaultBranch: string; readonly commit: Sha }>;
  /**
   * Copies the branch (null: the one HEAD names) into a bundle. May be called again: the same commit gives the same key.
   * Throws `InvalidInput` with a sentence when it is no git repository, is empty, or has no such branch.
   */
  mirror(repo: string, projectId: ProjectId, branch: string | null): Promise<Mirrored>;
  /**
   * Makes `branch` point at `commit` in the repository, never forcing, never touching a working tree. When the branch
   * exists with other commits, a free name with a suffix is taken. Returns the name used; again with the same commit: the same name.
   */
  push(request: PushRequest): Promise<{ readonly branch: string }>;
  /** The unified diff `base...head` of a pull request, cut at `maxBytes`. */
  diff(
    repo: string,
    base: Sha,
    head: Sha,
    maxBytes: number,
  ): Promise<{ readonly text: string; readonly cut: boolean }>;
  /**
   * Merges `branch` into `into`: fast-forward, or a merge commit made without a working tree. Throws `IllegalTransition`
   * with a sentence when it conflicts, or when `into` is checked out somewhere (its working tree would fall behind).
   */
  merge(repo: string, branch: string, into: string, message: string): Promise<{ readonly commit: Sha }>;
}

/** A branch to make, and where its commits come from. */
export interface PushRequest {
  readonly repo: string;
  readonly branch: string;
  readonly commit: Sha;
  /** Blob keys of bundles that together hold `commit` (the repository has the base already). */
  readonly bundles: readonly string[];
}

/** A pull request, on forges that have none of their own kept in the store. */
export interface PullRequest {
  readonly id: PullRequestId;
  readonly ticketId: TicketId;
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly branch: string;
  readonly into: string;
  readonly baseCommit: Sha;
  readonly headCommit: Sha;
  readonly state: 'open' | 'merged' | 'closed';
  readonly mergeCommit: Sha | null;
  readonly openedAt: Instant;
  readonly version: number;
}

/** Storing pull requests. At most one a ticket. */
export interface PullRows {
  /** Opens; a ticket that has one keeps it, and that one is returned. */
  open(pull: Omit<PullRequest, 'number'>): Promise<PullRequest>;
  byTicket(ticketId: TicketId): Promise<PullRequest | null>;
  list(): Promise<PullRequest[]>;
  /** Compare-and-set on `version`. */
  update(pull: PullRequest): Promise<PullRequest>;
}
