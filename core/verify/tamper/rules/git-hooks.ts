/** Hooks of git that check before a commit or a push: what they check no longer. */
import type { Change } from '../change.ts';
import type { Suspicion } from '../finding.ts';
import { checksIn } from './pipelines.ts';

const isHook = (path: string) => /^\.(husky|githooks)\/[\w-]+$|(^|\/)\.?lefthook\.ya?ml$/.test(path);
/** Where a hook's checks may have gone; a package file only if it holds hooks itself. */
const takesOver = (path: string, text: string) =>
  isHook(path) ||
  /(^|\/)(\.pre-commit-config\.yaml|\.lintstagedrc.*|lint-staged\.config\.\w+)$/.test(path) ||
  (path.endsWith('package.json') && /simple-git-hooks|lint-staged|"pre-(commit|push)"/.test(text));

/** Scripts and dependencies of a package are nothing that a hook runs. */
const hooksOf = (path: string, text: string) =>
  path.endsWith('package.json')
    ? text.replace(/"(scripts|(dev|peer|optional)?[dD]ependencies)"\s*:\s*\{[^}]*\}/g, '')
    : text;

/** Checks of hooks that no hook makes any more. */
export function gitHookRules({ before, after }: Change): Suspicion[] {
  const now = [...after]
    .filter(([path, text]) => takesOver(path, text))
    .map(([path, text]) => hooksOf(path, text));
  const runsStaged = [...after].some(([path, text]) => isHook(path) && text.includes('lint-staged'));
  const kept = new Set(now.flatMap((text) => checksIn(text)).map(({ key }) => key));
  return [...before].flatMap(([path, was]): Suspicion[] => {
    if (!isHook(path) || after.get(path) === was || was.length > largest) return [];
    const own = after.get(path);
    const all = now.filter((text) => text !== own).join('\n');
    const others = runsStaged ? all : all.replaceAll('lint-staged', '');
    const lost = checksIn(was).find(
      ({ key, tool }) => !kept.has(key) && !others.includes(tool) && !own?.includes(tool),
    );
    if (lost === undefined) return [];
    return [
      {
        at: { side: 'before', file: path, line: lost.line },
        kind: 'ci-edit',
        severity: 'medium',
        message: `A hook of git no longer checks this: ${lost.text.slice(0, 80)}`,
      },
    ];
  });
}

/** A file of more than this is data. */
const largest = 200_000;
