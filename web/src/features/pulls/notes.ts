/** Notes of a review: to a file of a diff, or to one of its lines. Pure. */

/** What is said of a file, or of one line of it as the pull request has it. */
export interface Note {
  readonly path: string;
  readonly line: number | null;
  /** What stands in the line. */
  readonly code?: string;
  readonly text: string;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

function noteOf(value: unknown): Note[] {
  if (!isObject(value)) return [];
  const { path, line, code, text } = value;
  if (typeof path !== 'string' || typeof text !== 'string') return [];
  const of = typeof line === 'number' ? line : null;
  return [{ path, text, line: of, ...(typeof code === 'string' && of !== null && { code }) }];
}

/** Notes as they were kept, as far as they can be read: an older version of this page may have written them. */
export function readNotes(kept: string): Note[] {
  if (kept === '') return [];
  try {
    const value: unknown = JSON.parse(kept);
    return Array.isArray(value) ? value.flatMap(noteOf) : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

/** `src/cart.ts:12` */
export const placeOf = ({ path, line }: Note): string => `${path}${line === null ? '' : `:${line}`}`;
