/** A tree without what its author wrote of tests: what a verifier may see, and where its tests cannot clash with the author's. */
import { isAuthorsTest, standsAlone } from '#core/verify/properties/blind.ts';
import type { Repository } from './repository.ts';

/**
 * The tree without its author's tests, of what changed since `base`. A file that was there before stands as it was, since
 * others may use what is in it; where it would have to compile with what the work changed, it is left out.
 */
export async function withoutTests(repository: Repository, base: string, tree: string): Promise<string> {
  const [now, then] = await Promise.all([repository.paths(tree), repository.paths(base)]);
  const back: string[] = [];
  const away = new Map<string, null>();
  for (const path of await repository.changed(base, tree)) {
    if (!now.has(path) || !isAuthorsTest(path, await repository.textAt(tree, path))) continue;
    if (then.has(path) && standsAlone(path)) back.push(path);
    else away.set(path, null);
  }
  return repository.overlaid(await repository.replaced(tree, away), base, back);
}
