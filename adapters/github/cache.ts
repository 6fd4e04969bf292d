/**
 * Git over HTTPS for one repository: a bare copy that makes the second time cheap, and calls that carry the token as a
 * header in git's environment. It is in no argument, no configuration file, no URL and no message.
 */
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ForgeRefused, ForgeUnavailable } from '#core/errors.ts';
import type { Blobs } from '#core/verify/ports.ts';
import { type Git, GitFailed, type GitOptions } from '../git/git.ts';
import { gitAt, type Run } from '../localforge/repository.ts';
import type { Access } from './access.ts';

/** What a copy needs: git, where bundles are, and a folder of its own. */
export interface CacheDeps {
  readonly git: Git;
  readonly blobs: Pick<Blobs, 'put' | 'get' | 'size'>;
  /** Bare copies and passing files, all of which can be made again. */
  readonly folder: string;
}

/** The copy of a repository, and git that may speak with GitHub about it. */
export interface Cache {
  readonly path: string;
  /** Where the copy was made from. */
  readonly url: string;
  readonly run: Run;
  /** The same with the token; for commands that name `url`. Throws `ForgeRefused` and `ForgeUnavailable`. */
  readonly remote: Run;
}

/** Opens the copy; an empty one is made when there is none. */
export async function openCache({ git, folder }: CacheDeps, { url, token }: Access): Promise<Cache> {
  const name = createHash('sha256').update(url.toLowerCase()).digest('hex').slice(0, 16);
  const path = join(folder, `github-${name}.git`);
  await mkdir(path, { recursive: true });
  const run = gitAt(git, path);
  await run(['init', '--bare', '--quiet', '--template=', '.']);
  const env = headerFor(url, token);
  const remote = async (args: readonly string[], options: Omit<GitOptions, 'cwd'> = {}) => {
    try {
      return await run(args, { ...options, env: { ...options.env, ...env } });
    } catch (error) {
      throw remoteError(error, url);
    }
  };
  return { path, url: `${url}.git`, run, remote };
}

/** Configuration by environment: only for this host, and a redirect elsewhere is not followed. */
function headerFor(url: string, token: string): Record<string, string> {
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
  return {
    GIT_ALLOW_PROTOCOL: 'https:http',
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: `http.${new URL(url).origin}/.extraHeader`,
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
    GIT_CONFIG_KEY_1: 'http.followRedirects',
    GIT_CONFIG_VALUE_1: 'false',
  };
}

/** What the server said of a push that it does not take for a reason of its own. */
const ruled = /GH\d{3}|protected branch|rule violations|pre-receive hook declined|refusing to allow/i;
const notNow =
  /Could not resolve|Failed to connect|timed out|returned error: (?:429|5\d\d)|early EOF|RPC failed/i;
const notYou = /Authentication failed|returned error: 40[13]|could not read Username|Permission .* denied/i;

/** A failed call on GitHub as something a person can act on, or that is tried again; anything else as it is. */
function remoteError(error: unknown, url: string): unknown {
  if (!(error instanceof GitFailed)) return error;
  const lines = error.stderr.trim().split('\n');
  const said = (lines.find((line) => ruled.test(line)) ?? lines.at(-1) ?? '').replace(
    /^(?:fatal|error|remote): */,
    '',
  );
  if (/workflow.*without .*permission/is.test(error.stderr))
    return new ForgeRefused(
      'The change touches a workflow of GitHub Actions. Give the credential the permission “Workflows: Read and write”, or leave .github/workflows alone.',
      { repo: url },
    );
  if (ruled.test(error.stderr))
    return new ForgeRefused(`GitHub does not take the branch: ${said}`, { repo: url });
  if (notYou.test(error.stderr))
    return new ForgeRefused(
      `GitHub does not let the credential at the code of ${url}. Give it “Contents: Read and write” there.`,
      { repo: url },
    );
  if (notNow.test(error.stderr)) return new ForgeUnavailable(`git cannot reach ${url}: ${said}`);
  return error;
}
