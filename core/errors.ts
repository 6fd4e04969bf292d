/**
 * The errors of the domain: one class an outcome, each with its data.
 *
 * `code` is stable and kebab-case; HTTP status codes are mapped from it in one place (functions/api/problems.ts) and
 * state machines match on `name`, which is the same words (`VersionConflict`) and so outlives a bundle whose classes have
 * lost theirs.
 */
export abstract class DomainError extends Error {
  /** Stable machine-readable name of the outcome, for example `version-conflict`. */
  abstract readonly code: string;
  /** What a client may show or act on; never a secret, never a stack. */
  readonly data: Readonly<Record<string, unknown>>;

  constructor(message: string, data: Record<string, unknown> = {}, options?: { cause?: unknown }) {
    super(message, options);
    this.data = data;
  }

  override get name(): string {
    return this.code.replace(/(?:^|-)(.)/g, (_, first: string) => first.toUpperCase());
  }
}

/** What was asked for does not exist (or not in this project). */
export class NotFound extends DomainError {
  readonly code = 'not-found';
}

/** The row moved since it was read: compare-and-set failed. Read again and decide again. */
export class VersionConflict extends DomainError {
  readonly code = 'version-conflict';
}

/** The command does not fit the state, for example approving a gate twice. */
export class IllegalTransition extends DomainError {
  readonly code = 'illegal-transition';
}

/** Input that parsed, but breaks a rule; `data.issues` lists what and where. */
export class InvalidInput extends DomainError {
  readonly code = 'invalid-input';
}

/** A write of an attempt that has been superseded (fencing). Changes nothing. */
export class StaleAttempt extends DomainError {
  readonly code = 'stale-attempt';
}

/** The ticket's ledger has not enough left for the worst case of what was asked. */
export class BudgetExhausted extends DomainError {
  readonly code = 'budget-exhausted';
}

/** Something that a person has to mend stands in the way: a credential, a key, a model. `data.obstacles` lists all of it. */
export class NotReady extends DomainError {
  readonly code = 'not-ready';
}

/** The caller may not do this. */
export class Forbidden extends DomainError {
  readonly code = 'forbidden';
}

/** The same idempotency key came with a different request. */
export class KeyReused extends DomainError {
  readonly code = 'key-reused';
}

/** The forge (GitHub) does not let us: no such repository, a credential that ended, a permission that is missing. Says what to do. */
export class ForgeRefused extends DomainError {
  readonly code = 'forge-refused';
}

/** The branch that tickets are delivered onto is not there any more. A person names another, or brings it back. */
export class BranchGone extends DomainError {
  readonly code = 'branch-gone';
}

/** The forge cannot answer now: down, or its rate limit is used up. Trying again later is right. */
export class ForgeUnavailable extends DomainError {
  readonly code = 'forge-unavailable';
}
