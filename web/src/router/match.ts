/** Which page a path means. Pure. */

export type Params = Readonly<Record<string, string>>;

/** The parameters of a path that fits a pattern like `/tickets/:ticket`; null when it does not. A trailing `?` makes the last part optional. */
export function match(pattern: string, path: string): Params | null {
  const wanted = parts(pattern);
  const given = parts(path);
  const optional = wanted.at(-1)?.endsWith('?') === true;
  if (given.length > wanted.length || given.length < wanted.length - (optional ? 1 : 0)) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index];
    if (value === undefined) break;
    if (part.startsWith(':')) params[part.slice(1).replace('?', '')] = decode(value);
    else if (part !== value) return null;
  }
  return params;
}

/** The first page whose pattern fits. */
export function resolve<T>(
  pages: readonly (readonly [pattern: string, page: T])[],
  path: string,
): { readonly page: T; readonly params: Params } | null {
  for (const [pattern, page] of pages) {
    const params = match(pattern, path);
    if (params !== null) return { page, params };
  }
  return null;
}

const parts = (path: string): string[] => path.split('/').filter((part) => part !== '');

/** A path typed by hand may hold a lone `%`, or bytes that are no text (`%ff`); it is taken as it stands. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (error instanceof URIError) return part;
    throw error;
  }
}
