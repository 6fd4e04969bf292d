/** What a project's commands leave in a checkout: it is nobody's work, also where the project has no ignore file. */

/** What compilers write and nobody by hand; a new source has a new one. */
const compiled = new Set(
  '.o .lo .a .la .so .obj .lib .dll .dylib .exe .pdb .d .gcda .gcno .class .rlib .rmeta .hi .beam .pyc'.split(
    ' ',
  ),
);

/**
 * Patterns for git to ignore: what the commands left on the base commit, and of the compilers' files among it all others
 * of the kind. Not what the task is to write by its very name.
 */
export function ignoredAs(leaves: readonly string[], writes: readonly string[]): string[] {
  const left = leaves.filter((path) => !writes.includes(path));
  const kinds = new Set(
    left.map((path) => /\.[^./]+$/.exec(path)?.[0] ?? '').filter((kind) => compiled.has(kind)),
  );
  return [...left.map(asPattern), ...[...kinds].map((kind) => `*${kind}`)];
}

/** Matches this path alone, from the root on. */
export const asPattern = (path: string): string => `/${path.replace(/[\\*?[\]# !]/g, '\\$&')}`;
