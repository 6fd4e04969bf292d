/** Reading what came over HTTP: whatever does not fit is the caller's error, and is told where it is. */
import type { z } from 'zod';
import { DomainError, InvalidInput, NotFound } from '#core/errors.ts';

/** The body is larger than anything that is meant for people. */
export class BodyTooLarge extends DomainError {
  readonly code = 'too-large';
}

/** The value by its schema. Throws `InvalidInput` with `data.issues`; a row that does not parse stays an error of ours. */
export function input<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => ({ at: path.join('.'), message }));
  const detail = issues.map(({ at, message }) => (at === '' ? message : `${at}: ${message}`)).join('; ');
  throw new InvalidInput(detail, { issues });
}

/** The id in a path. Throws `NotFound` with the sentence for a text that is no such id: nothing has that name. */
export function idIn<S extends z.ZodType>(
  schema: S,
  text: string | undefined,
  sentence: string,
): z.output<S> {
  const parsed = schema.safeParse(text);
  if (!parsed.success) throw new NotFound(sentence);
  return parsed.data;
}

/** The JSON of a body; an empty one is `{}`. Throws `InvalidInput`. */
export function json(text: string): unknown {
  try {
    return text.trim() === '' ? {} : JSON.parse(text, storable);
  } catch (cause) {
    if (cause instanceof SyntaxError)
      throw new InvalidInput(`The body is not JSON: ${cause.message}`, {}, { cause });
    throw cause;
  }
}

/** Postgres stores neither NUL nor half of a surrogate pair. */
function storable(_key: string, value: unknown): unknown {
  if (typeof value === 'string' && /\0|\p{Surrogate}/u.test(value))
    throw new InvalidInput(
      'The body holds a NUL character or half a surrogate pair; text cannot have those.',
    );
  return value;
}
