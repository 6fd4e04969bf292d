/** What every query does with what came back: parse it, and tell a lost race. */
import type { z } from 'zod';
import { VersionConflict } from '#core/errors.ts';

/** A result as it comes from the database. */
export interface Result {
  readonly rows: readonly Record<string, unknown>[];
}

/** The only row, or null. */
export function maybe<S extends z.ZodType>(schema: S, { rows }: Result): z.infer<S> | null {
  return rows[0] === undefined ? null : schema.parse(rows[0]);
}

/** All rows. */
export function all<S extends z.ZodType>(schema: S, { rows }: Result): z.infer<S>[] {
  return rows.map((row) => schema.parse(row));
}

/** The one row of a statement that always has one. */
export function one<S extends z.ZodType>(schema: S, { rows }: Result): z.infer<S> {
  return schema.parse(rows[0]);
}

/** The row as a compare-and-set wrote it; throws `VersionConflict` when it wrote none. */
export function swapped<S extends z.ZodType>(
  schema: S,
  what: string,
  id: string,
  result: Result,
): z.infer<S> {
  const row = maybe(schema, result);
  if (row === null) throw new VersionConflict(`The ${what} changed since it was read.`, { what, id });
  return row;
}

/** Throws `VersionConflict` when an insert found its place taken. */
export function added(what: string, id: string, { rows }: Result): void {
  if (rows.length === 0) throw new VersionConflict(`There is such a ${what} already.`, { what, id });
}
