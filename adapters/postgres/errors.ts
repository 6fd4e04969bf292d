/** What can be wrong with a database before a query runs. */
import { DomainError } from '#core/errors.ts';

/** The database cannot be reached, is starting, or refuses us. Worth trying again later. */
export class StoreUnavailable extends DomainError {
  readonly code = 'store-unavailable';
}

/** A newer version of the product has migrated the data; this one must not touch it. */
export class DataTooNew extends DomainError {
  readonly code = 'data-too-new';
}
