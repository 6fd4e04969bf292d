import { createHash } from 'node:crypto';
import { z } from 'zod';

/** A value as it is stored and as it travels between states. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

export const json: z.ZodType<Json> = z.json();

/** What a state may take in or put out: 256 KiB of UTF-8 JSON, the limit of Step Functions. */
export const dataLimit = 256 * 1024;

/** Plain JSON of any value: class instances, JSONata sequences and undefined fields are gone. Undefined itself is null. */
export function toJson(value: unknown): Json {
  const text = JSON.stringify(value ?? null);
  // Functions and symbols have no JSON; they are as absent as undefined.
  return text === undefined ? null : json.parse(JSON.parse(text));
}

export function tooLarge(value: Json): boolean {
  const text = JSON.stringify(value);
  // A UTF-16 unit is at most 3 bytes, so most values need no count of bytes.
  return text.length * 3 > dataLimit && Buffer.byteLength(text) > dataLimit;
}

/** One text for values that are equal but for the order of their keys. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`).join(',')}}`;
}

export function digest(value: Json): string {
  return createHash('sha256').update(canonical(value)).digest('hex');
}
