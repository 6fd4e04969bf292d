/** How values cross the wire, the same for every driver: the core's schemas then parse rows as they come. */

/** Types of Postgres by object id. */
const int8 = 20;
const timestamptz = 1184;

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is no safe integer`);
  return value;
}

/** Parsers by type; other types are left to the driver (JSON is parsed, `double precision` a number). */
export const wireParsers: Readonly<Record<number, (text: string) => unknown>> = {
  [int8]: wholeNumber,
  [timestamptz]: (text) => new Date(text).toISOString(),
};

/** Parameters as Postgres can hold them: NUL in text becomes U+FFFD. */
export function storable(params: readonly unknown[]): unknown[] {
  return params.map((value) => {
    if (typeof value === 'string') return value.replaceAll('\0', '\uFFFD');
    return Array.isArray(value) ? storable(value) : value;
  });
}
