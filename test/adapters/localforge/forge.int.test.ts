import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { git } from '#adapters/git/git.ts';
import { newId } from '#adapters/ids/ids.ts';
import { createLocalForge } from '#adapters/localforge/forge.ts';
import { BranchGone, NotFound } from '#core/errors.ts';
import type { Forge } from '#core/forge/ports.ts';
import { Sha } from '#core/id.ts';
import type { Blobs } from '#core/verify/ports.ts';

let root: string;
let repo: string;
let forge: Forge;
let blobs: Map<string, Uint8Array>;
const projectId = newId('project');
const identity = {
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
};

const at =
  (cwd: string) =>
  async (...args: string[]) =>
    (await git(args, { cwd, env: identity })).text;

async function commit(folder: string, file: string, text: string): Promise<Sha> {
  await writeFile(join(folder, file), text);
  await at(folder)('add', '--', file);
  await at(folder)('commit', '-q', '-m', `write ${file}`);
  return Sha.parse(await at(folder)('rev-parse', 'HEAD'));
}

/** Work on a clone, handed over as the platform does: a bundle `base..tip` under the one ref. */
async function work(
  from: Sha,
  files: Record<string, string>,
  name = newId('run'),
): Promise<{ tip: Sha; bundle: string }> {
  const clone = join(root, `clone-${name}`);
  await at(root)('clone', '-q', '--', repo, clone);
  await at(clone)('checkout', '-q', '--detach', from);
  let tip = from;
  for (const [file, text] of Object.entries(files)) tip = await commit(clone, file, text);
  await at(clone)('update-ref', 'refs/omoi/tip', tip);
  await at(clone)('bundle', 'create', '-q', join(root, 'b'), 'refs/omoi/tip', `^${from}`);
  const bundle = `runs/${name}/1/work-tip`;
  blobs.set(bundle, await readFile(join(root, 'b')));
  return { tip, bundle };
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'omoi forge ü-'));
  repo = join(root, 'mein Laden – 店');
  await mkdir(repo);
  await at(repo)('init', '-q', '-b', 'main');
  blobs = new Map();
  const store: Blobs = {
    put: async (key, bytes) => void blobs.set(key, bytes),
    get: async (key) => blobs.get(key) ?? Promise.reject(new NotFound(key)),
    size: async (key) => blobs.get(key)?.length ?? null,
    presign: async () => '',
  };
  const author = { name: 'OmoiOS', email: 'omoi@example.com' };
  forge = createLocalForge({ git, blobs: store, folder: join(root, 'data'), author });
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe('mirror', () => {
  it('bundles the branch that HEAD names, under the one ref, and the same commit only once', async () => {
    const head = await commit(repo, 'a.txt', 'one');
    await writeFile(join(repo, 'dirty.txt'), 'not committed');
    const first = await forge.mirror(repo, projectId, null);
    expect(first).toEqual({
      ...{ repo, renamedFrom: null },
      defaultBranch: 'main',
      commit: head,
      bundle: `projects/${projectId}/base/${head}.bundle`,
    });
    await writeFile(join(root, 'check.bundle'), blobs.get(first.bundle) ?? '');
    expect(await at(root)('ls-remote', join(root, 'check.bundle'))).toBe(`${head}\trefs/omoi/tip`);
    expect(await forge.mirror(repo, projectId, null)).toEqual(first);
    const next = await commit(repo, 'a.txt', 'two');
    expect((await forge.mirror(repo, projectId, 'main')).commit).toBe(next);
    expect(await forge.inspect(repo, null)).toEqual({ repo, defaultBranch: 'main', commit: next });
  });

  it('reads a bare repository, and one behind a URL', async () => {
    const head = await commit(repo, 'a.txt', 'one');
    const bare = join(root, 'bare.git');
    await at(root)('clone', '-q', '--bare', '--', repo, bare);
    expect((await forge.mirror(bare, projectId, null)).commit).toBe(head);
    expect((await forge.mirror(pathToFileURL(bare).href, projectId, null)).commit).toBe(head);
  });

  it.each([
    ['a folder that is no repository', async () => root, 'is not a git repository'],
    ['a folder that is not there', async () => join(root, 'none'), 'There is no folder'],
    [
      'a home folder as shells write it',
      async () => '~/none/of/it',
      `There is no folder ${homedir()}/none/of/it`,
    ],
    ['an empty repository', async () => repo, 'is empty'],
    ['a name like an option', async () => '--upload-pack=touch x', 'is no path or URL'],
    ['a protocol that runs commands', async () => 'ext::sh -c whoami', 'There is no folder'],
    ['a URL that nobody answers', async () => pathToFileURL(join(root, 'nowhere')).href, 'git cannot read'],
  ])('refuses %s with a sentence', async (_what, where, sentence) => {
    await expect(forge.mirror(await where(), projectId, null)).rejects.toThrow(sentence);
    await expect(forge.mirror(await where(), projectId, null)).rejects.toMatchObject({
      code: 'invalid-input',
    });
  });

  it('repeats no password of a URL', async () => {
    const url = 'http://ada:secret@127.0.0.1:1/x.git';
    await expect(forge.mirror(url, projectId, null)).rejects.toSatisfy(
      (error) => error instanceof Error && !JSON.stringify([error.message, error]).includes('secret'),
    );
  });

  it.each([
    ['a folder', () => repo],
    ['a URL', () => pathToFileURL(join(repo, '.git')).href],
  ])('a branch of %s that was renamed is gone, and the sentence names the new one', async (_what, where) => {
    await commit(repo, 'a.txt', 'one');
    await forge.mirror(where(), projectId, 'main');
    await at(repo)('branch', '-m', 'main', 'trunk');
    const gone = forge.mirror(where(), projectId, 'main');
    await expect(gone).rejects.toThrow(BranchGone);
    await expect(gone).rejects.toMatchObject({
      message: expect.stringContaining(
        'has no branch “main” any more. Its default branch is “trunk” now. Choose the branch',
      ),
      data: { repo: where(), branch: 'main', now: 'trunk' },
    });
    expect(await forge.mirror(where(), projectId, 'trunk')).toMatchObject({ defaultBranch: 'trunk' });
  });

  it('a branch that is gone while HEAD names none is told without a new one', async () => {
    const head = await commit(repo, 'a.txt', 'one');
    await at(repo)('checkout', '-q', '--detach', head);
    await at(repo)('branch', '-D', 'main');
    const gone = forge.mirror(repo, projectId, 'main');
    await expect(gone).rejects.toThrow(BranchGone);
    await expect(gone).rejects.toMatchObject({ data: { branch: 'main', now: null } });
    await expect(gone).rejects.not.toThrow('Its default branch');
  });

  it('refuses a branch that is not there, a name that none can have, and a HEAD that names no branch', async () => {
    const head = await commit(repo, 'a.txt', 'one');
    await expect(forge.mirror(repo, projectId, 'trunk')).rejects.toThrow('has no branch “trunk”');
    await expect(forge.mirror(repo, projectId, '-x..y')).rejects.toThrow('cannot be the name of a branch');
    await at(repo)('checkout', '-q', '--detach', head);
    await expect(forge.mirror(repo, projectId, null)).rejects.toThrow('has no default branch');
  });
});

describe('push', () => {
  it('creates the branch without touching the working tree, and says the same name again', async () => {
    const base = await commit(repo, 'a.txt', 'one');
    await writeFile(join(repo, 'a.txt'), 'edited, not committed');
    const { tip, bundle } = await work(base, { 'b.txt': 'new' });
    const request = { repo, branch: 'omoi/TKT-1-add', commit: tip, bundles: [bundle] };
    expect(await forge.push(request)).toEqual({ branch: 'omoi/TKT-1-add' });
    expect(await forge.push(request)).toEqual({ branch: 'omoi/TKT-1-add' });
    expect(await at(repo)('rev-parse', 'refs/heads/omoi/TKT-1-add')).toBe(tip);
    expect(await at(repo)('status', '--porcelain')).toBe(' M a.txt');
    expect(await at(repo)('for-each-ref', '--format=%(refname)')).toBe(
      'refs/heads/main\nrefs/heads/omoi/TKT-1-add',
    );
    expect(await readFile(join(repo, 'a.txt'), 'utf8')).toBe('edited, not committed');
  });

  it('moves its branch forward, and takes another name where other commits are', async () => {
    const base = await commit(repo, 'a.txt', 'one');
    const first = await work(base, { 'b.txt': '1' });
    await forge.push({ repo, branch: 'x', commit: first.tip, bundles: [first.bundle] });
    const second = await work(first.tip, { 'c.txt': '2' });
    const moved = await forge.push({
      repo,
      branch: 'x',
      commit: second.tip,
      bundles: [first.bundle, second.bundle],
    });
    expect(moved).toEqual({ branch: 'x' });
    const other = await work(base, { 'd.txt': '3' });
    const taken = await forge.push({ repo, branch: 'x', commit: other.tip, bundles: [other.bundle] });
    expect(taken).toEqual({ branch: 'x-2' });
    expect(await at(repo)('rev-parse', 'x-2')).toBe(other.tip);
  });

  it('makes its branch again when somebody deleted it between two deliveries', async () => {
    const base = await commit(repo, 'a.txt', 'one');
    const first = await work(base, { 'b.txt': '1' });
    await forge.push({ repo, branch: 'x', commit: first.tip, bundles: [first.bundle] });
    await at(repo)('branch', '-D', 'x');
    const second = await work(first.tip, { 'c.txt': '2' });
    const bundles = [first.bundle, second.bundle];
    expect(await forge.push({ repo, branch: 'x', commit: second.tip, bundles })).toEqual({ branch: 'x' });
    expect(await at(repo)('rev-parse', 'x')).toBe(second.tip);
  });

  it('takes another name where the branch is checked out', async () => {
    const base = await commit(repo, 'a.txt', 'one');
    await at(repo)('checkout', '-q', '-b', 'omoi/x');
    const { tip, bundle } = await work(base, { 'b.txt': '1' });
    expect(await forge.push({ repo, branch: 'omoi/x', commit: tip, bundles: [bundle] })).toEqual({
      branch: 'omoi/x-2',
    });
  });

  it('says what is in the way of a name', async () => {
    const base = await commit(repo, 'a.txt', 'one');
    await at(repo)('branch', 'omoi');
    const { tip, bundle } = await work(base, { 'b.txt': '1' });
    await expect(forge.push({ repo, branch: 'omoi/x', commit: tip, bundles: [bundle] })).rejects.toThrow(
      'could not be written',
    );
  });

  it('says that the base is gone instead of what git said', async () => {
    const base = await commit(repo, 'a.txt', 'one');
    const { tip, bundle } = await work(base, { 'b.txt': '1' });
    const other = join(root, 'other');
    await mkdir(other);
    await at(other)('init', '-q', '-b', 'main');
    await commit(other, 'z.txt', 'z');
    const request = { repo: other, branch: 'x', commit: tip, bundles: [bundle] };
    await expect(forge.push(request)).rejects.toThrow('has lost the commit');
  });

  it('runs no hook of the repository', async () => {
    const base = await commit(repo, 'a.txt', 'one');
    const hook = join(repo, '.git', 'hooks', 'reference-transaction');
    await mkdir(join(repo, '.git', 'hooks'), { recursive: true });
    await writeFile(hook, `#!/bin/sh\ntouch '${join(root, 'ran')}'\n`, { mode: 0o755 });
    const { tip, bundle } = await work(base, { 'b.txt': '1' });
    await forge.push({ repo, branch: 'x', commit: tip, bundles: [bundle] });
    await expect(readFile(join(root, 'ran'))).rejects.toThrow('ENOENT');
  });

  it('pushes to a URL', async () => {
    const base = await commit(repo, 'a.txt', 'one');
    const bare = join(root, 'bare.git');
    await at(root)('clone', '-q', '--bare', '--', repo, bare);
    const { tip, bundle } = await work(base, { 'b.txt': '1' });
    const url = pathToFileURL(bare).href;
    await forge.push({ repo: url, branch: 'omoi/x', commit: tip, bundles: [bundle] });
    await forge.push({ repo: url, branch: 'omoi/x', commit: tip, bundles: [bundle] });
    expect(await at(bare)('rev-parse', 'omoi/x')).toBe(tip);
    expect(await forge.merge(url, 'omoi/x', 'main', 'm')).toEqual({ commit: tip });
    expect(await at(bare)('rev-parse', 'main')).toBe(tip);
  });
});

describe('merge and diff', () => {
  async function pushed(base: Sha, files: Record<string, string>): Promise<Sha> {
    const { tip, bundle } = await work(base, files);
    await forge.push({ repo, branch: 'omoi/x', commit: tip, bundles: [bundle] });
    return tip;
  }

  it('refuses a branch that is checked out, and says how to merge there', async () => {
    const tip = await pushed(await commit(repo, 'a.txt', 'one'), { 'b.txt': '1' });
    await expect(forge.merge(repo, 'omoi/x', 'main', 'm')).rejects.toThrow(
      'Run “git merge omoi/x” there, then merge here once more',
    );
    await at(repo)('merge', '-q', 'omoi/x');
    expect(await forge.merge(repo, 'omoi/x', 'main', 'm')).toEqual({ commit: tip });
  });

  it('goes forward where it can, and says the same commit again', async () => {
    const tip = await pushed(await commit(repo, 'a.txt', 'one'), { 'b.txt': '1' });
    await at(repo)('checkout', '-q', '--detach');
    expect(await forge.merge(repo, 'omoi/x', 'main', 'm')).toEqual({ commit: tip });
    expect(await forge.merge(repo, 'omoi/x', 'main', 'm')).toEqual({ commit: tip });
    expect(await at(repo)('rev-parse', 'main')).toBe(tip);
  });

  it('makes a merge commit where the default branch went on', async () => {
    const base = await commit(repo, 'a.txt', 'one');
    const tip = await pushed(base, { 'b.txt': '1' });
    const main = await commit(repo, 'a.txt', 'two');
    await at(repo)('checkout', '-q', '--detach');
    const { commit: merged } = await forge.merge(repo, 'omoi/x', 'main', 'Merge it\n\nbecause');
    expect(await at(repo)('log', '-1', '--format=%P %an %s', 'main')).toBe(`${main} ${tip} OmoiOS Merge it`);
    expect(await at(repo)('show', `${merged}:b.txt`)).toBe('1');
  });

  it('names the files of a conflict, and leaves the branch where it was', async () => {
    const base = await commit(repo, 'a.txt', 'one');
    await pushed(base, { 'a.txt': 'theirs' });
    const main = await commit(repo, 'a.txt', 'ours');
    const conflicts = 'conflicts with main in a.txt. Bring the pull request up to date';
    // Also where it is checked out: nobody is sent to merge it there by hand.
    await expect(forge.merge(repo, 'omoi/x', 'main', 'm')).rejects.toThrow(conflicts);
    await at(repo)('checkout', '-q', '--detach');
    await expect(forge.merge(repo, 'omoi/x', 'main', 'm')).rejects.toThrow(conflicts);
    expect(await at(repo)('rev-parse', 'main')).toBe(main);
  });

  it('shows the diff, cut at whole lines', async () => {
    const base = await commit(repo, 'a.txt', 'one');
    const tip = await pushed(base, { 'ü.txt': `${'ä\n'.repeat(1000)}` });
    await at(repo)('config', 'diff.noprefix', 'true');
    const whole = await forge.diff(repo, base, tip, 1_000_000);
    expect(whole.cut).toBe(false);
    expect(whole.text).toContain('+++ b/ü.txt');
    const part = await forge.diff(repo, base, tip, 301);
    expect(part.cut).toBe(true);
    expect(whole.text.startsWith(part.text)).toBe(true);
    expect(part.text.endsWith('\n')).toBe(true);
  });
});
