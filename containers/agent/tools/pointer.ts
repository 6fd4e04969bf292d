/** Changes of a document by JSON Pointer (RFC 6901), in the manner of JSON Patch: set a value, or take it away. */

export interface Change {
  /** `/requirements/2/text`; `-` as the last part is the end of a list. */
  readonly at: string;
  /** Absent: what stands there is taken away. */
  readonly value?: unknown;
}

/** The document with the changes, in their order; a string says which of them leads nowhere. The document given is not touched. */
export function amended(document: unknown, changes: readonly Change[]): { readonly body: unknown } | string {
  const body: unknown = structuredClone(document);
  for (const change of changes) {
    const parts = change.at
      .split('/')
      .slice(1)
      .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = parts.pop();
    const place = parts.reduce<unknown>(step, body);
    if (!change.at.startsWith('/') || last === undefined || !put(place, last, change))
      return `${change.at} leads to nothing in it.`;
  }
  return { body };
}

const isList = (value: unknown): value is unknown[] => Array.isArray(value);
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !isList(value);

/** Own entries only: `__proto__` and the like are names as any other, and lead to nothing. */
function step(value: unknown, part: string): unknown {
  if (isList(value)) return indexOf(part, value.length - 1) === null ? undefined : value[Number(part)];
  return isRecord(value) && Object.hasOwn(value, part) ? value[part] : undefined;
}

function put(place: unknown, part: string, { value }: Change): boolean {
  if (isList(place)) {
    if (part === '-' && value !== undefined) return place.push(value) > 0;
    const index = indexOf(part, value === undefined ? place.length - 1 : place.length);
    if (index === null) return false;
    if (value === undefined) place.splice(index, 1);
    else place[index] = value;
    return true;
  }
  if (!isRecord(place) || (value === undefined && !Object.hasOwn(place, part))) return false;
  if (value === undefined) delete place[part];
  else Object.defineProperty(place, part, { value, enumerable: true, writable: true, configurable: true });
  return true;
}

function indexOf(part: string, most: number): number | null {
  return /^(?:0|[1-9]\d*)$/.test(part) && Number(part) <= most ? Number(part) : null;
}
