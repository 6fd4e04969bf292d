import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#adapters/ids/ids.ts';
import { BranchGone, ForgeRefused, ForgeUnavailable, IllegalTransition } from '#core/errors.ts';
import type { Forge } from '#core/forge/ports.ts';
import { gitOf, headOf } from '#test/support/github/git.ts';
import { everything, type Repository } from '#test/support/github/state.ts';
import { commitFiles, gitIn, makeRepository } from '#test/support/repository.ts';
import { openScene, words } from './scene.ts';

let scene: Awaited<ReturnType<typeof openScene>>;
let shop: Repository;
let main: string;
beforeAll(async () => {
  scene = await openScene();
  shop = await scene.github.create('acme/shop');
  main = (await headOf(shop, 'main')) ?? '';
});
afterAll(() => scene.close());
afterEach(() => {
  // Every call of every test fits GitHub's own description.
  expect(scene.github.state.offences).toEqual([]);
  scene.github.state.faults.length = 0;
});

const repo = 'acme/shop';
let branches = 0;

/** A ticket branch that is pushed already. */
async function delivered(forge: Forge) {
  branches += 1;
  const branch = `omoi/TKT-${branches}`;
  const { commit, bundles } = await scene.work(main, `src/${branches}.js`);
  await forge.push({ repo, branch, commit, bundles });
  return { repo, branch, commit, into: 'main', text: scene.say(words) };
}

const openOf = (branch: string) => shop.pulls.filter(({ head }) => head === branch);

describe.each(['token', 'app'] as const)('by %s', (kind) => {
  const credential = () => (kind === 'app' ? scene.asApp() : scene.asToken());

  it('inspects by name or address, and answers with the address that GitHub has', async () => {
    const forge = scene.forge(credential());
    const { url } = scene.github;
    for (const asked of [repo, 'Acme/Shop', `${url}/acme/shop`, `${url}/acme/shop.git`])
      expect(await forge.inspect(asked, null)).toEqual({
        repo: `${url}/acme/shop`,
        defaultBranch: 'main',
        commit: main,
      });
  });

  it('opens one pull request with its text, label and evidence', async () => {
    const forge = scene.forge(credential());
    const request = await delivered(forge);
    const published = await forge.publish(request);
    const [pull] = openOf(request.branch);
    expect(published).toEqual({
      ...{ draft: false, draftsRefused: false },
      number: pull?.number,
      url: `${scene.github.url}/acme/shop/pull/${pull?.number}`,
    });
    expect(pull).toMatchObject({ title: words.title, body: words.body, base: 'main', labels: ['omoios'] });
    const shown = kind === 'app' ? shop.checks : shop.statuses;
    expect(shown.filter(({ sha }) => sha === request.commit)).toHaveLength(1);
  });

  it('finds it again, brings it up to date, and says a comment once', async () => {
    const forge = scene.forge(credential());
    const request = await delivered(forge);
    const first = await forge.publish(request);
    const comment = { marker: 'rework-1', text: 'Reworked.' };
    const text = scene.say({ ...words, body: 'Again.\n', labels: ['omoios', 'more'], comment });
    for (const again of [1, 2]) expect(await forge.publish({ ...request, text }), `${again}`).toEqual(first);
    expect(openOf(request.branch)).toMatchObject([{ body: 'Again.\n', labels: ['omoios', 'more'] }]);
    expect(shop.comments.filter(({ issue }) => issue === first?.number)).toHaveLength(1);
    if (kind === 'app') expect(shop.checks.filter(({ sha }) => sha === request.commit)).toHaveLength(1);
  });

  it('makes no second one when two calls come at once', async () => {
    const forge = scene.forge(credential());
    const request = await delivered(forge);
    const other = scene.forge(credential());
    const calls = [forge, other, forge].map((one) => one.publish(request));
    const numbers = new Set((await Promise.all(calls)).map((published) => published?.number));
    expect(numbers.size).toBe(1);
    expect(openOf(request.branch)).toHaveLength(1);
  });
});

describe('a pull request from a fork with the name of our branch', () => {
  it.each([
    ['of the same owner', 4242],
    ['that was deleted', null],
  ])('%s is never taken for ours, open or closed', async (_, from) => {
    const forge = scene.forge(scene.asToken());
    const request = await delivered(forge);
    const theirs = { title: 'Mine', body: 'Mine.', head: request.branch, base: 'main', from } as const;
    const shape = { draft: false, merged: false, mergeCommit: null, lastHead: null };
    const forks = (['open', 'closed'] as const).map((state) => {
      return { ...theirs, ...shape, number: scene.github.state.next(), state, labels: [] };
    });
    shop.pulls.push(...forks);
    const number = (await forge.publish(request))?.number;
    expect(forks.map((pull) => pull.number)).not.toContain(number);
    expect(await forge.publish(request)).toMatchObject({ number });
    expect(openOf(request.branch)).toMatchObject([
      ...forks.map(() => ({ title: 'Mine', body: 'Mine.', labels: [] })),
      { number, from: shop.id, title: words.title },
    ]);
  });
});

describe('a server that fails', () => {
  it('answers 5xx: reading is tried again at once', async () => {
    scene.github.state.faults.push({ operation: 'pulls/list', times: 2, status: 502 });
    const forge = scene.forge(scene.asToken());
    const request = await delivered(forge);
    expect(await forge.publish(request)).toMatchObject({ number: expect.any(Number) });
  });

  it.each([
    ['the pull request', 'pulls/create', () => shop.pulls.length],
    ['the check', 'checks/create', () => shop.checks.length],
    ['the comment', 'issues/create-comment', () => shop.comments.length],
  ] as const)(
    'says 502 after it made %s: the next call finds it, and makes no second',
    async (_, operation, count) => {
      const forge = scene.forge(scene.asApp());
      const request = await delivered(forge);
      const text = scene.say({ ...words, comment: { marker: 'm', text: 'Hello.' } });
      const before = count();
      scene.github.state.faults.push({ operation, times: 1, status: 502, after: true });
      await expect(forge.publish({ ...request, text })).rejects.toThrow(ForgeUnavailable);
      await forge.publish({ ...request, text });
      expect(count() - before).toBe(1);
    },
  );

  it('stays down: the error is one that the state machine tries again', async () => {
    scene.github.state.faults.push({ operation: 'repos/get', times: 20, status: 503 });
    const said = await scene
      .forge(scene.asToken())
      .inspect(repo, null)
      .catch((error: unknown) => error);
    expect(said).toBeInstanceOf(ForgeUnavailable);
    expect(String(said)).toContain('503');
  });

  it('fails at git: the error is one that the state machine tries again', async () => {
    scene.github.state.faults.push({ operation: 'git', times: 1, status: 503 });
    const mirrored = scene.forge(scene.asToken()).mirror(repo, newId('project'), null);
    await expect(mirrored).rejects.toThrow(ForgeUnavailable);
  });

  it('has a secondary limit that ends soon: it is waited out', async () => {
    const forge = scene.forge(scene.asToken());
    const request = await delivered(forge);
    const headers = { 'retry-after': '1' };
    const message = 'You have exceeded a secondary rate limit. Please wait.';
    scene.github.state.faults.push({ operation: 'pulls/create', times: 1, status: 403, headers, message });
    await forge.publish(request);
    expect(openOf(request.branch)).toHaveLength(1);
  });

  it('has a limit that ends in an hour: nothing waits, the state machine comes again', async () => {
    const reset = String(Math.floor(Date.now() / 1000) + 3600);
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
    scene.github.state.faults.push({
      operation: 'repos/get',
      times: 5,
      status: 403,
      headers,
      message: 'API rate limit exceeded',
    });
    await expect(scene.forge(scene.asToken()).inspect(repo, null)).rejects.toThrow(/rate limit/);
  });
});

describe('a credential', () => {
  it('that is not there is asked for', async () => {
    await expect(scene.forge(null).inspect(repo, null)).rejects.toThrow(/not connected/);
  });

  it('that was revoked says so, for the API and for git', async () => {
    const credential = scene.asToken();
    const forge = scene.forge(credential);
    await forge.inspect(repo, null);
    scene.github.state.tokens.clear();
    const refused = await forge.inspect(repo, null).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ForgeRefused);
    expect(String(refused)).toMatch(/does not accept the GitHub token any more.*Connect GitHub again/);
  });

  it.each([
    ['contents', 'Contents: Read and write'],
    ['pull_requests', 'Pull requests: Read and write'],
    ['statuses', 'statuses: Read and write'],
  ])('without %s is refused before a ticket, with what to add and where', async (name, sentence) => {
    const permissions = { ...everything, checks: 'read', [name]: 'read' };
    const forge = scene.forge(scene.asToken(permissions));
    const refused = await forge.inspect(repo, null).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ForgeRefused);
    expect(String(refused)).toContain(sentence);
    expect(String(refused)).toContain('/settings/personal-access-tokens');
  });

  it('of an App that lacks a permission names all that are missing', async () => {
    const { permissions } = scene.github.state.app;
    permissions.checks = 'read';
    delete permissions.issues;
    const refused = await scene
      .forge(scene.asApp())
      .inspect(repo, null)
      .catch((error: unknown) => error);
    Object.assign(permissions, everything);
    expect(String(refused)).toMatch(/Checks: Read and write .* and Issues: Read and write/);
    expect(String(refused)).toContain('/settings/apps/omoios-test/permissions');
  });

  it('of an App that is not installed says where to install it', async () => {
    shop.installed = false;
    await expect(scene.forge(scene.asApp()).inspect(repo, null)).rejects.toThrow(
      /not installed on acme\/shop.*installations\/new/,
    );
    shop.installed = true;
  });

  it('of an App gives tokens for one repository, minted anew for each use', async () => {
    const forge = scene.forge(scene.asApp());
    const before = scene.github.state.tokens.size;
    await forge.inspect(repo, null);
    await forge.inspect(repo, null);
    const minted = [...scene.github.state.tokens.values()].slice(before);
    expect(minted.map(({ repos }) => repos)).toEqual([[shop.id], [shop.id]]);
  });

  it('never lies on the disk', async () => {
    const credential = scene.asToken();
    const token = credential.kind === 'token' ? credential.token : '';
    const forge = scene.forge(credential);
    await forge.mirror(repo, newId('project'), null);
    await delivered(forge);
    const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
    for (const entry of await readdir(scene.folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const text = await readFile(join(entry.parentPath, entry.name), 'latin1');
      expect(text.includes(token) || text.includes(basic), entry.name).toBe(false);
    }
  });
});

describe('a mirror', () => {
  it('is a bundle with everything, the same for the same commit, and goes on from the last one elsewhere', async () => {
    const projectId = newId('project');
    const first = await scene.forge(scene.asToken()).mirror(repo, projectId, null);
    expect(first).toEqual({
      ...{ repo: `${scene.github.url}/acme/shop`, renamedFrom: null },
      defaultBranch: 'main',
      commit: main,
      bundle: `projects/${projectId}/base/${main}.bundle`,
    });
    expect(await scene.forge(scene.asToken()).mirror(repo, projectId, null)).toEqual(first);
    const work = await scene.work(main, 'docs/new.md');
    await scene.forge(scene.asToken()).push({ repo, branch: 'next', ...work });
    const next = await scene.forge(scene.asToken()).mirror(repo, projectId, 'next');
    expect(next.commit).toBe(work.commit);
    const file = join(scene.folder, 'next.bundle');
    await writeFile(file, scene.blobs.get(next.bundle) ?? '');
    expect(await gitIn(scene.folder, 'ls-remote', file)).toContain(work.commit);
  });

  it('of a branch that is gone says so', async () => {
    const mirrored = scene.forge(scene.asToken()).mirror(repo, newId('project'), 'gone');
    await expect(mirrored).rejects.toThrow(BranchGone);
    await expect(mirrored).rejects.toThrow(
      /has no branch “gone” any more. Its default branch is “main” now./,
    );
  });

  it('of a branch that was renamed on GitHub is of the new one, and says so', async () => {
    await scene.github.create('acme/branches');
    await scene.github.renameBranch('acme/branches', 'main', 'trunk');
    const mirrored = await scene.forge(scene.asApp()).mirror('acme/branches', newId('project'), 'main');
    expect(mirrored).toMatchObject({ defaultBranch: 'trunk', renamedFrom: 'main' });
  });

  it('fetches everything once, and after that only what is new, also on another machine', async () => {
    const noise = Array.from({ length: 4000 }, () => newId('event')).join('\n');
    const large = await scene.github.create('acme/large', { 'noise.txt': noise });
    const projectId = newId('project');
    await scene.forge(scene.asToken()).mirror('acme/large', projectId, null);
    const tree = await gitOf(large, 'rev-parse', 'main^{tree}');
    const next = await gitOf(large, 'commit-tree', tree, '-p', 'main', '-m', 'Next');
    await gitOf(large, 'update-ref', 'refs/heads/main', next);
    expect(await scene.forge(scene.asToken()).mirror('acme/large', projectId, null)).toMatchObject({
      commit: next,
    });
    const [first = 0, second = 0] = large.fetched;
    expect(large.fetched).toHaveLength(2);
    expect(second).toBeLessThan(first / 20);
  });
});

describe('a push', () => {
  it('takes another name where the branch has other commits, and the same one for the same commit', async () => {
    const forge = scene.forge(scene.asToken());
    const [one, two] = [await scene.work(main, 'a.js'), await scene.work(main, 'b.js')];
    const push = { repo, branch: 'omoi/TKT-900' };
    expect(await forge.push({ ...push, ...one })).toEqual({ branch: 'omoi/TKT-900' });
    expect(await forge.push({ ...push, ...two })).toEqual({ branch: 'omoi/TKT-900-2' });
    expect(await forge.push({ ...push, ...two })).toEqual({ branch: 'omoi/TKT-900-2' });
  });

  it('moves a branch forward, and makes a deleted one again', async () => {
    const forge = scene.forge(scene.asToken());
    const one = await scene.work(main, 'c.js');
    const push = { repo, branch: 'omoi/TKT-901' };
    await forge.push({ ...push, ...one });
    const two = await scene.work(one.commit, 'd.js');
    expect(await forge.push({ ...push, ...two })).toEqual({ branch: 'omoi/TKT-901' });
    await gitOf(shop, 'update-ref', '-d', 'refs/heads/omoi/TKT-901');
    expect(await forge.push({ ...push, ...two })).toEqual({ branch: 'omoi/TKT-901' });
    expect(await headOf(shop, 'omoi/TKT-901')).toBe(two.commit);
  });

  it('says so when GitHub has lost what the work began from', async () => {
    const elsewhere = join(scene.folder, 'elsewhere');
    await makeRepository(elsewhere, { 'x.txt': 'x\n' });
    const base = await gitIn(elsewhere, 'rev-parse', 'HEAD');
    await commitFiles(elsewhere, { 'y.txt': 'y\n' }, 'More');
    const commit = await gitIn(elsewhere, 'rev-parse', 'HEAD');
    await gitIn(elsewhere, 'update-ref', 'refs/omoi/tip', commit);
    const file = join(elsewhere, 'b.bundle');
    await gitIn(elsewhere, 'bundle', 'create', '--quiet', file, 'refs/omoi/tip', `^${base}`);
    scene.blobs.set('runs/lost/b.bundle', await readFile(file));
    const pushed = scene
      .forge(scene.asToken())
      .push({ repo, branch: 'omoi/TKT-902', commit, bundles: ['runs/lost/b.bundle'] });
    await expect(pushed).rejects.toThrow(IllegalTransition);
    await expect(pushed).rejects.toThrow(/has lost the commit/);
  });

  it('that changes nothing opens no pull request, and says why', async () => {
    const forge = scene.forge(scene.asToken());
    const request = { repo, branch: 'omoi/TKT-903', commit: main };
    await forge.push({ ...request, bundles: [] });
    const published = forge.publish({ ...request, into: 'main', text: scene.say(words) });
    await expect(published).rejects.toThrow(/changes nothing in main/);
  });
});

describe('a repository that was renamed', () => {
  it.each(['token', 'app'] as const)(
    'is found under its old name by %s, for the API and for git',
    async (kind) => {
      await scene.github.create(`acme/old-${kind}`);
      scene.github.rename(`acme/old-${kind}`, `acme/new-${kind}`);
      const forge = scene.forge(kind === 'app' ? scene.asApp() : scene.asToken());
      expect(await forge.inspect(`acme/old-${kind}`, null)).toMatchObject({
        repo: `${scene.github.url}/acme/new-${kind}`,
      });
      expect(await forge.mirror(`acme/old-${kind}`, newId('project'), null)).toMatchObject({
        defaultBranch: 'main',
      });
    },
  );
});

it('tells how a pull request stands, and leaves merging to GitHub', async () => {
  const forge = scene.forge(scene.asToken());
  const request = await delivered(forge);
  const number = (await forge.publish(request))?.number ?? 0;
  expect(await forge.look(repo, number)).toMatchObject({ state: 'open', mergeCommit: null });
  expect((await forge.diff(repo, main, request.commit, 10_000)).text).toContain('+text');
  await expect(forge.merge(repo, request.branch, 'main', 'x')).rejects.toThrow(/on GitHub/);
  const merged = await scene.github.merge(repo, number);
  expect(await forge.look(repo, number)).toEqual({ state: 'merged', mergeCommit: merged, by: 'ada' });
  await gitOf(shop, 'update-ref', 'refs/heads/main', main);
});
