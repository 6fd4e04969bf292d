/**
 * The console in a real Chromium against the fixture server: the whole road by clicking, and again by keyboard.
 * The page is built anew for it, so that it never tests yesterday's console.
 */
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { builtConsole } from './built.ts';
import { findChromium, launch, noChromium, tellFailed } from './chromium.ts';
import { newTicket } from './fixture/answers.ts';
import { type Fixture, startFixture } from './fixture/server.ts';

const program = findChromium(process.env.PATH);
const claim = program === undefined ? `the console (${noChromium})` : 'the console';

describe.skipIf(program === undefined)(claim, () => {
  let web: string;
  let browser: Browser;
  let fixture: Fixture;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    web = await builtConsole();
    browser = await launch(program ?? '');
  });

  afterAll(async () => {
    await browser.close();
    await rm(web, { recursive: true });
  });

  beforeEach(async () => {
    fixture = await startFixture({ web, beatMs: 15 });
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    complaints = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/status of (4|5)\d\d|WebSocket|ERR_/.test(message.text()))
        complaints.push(message.text());
    });
  });

  afterEach(async ({ task }) => {
    await tellFailed(task, page);
    await page.close();
    await fixture.close();
    expect(complaints).toEqual([]);
  });

  const button = (name: string | RegExp) =>
    page.getByRole('button', { name, exact: typeof name === 'string' });
  const link = (name: string | RegExp) => page.getByRole('link', { name });
  const text = (words: string | RegExp) => page.getByText(words).first();
  const tab = (name: RegExp) => page.getByRole('navigation', { name: 'Ticket' }).getByRole('link', { name });
  const open = (path: string) => page.goto(fixture.url + path);

  const script = readFileSync(new URL('faults.browser.js', import.meta.url), 'utf8');
  const faults = (): Promise<string[]> => page.evaluate<string[]>(script);

  async function connect(): Promise<void> {
    const project = { name: 'shelf', repo: '/home/marta/shelf' };
    await fetch(`${fixture.url}/v1/projects`, { method: 'POST', body: JSON.stringify(project) });
  }

  it('leads from a repository to a merged pull request by clicking', async () => {
    await open('/');
    await text('A replayed model is in use').waitFor();
    await link('Connect a project').click();
    await page.getByLabel('Repository').fill('/nowhere');
    await button('Connect project').click();
    await page.getByRole('alert').getByText('/nowhere is not a git repository.').waitFor();
    await page.getByLabel('Repository').fill('/home/marta/shelf');
    await page.getByLabel('Test', { exact: true }).fill('npm test');
    expect(await faults()).toEqual([]);
    await button('Connect project').click();

    await page.getByLabel('Title').fill('W'.repeat(201));
    await text('At most 200 characters').waitFor();
    expect(await button('Create ticket').isDisabled()).toBe(true);
    await page.getByLabel('Title').fill('Let members wait in line for a book');
    await page.getByLabel('Description').fill('A member can be put in line. <img src=x onerror="alert(1)">');
    await page.getByLabel('Budget in USD').fill('12.50');
    expect(await faults()).toEqual([]);
    await button('Create ticket').click();

    await page.getByRole('heading', { level: 1, name: 'Let members wait in line for a book' }).waitFor();
    await text('Commands proven on the base commit').waitFor();
    await link(/Requirements waits for your review/).click();
    await page.getByRole('article').getByText('REQ-3.1').waitFor();
    await text(/The whole ticket: probably \$1\.40/).waitFor();
    await page.getByRole('region', { name: 'Evaluator' }).getByText('92 %').waitFor();
    expect(await faults()).toEqual([]);
    await button('Reject').click();
    await text('Say what has to change').waitFor();
    expect(await page.getByLabel('Comment').getAttribute('aria-invalid')).toBe('true');
    await page.getByLabel('Comment').fill('From which day are the open days counted?');
    await button('Reject').click();
    await text(/version 2/).waitFor();
    await button('Changes').click();
    await page.locator('ins', { hasText: 'counted from the day after the return' }).waitFor();
    await page.getByLabel('Ceremony').selectOption('full');
    await button('Approve').click();
    await page.getByRole('region', { name: 'Gate: Design' }).waitFor();
    await button('Approve').click();

    await tab(/Tasks/).click();
    await button(/T3 Keep copies for three open days/).click();
    await text('test/pickup.test.ts').waitFor();
    await page
      .getByRole('img', { name: /Task graph of 8 tasks; the longest path takes \d+ minutes/ })
      .waitFor();
    expect(await faults()).toEqual([]);

    await tab(/Overview/).click();
    await page.getByRole('form', { name: 'Question' }).waitFor();
    await tab(/Runs/).click();
    await link(/Waits for an answer Builder of T8/).click();
    await text('What the agent was given').waitFor();
    await page.getByRole('textbox', { name: 'Say something to the agent' }).fill('Keep it short.');
    await button('Send').click();
    await page.getByRole('log').getByText('Keep it short.').waitFor();
    await link(/^Needs you/).click();
    await button('Yes').click();
    await text('Nothing waits for you.').waitFor();

    await link('Look at the tickets').click();
    await link(/TKT-1/).click();
    await tab(/Pull request #1/).waitFor();
    await tab(/Runs/).click();
    await link(/Builder of T8/).click();
    await page.getByRole('log').getByText('submit_work').last().waitFor();
    await tab(/Evidence/).click();
    await page.getByRole('row', { name: /Failed T3 .* npm test 1 27 run, 2 failed/ }).waitFor();
    expect(
      await page.getByRole('link', { name: 'Full log of npm test' }).first().getAttribute('href'),
    ).toMatch(/^\/v1\/evidence\/ticket_\w+\/evidence_\w+\/log$/);
    await text(/existing tests fail as they were/).click();
    await text('a copy that is back is on the shelf').waitFor();
    expect(await faults()).toEqual([]);
    await tab(/Cost/).click();
    await page
      .getByRole('img', { name: /Cost rose to \$\d\.\d\d in \d+ model calls; the limit is \$12\.50/ })
      .waitFor();
    await tab(/Documents/).click();
    await link(/Version 2 approved/).click();
    await text('REQ-1.1').waitFor();

    await tab(/Pull request/).click();
    await page.getByRole('cell', { name: 'REQ-3.1', exact: true }).waitFor();
    // Raw HTML of a document is shown as what it is.
    await text("<script>alert('hostile')</script>").waitFor();
    const file = page.getByRole('region', { name: 'src/holds.ts' });
    await file.getByText('export function lineFor').waitFor();
    await file.getByRole('button', { name: /^src\/holds.ts added/ }).click();
    await file.getByText('export function lineFor').waitFor({ state: 'detached' });
    expect(await faults()).toEqual([]);
    await button('Merge').click();
    await button('Merge pull request').click();
    await text(/merged as/).waitFor();
    expect(await button('Merge').count()).toBe(0);
    expect(await page.locator('img[src="x"]').count()).toBe(0);
  });

  it('offers the networks that the installation has, and keeps in words what a project has beside them', async () => {
    await connect();
    const { world } = fixture;
    const field = page.getByRole('combobox', { name: 'Network of sandboxes' });
    const offered = () => field.getByRole('option').allTextContents();
    world.networks = ['open', 'none'];
    const kept = 'Not available here: Gateway and package registries';
    const why =
      'This installation has no such network, so no sandbox of the project starts. Choose another, or deploy with -c networks=open,none,registries.';
    await open(`/projects/${world.projects[0]?.id}`);
    expect(await field.ariaSnapshot()).toContain(kept);
    expect(await offered()).toEqual([kept, 'Gateway alone', 'Open']);
    const hint = page.locator(`[id="${await field.getAttribute('aria-describedby')}"]`);
    expect(await hint.textContent()).toBe(why);
    expect(await faults()).toEqual([]);
    await field.selectOption('Open');
    expect(await hint.textContent()).toBe('');
    expect(await offered()).toContain(kept);
    await open('/projects/new');
    expect(await field.inputValue()).toBe('none');
    expect(await offered()).toEqual(['Gateway alone', 'Open']);
  });

  it('can be walked by keyboard alone', async () => {
    await connect();
    const { world } = fixture;
    const projectId = world.projects[0]?.id as never;
    newTicket(world, { projectId, title: 'Older', description: '', verification: 'unverified' });
    newTicket(world, { projectId, title: 'Newer', description: '' });
    await open('/health');
    await page.getByRole('heading', { name: 'Health' }).waitFor();
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').textContent()).toBe('Skip to content');
    await page.keyboard.press('g');
    await page.keyboard.press('t');
    await link(/Newer/).waitFor();
    expect(await link(/Older/).textContent()).toContain('unverified');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Older' }).waitFor();
    await text('unverified').waitFor();
    await page.keyboard.press('5');
    await text('No runs yet.').waitFor();

    await page.keyboard.press('Control+k');
    await page.keyboard.type('newer');
    await page.getByRole('option', { name: /TKT-2 Newer/ }).waitFor();
    expect(await faults()).toEqual([]);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Newer' }).waitFor();

    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('c');
    await page.getByLabel('Title').waitFor();
    // Letters are letters while one types.
    await page.getByLabel('Title').pressSequentially('cj?');
    expect(await page.getByLabel('Title').inputValue()).toBe('cj?');
  });

  it('goes on by itself after the host was away, without losing an event', async () => {
    await connect();
    const { world } = fixture;
    const ticket = newTicket(world, {
      projectId: world.projects[0]?.id as never,
      title: 'Patient',
      description: '',
    });
    await open(`/tickets/${ticket.view.name}`);
    await text('Live').waitFor();
    const comeBack = fixture.cut();
    await text('Reconnecting').waitFor();
    comeBack();
    world.emit(ticket, 'ticket.paused.v1', { by: 'Marta' });
    await page.getByTestId('announcer').getByText('Paused by Marta').waitFor({ state: 'attached' });
    await page.getByRole('listitem').getByText('Paused by Marta').waitFor();
  });

  it('says calmly that the store wakes up, and asks again', async () => {
    await connect();
    fixture.world.asleep = true;
    await open('/projects');
    await text('The store is waking up.').waitFor();
    fixture.world.asleep = false;
    await link(/shelf/).waitFor();
    await text('The store is waking up.').waitFor({ state: 'detached' });
  });

  it('signs in to an account by code and PKCE, and misses nothing that is reordered, doubled or lost', async () => {
    const account = await startFixture({ web, beatMs: 15, account: true });
    const { world } = account;
    const project = { method: 'POST', body: JSON.stringify({ name: 'shelf', repo: '/srv/shelf' }) };
    expect((await fetch(`${account.url}/v1/projects`, project)).status).toBe(401);
    try {
      await page.goto(`${account.url}/projects/new?from=mail`);
      await page.getByLabel('Repository').fill('/srv/shelf');
      expect(page.url()).toBe(`${account.url}/projects/new?from=mail`);
      await button('Connect project').click();
      await page.getByLabel('Title').fill('Patient');
      await button('Create ticket').click();
      await page.getByRole('heading', { level: 1, name: 'Patient' }).waitFor();
      await text('Live').waitFor();
      const [ticket] = world.tickets;
      if (ticket === undefined) throw new Error('no ticket');
      let last: unknown;
      // Every other event is lost, the rest come twice, behind the one before.
      world.pushes = (event) => {
        const before = last;
        last = event;
        return event.cursor % 2 === 0
          ? []
          : ([event, before, event].filter((one) => one !== undefined) as never);
      };
      for (let n = 0; n < 4; n += 1) world.emit(ticket, 'ticket.paused.v1', { by: `Marta ${n}` });
      world.pushes = (event) => [event];
      world.emit(ticket, 'ticket.resumed.v1', { by: 'Grace', tokens: [] });
      for (let n = 0; n < 4; n += 1)
        await page.getByRole('listitem').getByText(`Paused by Marta ${n}`).waitFor();
      const comeBack = account.cut();
      await text('Reconnecting').waitFor();
      comeBack();
      world.emit(ticket, 'ticket.paused.v1', { by: 'Linus' });
      await page.getByRole('listitem').getByText('Paused by Linus').waitFor();
      // The ticket goes on meanwhile, so by now something later may be what was said last.
      expect(await page.getByTestId('announcer').textContent()).not.toBe('');
    } finally {
      await account.close();
    }
  });

  /** A ticket that the forge holds for this reason. */
  function heldTicket(why: string) {
    const projectId = fixture.world.projects[0]?.id as never;
    const hold = { why, at: new Date().toISOString() };
    const waits = { status: 'waiting', column: 'needs you', waitingFor: 'forge', hold } as const;
    return newTicket(fixture.world, { projectId, title: 'Holds', description: '', ...waits }).view;
  }
  const notice = () => page.getByRole('region', { name: 'Held up' });

  it('shows what the forge holds a ticket up with, the way to mend it, and tries again by keyboard alone', async () => {
    await connect();
    const view = heldTicket('GitHub is not connected. Connect it in the settings.');
    await open('/health');
    await page.getByRole('heading', { name: 'Health' }).waitFor();
    await link(/^Needs you 1/).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('n');
    await notice().getByText('GitHub is not connected. Connect it in the settings.').waitFor();
    expect(await faults()).toEqual([]);
    // Nothing is said of branches where no branch is gone.
    expect(await notice().getByRole('form').count()).toBe(0);
    await page.keyboard.press('j');
    expect(await page.locator(':focus').textContent()).toBe('Try again');
    await page.keyboard.press('Shift+Tab');
    expect(await page.locator(':focus').textContent()).toBe('Settings');
    await page.keyboard.press('Enter');
    await page.getByRole('form', { name: 'GitHub App' }).waitFor();
    await open(`/tickets/${view.name}`);
    await notice().waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await notice().waitFor({ state: 'detached' });
    expect(view).toMatchObject({ status: 'running', hold: null });
  });

  it('shows why the platform paused a ticket whose network is gone, and leads to its project', async () => {
    await connect();
    const why =
      'This installation has no network for sandboxes of the policy none, which the project shelf asks for.';
    const view = Object.assign(heldTicket(why), { status: 'paused', waitingFor: null });
    await open(`/tickets/${view.name}`);
    await notice().getByText(why).waitFor();
    expect(await faults()).toEqual([]);
    await notice().getByRole('link', { name: 'Project' }).click();
    await page.getByRole('combobox', { name: 'Network of sandboxes' }).waitFor();
    await open('/needs-you');
    await notice().getByRole('button', { name: 'Try again' }).click();
    await notice().waitFor({ state: 'detached' });
    expect(view).toMatchObject({ status: 'running', hold: null });
  });

  it('delivers what is held for a lost branch onto the one that the repository has now, by clicking or by keyboard', async () => {
    await connect();
    fixture.world.branch = 'trunk';
    const view = heldTicket('/home/marta/shelf has no branch “main” any more.');
    await open(`/tickets/${view.name}`);
    const branch = notice().getByLabel('Deliver onto');
    await expect.poll(() => branch.inputValue()).toBe('trunk');
    expect(await faults()).toEqual([]);
    await branch.fill('gone');
    await notice().getByRole('button', { name: 'Deliver onto this branch' }).click();
    await notice().getByRole('alert').getByText('has no branch “gone”').waitFor();
    expect(view.hold).not.toBeNull();
    await branch.fill('trunk');
    await branch.press('Enter');
    await notice().waitFor({ state: 'detached' });
    expect(view).toMatchObject({ status: 'running', hold: null });
    expect(fixture.world.projects[0]?.defaultBranch).toBe('trunk');
  });

  it('shows what each run is at, and on the health page who is at work', async () => {
    await connect();
    const projectId = fixture.world.projects[0]?.id as never;
    const { view, runs } = newTicket(fixture.world, { projectId, title: 'Holds', description: '' });
    runs.push({
      ...{ id: fixture.world.id('run'), ticketId: view.id, taskId: null, taskKey: 'T4', phase: 'execution' },
      ...{ kind: 'agent', role: 'builder', round: 1, attempt: 1, status: 'running', reason: null },
      ...{ message: null, measured: null, feedback: null, turns: 7, costMicros: 0 },
      ...{ createdAt: new Date().toISOString(), startedAt: new Date().toISOString(), endedAt: null },
    });
    await open('/health');
    const atWork = page.getByRole('region', { name: 'At work' });
    const agent = atWork.getByRole('link', { name: /TKT-1 Builder of T4 npm test 7 turns/ });
    await agent.waitFor();
    expect(await faults()).toEqual([]);
    await agent.click();
    await page.getByRole('heading', { name: 'Builder of T4' }).waitFor();
    await tab(/Runs/).click();
    await link(/Running Builder of T4 npm test/).waitFor();
    runs.splice(0);
    await open('/health');
    await atWork.getByText('Nobody is at work.').waitFor();
  });

  it('names the one GitHub that a deployment may reach, instead of asking for another', async () => {
    fixture.world.github = { ...fixture.world.github, onlyServer: 'https://git.acme.test' };
    await open('/settings');
    const form = page.getByRole('form', { name: 'GitHub App' });
    await form.getByText('https://git.acme.test').waitFor();
    await form.getByText('-c githubApi=https://HOST/api/v3').waitFor();
    expect(await form.getByRole('textbox').count()).toBe(1);
    const token = page.getByRole('link', { name: 'Make one on GitHub' });
    expect(await token.getAttribute('href')).toMatch(/^https:\/\/git\.acme\.test\/settings/);
    expect(await faults()).toEqual([]);
    // What it asks is looked at here; where the answer leads is github.e2e.test.ts' matter.
    await page.route('**/v1/github/app', (route) => route.abort());
    const asked = page.waitForRequest('**/v1/github/app');
    await button('Create GitHub App').click();
    expect((await asked).postDataJSON()).toMatchObject({ baseUrl: 'https://git.acme.test' });
  });

  it('shows older tickets page by page', async () => {
    await connect();
    const projectId = fixture.world.projects[0]?.id as never;
    for (let n = 1; n <= 205; n += 1)
      newTicket(fixture.world, { projectId, title: `Wish ${n}`, description: '' });
    await open('/tickets');
    await link(/TKT-205 /).waitFor();
    expect(await link(/Wish 5 /).count()).toBe(0);
    await button('Show older tickets').click();
    await link(/Wish 5 /).waitFor();
    expect(await button('Show older tickets').count()).toBe(0);
  });

  it('shows a new key once, lists it by its beginning, and revokes it after asking', async () => {
    await open('/health');
    await page.getByRole('heading', { name: 'Health' }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('s');
    await page.getByLabel('Name').fill('ci');
    await page.getByLabel('Role').selectOption('viewer');
    await page.keyboard.press('Enter');
    await page.getByLabel('Name').press('Enter');
    await text('This is the only time its key is shown.').waitFor();
    const key = `omoi_${'k'.repeat(42)}0`;
    await text(key).waitFor();
    expect(await faults()).toEqual([]);
    await open('/settings');
    await page.getByRole('row', { name: /ci omoi_kkkkk… Viewer .* by you never/ }).waitFor();
    expect(await page.content()).not.toContain(key);
    await button('Revoke').click();
    await button('Revoke key').click();
    await page.getByRole('row', { name: /ci/ }).waitFor({ state: 'detached' });
    expect(fixture.world.keys).toEqual([]);
  });

  it('asks before it cancels, and turns dark on request', async () => {
    await connect();
    newTicket(fixture.world, {
      projectId: fixture.world.projects[0]?.id as never,
      title: 'Doomed',
      description: '',
    });
    await page.emulateMedia({ colorScheme: 'light' });
    await open('/tickets/TKT-1');
    await button('Cancel').click();
    await page
      .getByRole('dialog', { name: 'Cancel TKT-1?' })
      .getByRole('button', { name: 'Cancel ticket' })
      .click();
    await text('This ticket was cancelled.').waitFor();
    expect(await button('Pause').count()).toBe(0);
    const ground = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    const light = await ground();
    await button(/Theme: system/).click();
    await button(/Theme: light/).click();
    expect(await ground()).not.toBe(light);
  });
});
