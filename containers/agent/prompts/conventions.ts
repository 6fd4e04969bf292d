/** Finds the files in which a team tells agents how to work: AGENTS.md and CLAUDE.md, at the root and below. */
import type { Repository } from '../checkout/repository.ts';
import type { Convention } from './prompt.ts';

const name = /(?:^|\/)(?:AGENTS|CLAUDE)\.md$/i;
/** Together about 8,000 tokens: instructions beyond that are read when their folder is. */
const maxCharacters = 32_000;

/** From the commit, not from the workspace: what an agent changed does not instruct the next one. */
export async function findConventions(repository: Repository, commit: string): Promise<Convention[]> {
  const depth = (path: string) => path.split('/').length;
  const files = (await repository.files(commit))
    .filter(({ path }) => name.test(path) && !/(?:^|\/)(?:node_modules|vendor)\//.test(path))
    .sort((a, b) => depth(a.path) - depth(b.path) || (a.path < b.path ? -1 : 1));
  const found: Convention[] = [];
  let room = maxCharacters;
  for (const { path, blob } of files) {
    const text = (await repository.content(blob)).toString('utf8').trim();
    // Where one is a copy of (or a link to) the other, once is enough.
    if (text === '' || /^[\w./-]+$/.test(text) || found.some((one) => one.text === text)) continue;
    if (text.length > room) {
      found.push({ path, text: `(${text.length} characters: read it when you work below its folder)` });
      continue;
    }
    room -= text.length;
    found.push({ path, text });
  }
  return found;
}
