/**
 * Calling git on repositories that belong to other people: full ref names only, nothing that could be read as an option,
 * no owner check (whoever connected the path wants it used), and errors as sentences.
 */
import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { InvalidInput } from '#core/errors.ts';
import { type Sha, Sha as ShaSchema } from '#core/id.ts';
import { type Git, GitFailed, type GitOptions, type GitResult } from '../git/git.ts';

/** A repository as git can be told of it: a folder on this machine, or a URL. */
export type Location =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'url'; readonly url: string };

/** Protocols that cannot run a command of their own; `ext::` and the like can. */
const protocols = 'file:https:http:ssh:git';

/** Anything with a scheme, or `user@host:path`. */
const url = /^(?:[a-z][a-z0-9+.-]*:\/\/|[^/\\]+@[^/\\:]+:)/i;

/** Git in `cwd` with what every call on a foreign repository needs. Throws `GitFailed`. */
export function gitAt(git: Git, cwd: string) {
  return (args: readonly string[], options: Omit<GitOptions, 'cwd'> = {}): Promise<GitResult> =>
    git(['-c', 'safe.directory=*', ...args], {
      ...options,
      cwd,
      env: { GIT_ALLOW_PROTOCOL: protocols, GIT_SSH_COMMAND: 'ssh -oBatchMode=yes', ...options.env },
    });
}

/** The calls of `gitAt`. */
export type Run = ReturnType<typeof gitAt>;

/** Where a repository is. Throws `InvalidInput` with a sentence when there is no such folder or it is no repository. */
export async function locate(git: Git, repo: string): Promise<Location> {
  if (repo.startsWith('-') || repo.includes('\0'))
    throw new InvalidInput(`“${repo}” is no path or URL.`, { repo });
  if (url.test(repo)) return { kind: 'url', url: repo };
  // No shell stands between the console and here, and people write their folders as they do in one.
  const path = repo === '~' || repo.startsWith('~/') ? join(homedir(), repo.slice(1)) : resolve(repo);
  const found = await stat(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error) return null;
    throw error;
  });
  if (!found) throw new InvalidInput(`There is no folder ${path}.`, { repo });
  if (!found.isDirectory()) throw new InvalidInput(`${path} is a file, not a git repository.`, { repo });
  const run = gitAt(git, path);
  const answer = await run(['rev-parse', '--absolute-git-dir'], { allow: [128] });
  if (answer.code !== 0)
    throw new InvalidInput(
      `${path} is not a git repository. Run “git init” in it, or choose another folder.`,
      {
        repo,
        git: answer.stderr.trim(),
      },
    );
  return { kind: 'folder', path };
}

/** What git is told: the folder, or the URL. Neither begins with a dash. */
export function remoteOf(location: Location): string {
  return location.kind === 'folder' ? location.path : location.url;
}

/** Branch names as `git check-ref-format` has them. Throws `InvalidInput`. */
export async function branchRef(run: Run, branch: string): Promise<string> {
  const ref = `refs/heads/${branch}`;
  const { code } = await run(['check-ref-format', ref], { allow: [1] });
  if (code !== 0) throw new InvalidInput(`“${branch}” cannot be the name of a branch.`, { branch });
  return ref;
}

/** The commit that a full ref or id names in this repository, or null. */
export async function commitAt(run: Run, ref: string): Promise<Sha | null> {
  const { code, text } = await run(
    ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`],
    {
      allow: [1, 128],
    },
  );
  return code === 0 ? ShaSchema.parse(text) : null;
}

/** Whether the one commit is an ancestor of (or is) the other. */
export async function isAncestor(run: Run, ancestor: Sha, of: Sha): Promise<boolean> {
  return (await run(['merge-base', '--is-ancestor', ancestor, of], { allow: [1] })).code === 0;
}

/** A failed call on a remote as something a person can act on; a password in the URL is not repeated. */
export function unreachable(repo: string, error: unknown): unknown {
  if (!(error instanceof GitFailed)) return error;
  const said = error.stderr.trim().split('\n').at(-1) ?? '';
  const reason = said.replace(/^(?:fatal|error): /, '');
  return new InvalidInput(withoutPassword(`git cannot read ${repo}: ${reason}`), {
    repo: withoutPassword(repo),
  });
}

function withoutPassword(text: string): string {
  return text.replace(/(:\/\/)[^@/\s]+@/g, '$1');
}
