/** Connecting GitHub from the console of a real host, in a real Chromium, with the stand-in for GitHub on the other side. */
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type GitHub, startGitHub } from '#test/support/github/server.ts';
import { everything } from '#test/support/github/state.ts';
import { openTestHost, type TestHost, temporaryFolder } from '#test/support/host.ts';
import { findChromium, launch, noChromium, tellFailed } from './chromium.ts';

const program = findChromium(process.env.PATH);
const claim = program === undefined ? `connecting GitHub (${noChromium})` : 'connecting GitHub';
/** Pictures for whoever wants to look, when a folder for them is named. */
const shots = process.env.OMOI_SHOTS;
/** A busy machine; only ends a test that would hang. */
const patience = 120_000;

describe.skipIf(program === undefined)(claim, () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let github: GitHub;
  let host: TestHost;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    folder = await temporaryFolder();
    github = await startGitHub(join(folder.path, 'github'));
    await github.create('acme/shop');
    host = await openTestHost(join(folder.path, 'data'), { github: { apiUrl: github.apiUrl } });
    browser = await launch(program ?? '');
    page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: 'light' });
    page.setDefaultTimeout(patience);
    page.on('pageerror', (error) => complaints.push(`thrown: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/status of (4|5)\d\d/.test(message.text()))
        complaints.push(`${message.text()} (${message.location().url})`);
    });
  });
  afterAll(async () => {
    await browser.close();
    await host.close();
    await github.close();
    await folder.remove();
  });
  afterEach(async ({ task }) => {
    await tellFailed(task, page);
    expect(complaints).toEqual([]);
    expect(github.state.offences).toEqual([]);
  });

  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const seen = (words: string | RegExp) => page.getByText(words).first().waitFor();
  const shoot = async (name: string) => {
    if (shots === undefined) return;
    await mkdir(shots, { recursive: true });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: join(shots, `github-${name}-${colorScheme}.png`), fullPage: true });
    }
  };
  const file = () => join(folder.path, 'data', 'github.json');

  it('says how, before anything is connected', async () => {
    await page.goto(`${host.url}/projects/new`);
    await page.getByLabel('Repository').fill('acme/shop');
    await button('Connect project').click();
    await page.getByRole('alert').getByText('acme/shop looks like a repository on GitHub').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('form', { name: 'GitHub App' }).waitFor();
    await page.getByLabel('Name').fill('ci');
    await button('Make key').click();
    await seen('This is the only time its key is shown.');
    await shoot('not-connected');
  });

  it('makes an App on GitHub by the keyboard, comes back, and keeps its key in a file for its owner alone', async () => {
    await button('Create GitHub App').focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(`${github.url}/settings/apps/new?**`);
    await button('Create GitHub App').click();
    await page.waitForURL(`${host.url}/settings`);
    await seen('The GitHub App is installed nowhere yet.');
    await seen('omoios-test');
    await shoot('installed-nowhere');
    expect(github.state.manifests).toMatchObject([{ redirect_url: `${host.url}/settings`, public: false }]);
    expect(await readFile(file(), 'utf8')).toContain('PRIVATE KEY');
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    expect(await page.content()).not.toMatch(/PRIVATE KEY|whsec|code\d/);
  });

  it('shows where the App is installed, and which permission was not accepted', async () => {
    const { accounts } = github.state.app;
    accounts.push({ login: 'acme', repositories: 'selected', suspended: false });
    accounts.push({
      ...{ login: 'beta', repositories: 'all', suspended: false },
      permissions: { ...everything, checks: 'read' },
    });
    await page.reload();
    await seen('beta has not accepted what the GitHub App asks for: Checks: Read and write');
    await page.getByRole('link', { name: 'acme', exact: true }).waitFor();
    await shoot('connected');
    accounts.pop();
  });

  it('connects a project by owner/name, and says when its repository is out of reach', async () => {
    await page.getByRole('link', { name: 'Connect a project' }).click();
    await page.getByLabel('Repository').fill('acme/shop');
    await button('Connect project').click();
    await page.getByLabel('Title').waitFor();
    const { items } = await host.client.call('listProjects', {});
    expect(items).toMatchObject([{ name: 'shop', repo: `${github.url}/acme/shop`, defaultBranch: 'main' }]);
    github.state.app.permissions = { ...everything, pull_requests: 'read' };
    await page.goto(`${host.url}/projects/${items[0]?.id}`);
    await page.getByRole('alert').getByText('The GitHub App lacks a permission. Add Pull requests').waitFor();
    await shoot('project');
    github.state.app.permissions = { ...everything };
  });

  it('takes no answer of GitHub that this tab did not ask for, nor the same twice', async () => {
    const before = await readFile(file(), 'utf8');
    github.state.codes.add('stolen');
    await page.goto(`${host.url}/settings?code=stolen&state=made-up`);
    await seen('This answer of GitHub belongs to no request of this tab. Start again.');
    expect(page.url()).toBe(`${host.url}/settings`);
    const response = await fetch(`${host.url}/v1/github/app/finish`, {
      method: 'POST',
      body: JSON.stringify({ code: 'stolen', state: 'made-up' }),
    });
    expect(response.status).toBe(422);
    expect(github.state.codes.has('stolen')).toBe(true);
    expect(await readFile(file(), 'utf8')).toBe(before);
  });

  it('takes a token instead, which is in no page, event or log', async () => {
    await button('Replace App').click();
    await page.getByRole('textbox', { name: 'Token', exact: true }).fill('github_pat_wrong');
    await button('Connect token').click();
    await page.getByRole('alert').getByText('GitHub does not accept the GitHub token any more').waitFor();
    const token = github.token();
    await page.getByRole('textbox', { name: 'Token', exact: true }).fill(token);
    await button('Connect token').click();
    // The form above speaks of a “token of your own”: only what the answer brings tells that it is connected.
    await button('Replace token').waitFor();
    await seen(/^Token of/);
    await shoot('token');
    expect(await page.content()).not.toContain(token);
    expect(JSON.stringify(await host.client.call('listEvents', {}))).not.toContain(token);
    expect(host.complaints.join('\n')).not.toContain(token);
  });

  it('is disconnected by the keyboard after one more question, and nothing of the credential stays', async () => {
    await page.goto(`${host.url}/settings`);
    await button('Disconnect').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText('Projects stay').waitFor();
    await shoot('disconnect');
    // Again where the dialog was only about to take the keys.
    await expect
      .poll(async () => {
        await page.keyboard.press('Escape');
        return page.getByRole('dialog').count();
      })
      .toBe(0);
    await button('Replace token').waitFor();
    await button('Disconnect').focus();
    await page.keyboard.press('Enter');
    await button('Disconnect GitHub').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('disconnected GitHub. Connect it again').waitFor();
    await shoot('disconnected');
    expect(JSON.parse(await readFile(file(), 'utf8'))).toEqual({
      ...{ kind: 'none', apiUrl: github.apiUrl, by: expect.any(String), at: expect.any(String) },
    });
    const { items } = await host.client.call('listProjects', {});
    await page.goto(`${host.url}/projects/${items[0]?.id}`);
    await page.getByRole('alert').getByText('GitHub is not connected.').waitFor();
    const body = { projectId: items[0]?.id ?? '', title: 'Coupons', description: 'Please.' };
    const refused = await host.client.call('submitTicket', { body }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ status: 409 });
    const posted = await fetch(`${host.url}/webhooks/github`, { method: 'POST', body: '{}' });
    expect(posted.status).toBe(401);
  });

  it('is as before when it is connected again', async () => {
    await page.goto(`${host.url}/settings`);
    await page.getByRole('textbox', { name: 'Token', exact: true }).fill(github.token());
    await button('Connect token').click();
    await button('Replace token').waitFor();
    const { items } = await host.client.call('listProjects', {});
    const params = { id: items[0]?.id ?? '' };
    expect(await host.client.call('checkProject', { params })).toMatchObject({ ok: true });
  });
});
