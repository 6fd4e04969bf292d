/** What can go wrong with files that a person can mend. */
import { DomainError } from '#core/errors.ts';

/** No space is left on the disk (or in the quota). Nothing half-written remains. */
export class DiskFull extends DomainError {
  readonly code = 'disk-full';
}

/** A blob is larger than its reader allows. Nothing of it remains. */
export class BlobTooLarge extends DomainError {
  readonly code = 'blob-too-large';
}

/** Whether an error of the file system has this code. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return (
    error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code)
  );
}
