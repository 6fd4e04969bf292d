import { DomainError } from '#core/errors.ts';

/** The body is no JSON, or not UTF-8. */
export class MalformedBody extends DomainError {
  readonly code = 'malformed-body';
}

/** The body, or what is to be uploaded, is larger than anything honest. */
export class TooLarge extends DomainError {
  readonly code = 'too-large';
}

/** The model's upstream gave no answer. Worth another try. */
export class ModelUnreachable extends DomainError {
  readonly code = 'model-unreachable';
}
