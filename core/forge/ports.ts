import type { Instant, ProjectId, PullRequestId, Sha, TicketId } from '../id.ts';

/** The default branch of a repository, copied to where sandboxes can clone it. */
export interface Mirrored {
  /** How the forge itself writes the repository's address now. */
  readonly repo: string;
  readonly defaultBranch: string;
  /** The name that was asked for, where the forge says that it is `defaultBranch` now; else null. */
  readonly renamedFrom: string | null;
  readonly commit: Sha;
  /** Blob key of a bundle with everything up to `commit`. */
  readonly bundle: string;
}

/** What a look at a repository found. */
export interface Inspected {
  readonly repo: string;
  readonly defaultBranch: string;
  readonly commit: Sha;
}

/** A place that holds repositories. The only port that may hold a git credential. */
export interface Forge {
  /**
   * Looks at a repository: how the forge itself writes its address, its default branch (the one HEAD names unless told)
   * and that branch's commit. Throws `InvalidInput` with a sentence when it is no git repository, is empty, or has no
   * such branch, and `ForgeRefused` when the forge's credential may not do all that a ticket needs.
   */
  inspect(repo: string, branch: string | null): Promise<Inspected>;
  /**
   * Copies the branch (null: the one HEAD names) into a bundle. May be called again: the same commit gives the same key.
   * Throws `BranchGone` when it has no such branch, and `InvalidInput` with a sentence when it is no git repository or empty.
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
  /**
   * Opens the pull request of a branch, or brings the one that is there up to date: body, labels, evidence, a comment.
   * Called again, also at the same time, it finds what the first call made. Null on a forge without pull requests of its own.
   */
  publish(request: PublishRequest): Promise<Published | null>;
  /** How a pull request stands; null on a forge without pull requests of its own. */
  look(repo: string, number: number): Promise<PullState | null>;
}

/** A pull request to open or to bring up to date. */
export interface PublishRequest {
  readonly repo: string;
  readonly branch: string;
  readonly into: string;
  /** The head: what the evidence was measured on. */
  readonly commit: Sha;
  /** Blob key of a `PullText`. */
  readonly text: string;
}

/** Where people find it, and how it stands there. */
export interface Published {
  readonly number: number;
  readonly url: string;
  readonly draft: boolean;
  /** A draft was wanted and the forge takes none here; it is a normal one then. */
  readonly draftsRefused: boolean;
}

/** How a pull request of the forge stands. `by` is who merged or closed it. */
export interface PullState {
  readonly state: 'open' | 'merged' | 'closed';
  readonly mergeCommit: Sha | null;
  readonly by: string;
}

/** A branch to make, and where its commits come from. */
export interface PushRequest {
  readonly repo: string;
  readonly branch: string;
  readonly commit: Sha;
  /** Blob keys of bundles that together hold `commit` (the repository has the base already). */
  readonly bundles: readonly string[];
}

/** The pull request of a ticket: the product's own on a local repository, else what is known of the forge's. */
export interface PullRequest {
  readonly id: PullRequestId;
  readonly ticketId: TicketId;
  readonly number: number;
  /** Where the forge shows it; null where pull requests live only here. */
  readonly url: string | null;
  readonly title: string;
  readonly body: string;
  readonly branch: string;
  readonly into: string;
  readonly baseCommit: Sha;
  readonly headCommit: Sha;
  readonly state: 'open' | 'merged' | 'closed';
  readonly mergeCommit: Sha | null;
  readonly draft: boolean;
  /** Why it is a draft, or why it is none although not everything is proven; null where there is nothing to say. */
  readonly draftNote: string | null;
  /** The person who made it ready or a draft: from then on the platform leaves it so. Null while only the platform did. */
  readonly draftBy: string | null;
  readonly openedAt: Instant;
  readonly version: number;
}

/** Storing pull requests. At most one a ticket. */
export interface PullRows {
  /** Opens, with the next number of our own unless the forge gave one; a ticket that has one keeps it, and that one is returned. */
  open(pull: Omit<PullRequest, 'number'> & { readonly number: number | null }): Promise<PullRequest>;
  byTicket(ticketId: TicketId): Promise<PullRequest | null>;
  /** The forge's pull request by the number that it has there, or by its branch; null when it is none of ours. */
  ofProject(
    projectId: ProjectId,
    which: { readonly number: number } | { readonly branch: string },
  ): Promise<PullRequest | null>;
  list(): Promise<PullRequest[]>;
  /** Compare-and-set on `version`. */
  update(pull: PullRequest): Promise<PullRequest>;
}
