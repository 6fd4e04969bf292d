/**
 * Names between a row of the core (`createdAt`) and its table (`created_at`), so that a query lists its columns once.
 */
import type { z } from 'zod';

/** A table's columns, as the parts of a statement. */
export interface Columns<Row> {
  /** `"id", "ticket_id"`: for `insert` and `set (…)`. */
  readonly names: string;
  /** `$1, $2`: in the order of `names`. */
  readonly places: string;
  /** The number of the first parameter after them. */
  readonly next: number;
  /** `"ticket_id" as "ticketId"`: for `select` and `returning`. */
  readonly selected: string;
  /** Values in the order of `places`; objects and arrays as JSON. */
  params(row: Row): unknown[];
}

const snake = (field: string): string => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const stored = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : value;

/**
 * Columns of a table that has one for each field of the schema. `derived` are further columns, written and never read
 * back: what a query or a constraint needs to see of a JSON column.
 */
export function columnsOf<S extends z.ZodObject>(
  schema: S,
  derived: Readonly<Record<string, (row: z.infer<S>) => unknown>> = {},
): Columns<z.infer<S>> {
  const fields = Object.keys(schema.shape);
  const names = [...fields, ...Object.keys(derived)].map((field) => `"${snake(field)}"`);
  return {
    names: names.join(', '),
    places: names.map((_, index) => `$${index + 1}`).join(', '),
    next: names.length + 1,
    selected: fields.map((field) => `"${snake(field)}" as "${field}"`).join(', '),
    params: (row) => {
      const values = new Map<string, unknown>(Object.entries(row));
      return [
        ...fields.map((field) => stored(values.get(field))),
        ...Object.values(derived).map((derive) => derive(row)),
      ];
    },
  };
}
