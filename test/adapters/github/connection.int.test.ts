import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fileVault } from '#adapters/files/vault.ts';
import { git } from '#adapters/git/git.ts';
import { createConnection } from '#adapters/github/connection.ts';
import { fixedVault } from '#adapters/github/credentials.ts';
import { createGitHubForge } from '#adapters/github/forge.ts';
import { ForgeRefused, IllegalTransition } from '#core/errors.ts';
import { connectionThrough } from '#core/forge/connection.ts';
import { createForgeSteps } from '#functions/forge/steps.ts';
import { createForge } from '#local/forge.ts';
import { fakeForge } from '#test/support/forge.ts';
import { everything } from '#test/support/github/state.ts';
import { openScene, pace } from './scene.ts';

let scene: Awaited<ReturnType<typeof openScene>>;
beforeAll(async () => {
  scene = await openScene();
  await scene.github.create('acme/shop');
});
afterAll(() => scene.close());
afterEach(() => {
  const { state } = scene.github;
  expect(state.offences).toEqual([]);
  state.app.accounts.length = 0;
  state.app.permissions = { ...everything };
});

let files = 0;
/** A connection of its own folder, as the API reaches it: through the steps of the function that holds the credential. */
function open(configured = scene.github.apiUrl) {
  files += 1;
  const file = join(scene.folder, `github-${files}.json`);
  const vault = fileVault(file);
  const here = createConnection({ apiUrl: configured, vault, pace });
  const steps = createForgeSteps({ forge: fakeForge(), github: here });
  return { file, vault, connection: connectionThrough(steps) };
}

const noBlobs = { put: async () => {}, get: async () => new Uint8Array(), size: async () => null };
const who = () => ({ apiUrl: scene.github.apiUrl, by: 'Ada', at: '2026-01-02T03:04:05.000Z' });
const installed = (login: string, more: object = {}) =>
  scene.github.state.app.accounts.push({ login, repositories: 'selected', suspended: false, ...more });

describe('an App', () => {
  it('is connected by the code of its manifest, once, and its key is in no answer', async () => {
    const { connection, file } = open();
    scene.github.state.codes.add('once');
    installed('acme');
    const standing = await connection.connectApp({ ...who(), code: 'once' });
    expect(standing).toMatchObject({
      ...{ kind: 'app', as: 'omoios-test', webUrl: scene.github.url, problems: [], missing: [] },
      ...{ connectedBy: 'Ada', connectedAt: '2026-01-02T03:04:05.000Z', fixed: false },
      installUrl: `${scene.github.url}/apps/omoios-test/installations/new`,
      installations: [{ account: 'acme', repositories: 'selected', suspended: false, missing: [] }],
    });
    expect(JSON.stringify(standing)).not.toMatch(/PRIVATE KEY|whsec/);
    expect(await readFile(file, 'utf8')).toContain('PRIVATE KEY');
    await expect(connection.connectApp({ ...who(), code: 'once' })).rejects.toThrow(
      'GitHub does not know this code any more: it is good for one use within an hour. Start again.',
    );
    expect(await connection.standing()).toEqual(standing);
  });

  it('is known to lack a permission, to be suspended, and to be installed nowhere', async () => {
    const { connection } = open();
    const { state } = scene.github;
    state.codes.add('more');
    const { problems } = await connection.connectApp({ ...who(), code: 'more' });
    expect(problems).toEqual([
      `The GitHub App is installed nowhere yet. Install it at ${scene.github.url}/apps/omoios-test/installations/new.`,
    ]);
    installed('acme', { permissions: { ...everything, checks: 'read' } });
    installed('beta', { suspended: true });
    const asked = await connection.standing();
    expect(asked.installations[0]?.missing).toEqual([
      'Checks: Read and write (to show the evidence on the commit)',
    ]);
    expect(asked.problems).toEqual([
      expect.stringContaining('acme has not accepted what the GitHub App asks for: Checks: Read and write'),
      'The GitHub App is suspended on beta. Unsuspend it there.',
    ]);
    state.app.permissions = { ...everything, pull_requests: 'read' };
    const lacking = await connection.standing();
    expect(lacking.missing).toEqual(['Pull requests: Read and write (to open pull requests)']);
    expect(lacking.problems[0]).toMatch(/^The GitHub App lacks a permission\. Add Pull requests/);
  });
});

describe('a token', () => {
  it('is kept when GitHub knows it, in a file for its owner alone', async () => {
    const { connection, file } = open();
    await writeFile(`${file}.part`, 'left behind', { mode: 0o644 });
    const token = scene.github.token();
    const standing = await connection.connectToken({ ...who(), token, webhookSecret: null });
    expect(standing).toMatchObject({ kind: 'token', as: 'ada', installations: [], connectedBy: 'Ada' });
    expect(JSON.stringify(standing)).not.toContain(token);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('is refused when GitHub does not, and what was connected before stays', async () => {
    const { connection, vault } = open();
    const token = scene.github.token();
    await connection.connectToken({ ...who(), token, webhookSecret: null });
    const bad = { ...who(), token: 'github_pat_gone', webhookSecret: null };
    const said = await connection.connectToken(bad).catch((error: unknown) => error);
    expect(said).toBeInstanceOf(ForgeRefused);
    expect(String(said)).toContain('GitHub does not accept the GitHub token any more');
    expect(String(said)).not.toContain('github_pat_gone');
    expect(await vault.read()).toMatchObject({ token });
  });

  it('of another server than the configured one is used there', async () => {
    const { connection, vault } = open('https://api.github.com');
    await connection.connectToken({ ...who(), token: scene.github.token(), webhookSecret: null });
    const blobs = { put: async () => {}, get: async () => new Uint8Array(), size: async () => null };
    const place = { git, blobs, folder: join(scene.folder, 'other'), pace };
    const forge = createGitHubForge({ ...place, apiUrl: 'https://api.github.com', vault });
    expect(await forge.inspect('acme/shop', null)).toMatchObject({ repo: `${scene.github.url}/acme/shop` });
  });
});

it('nothing is connected at first, and the environment has the last word', async () => {
  const { connection } = open();
  expect(await connection.standing()).toMatchObject({ kind: 'none', as: null, problems: [], fixed: false });
  const vault = fixedVault(scene.asToken());
  const fixed = createConnection({ apiUrl: scene.github.apiUrl, vault, pace });
  expect(await fixed.standing()).toMatchObject({ kind: 'token', fixed: true });
  const token = scene.github.token();
  await expect(fixed.connectToken({ ...who(), token, webhookSecret: null })).rejects.toThrow(
    IllegalTransition,
  );
  await expect(fixed.connectApp({ ...who(), code: 'x' })).rejects.toThrow('GITHUB_TOKEN');
  await expect(fixed.disconnect({ by: 'Ada', at: who().at })).rejects.toThrow('GITHUB_TOKEN');
});

it('a credential is taken back: nothing of it stays, the standing says so, and another can be connected', async () => {
  const { connection, file, vault } = open();
  const token = scene.github.token();
  await connection.connectToken({ ...who(), token, webhookSecret: 's3cret' });
  const gone = await connection.disconnect({ by: 'Bob', at: who().at });
  expect(gone).toMatchObject({
    ...{ kind: 'none', as: null, webUrl: scene.github.url },
    problems: [expect.stringContaining('Bob disconnected GitHub. Connect it again')],
  });
  const kept = await readFile(file, 'utf8');
  expect(kept).not.toMatch(new RegExp(`${token}|s3cret`));
  expect(await vault.read()).toBeNull();
  const forge = createForge({ github: { apiUrl: 'https://api.github.com' } }, vault, {
    ...{
      git,
      blobs: { ...noBlobs, presign: () => Promise.reject(new Error('none')) },
      folder: join(scene.folder, 'none'),
    },
    author: { name: 'O', email: 'o@e.org' },
  });
  // It stays GitHub's: git is not asked in its place.
  for (const repo of [`${scene.github.url}/acme/shop`, 'acme/shop'])
    await expect(forge.inspect(repo, null)).rejects.toThrow('GitHub is not connected.');
  // Again, it is harmless, and the first one stays named.
  expect((await connection.disconnect({ by: 'Eve', at: who().at })).problems).toEqual(gone.problems);
  expect(
    await connection.connectToken({ ...who(), token: scene.github.token(), webhookSecret: null }),
  ).toMatchObject({ kind: 'token', problems: [] });
});

it('an App that is replaced leaves nothing of the one before', async () => {
  const { connection, file } = open();
  scene.github.state.codes.add('old');
  await connection.connectApp({ ...who(), code: 'old' });
  await connection.connectToken({ ...who(), token: scene.github.token(), webhookSecret: null });
  expect(await readFile(file, 'utf8')).not.toContain('PRIVATE KEY');
});
