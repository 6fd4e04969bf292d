/** Why the desk said no. Each code is stable: scripts at the desk look at it. */
export type ErrorCode =
  | 'unknown-book'
  | 'unknown-member'
  | 'no-copy-free'
  | 'limit-reached'
  | 'already-lent'
  | 'not-lent'
  | 'renewed-too-often'
  | 'overdue'
  | 'bad-day'
  | 'bad-file'
  | 'usage';

/** A refusal that a person at the desk can understand. Anything else that is thrown is a bug. */
export class LendingError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
  ) {
    super(message);
    this.name = 'LendingError';
  }
}
