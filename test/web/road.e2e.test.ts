/** The console of a real host in a real Chromium: a ticket from its repository to a merged pull request, by clicking. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestHost, type TestHost, temporaryFolder } from '#test/support/host.ts';
import { gitIn, makeRepository } from '#test/support/repository.ts';
import { findChromium, launch, noChromium } from './chromium.ts';
import { answer, cassette, description, keptTest, title } from './greeter-road.ts';

const program = findChromium(process.env.PATH);
const claim = program === undefined ? `the console of a host (${noChromium})` : 'the console of a host';
/** Pictures for whoever wants to look, when a folder for them is named. */
const shots = process.env.OMOI_SHOTS;
/** A sandbox on a busy machine; only ends a test that would hang. */
const patience = 900_000;

describe.skipIf(program === undefined)(claim, () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let host: TestHost;
  let browser: Browser;
  let page: Page;
  let repo: string;
  const complaints: string[] = [];
  // The first builders go on when the page was seen with all of them at work.
  let goOn = () => {};
  const atWork = new Promise<void>((resolve) => {
    goOn = resolve;
  });

  beforeAll(async () => {
    folder = await temporaryFolder();
    await makeRepository(join(folder.path, 'greeter'));
    // Bare: nobody has its main branch checked out, so it can be merged here.
    repo = join(folder.path, 'greeter.git');
    await gitIn(folder.path, 'clone', '--quiet', '--bare', 'greeter', repo);
    const replay = join(folder.path, 'cassette.json');
    await writeFile(replay, JSON.stringify(cassette));
    host = await openTestHost(join(folder.path, 'data'), { replay }, async ({ role, task, call }) => {
      if (role === 'builder' && task !== 'T5' && call === 2) await atWork;
    });
    browser = await launch(program ?? '');
    page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: 'light' });
    page.setDefaultTimeout(patience);
    page.on('pageerror', (error) => complaints.push(`thrown: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(`${message.text()} (${message.location().url})`);
    });
    await page.addInitScript({
      content:
        "addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => console.error('policy', violatedDirective, blockedURI))",
    });
  });
  afterAll(async () => {
    await browser.close();
    await host.close();
    await folder.remove();
  });

  const button = (name: string | RegExp) =>
    page.getByRole('button', { name, exact: typeof name === 'string' });
  const link = (name: string | RegExp) => page.getByRole('link', { name });
  const tab = (name: RegExp) => page.getByRole('navigation', { name: 'Ticket' }).getByRole('link', { name });
  const seen = (words: string | RegExp) => page.getByText(words).first().waitFor();
  const shoot = async (name: string) => {
    if (shots === undefined) return;
    await mkdir(shots, { recursive: true });
    await page.screenshot({ path: join(shots, `road-${name}.png`), fullPage: true });
  };

  it('leads from a repository to a merged pull request, without an error', async () => {
    await page.goto(host.url);
    await seen('A replayed model is in use');
    await link('Connect a project').click();
    await page.getByLabel('Repository').fill(repo);
    await button('Connect project').click();
    await page.getByLabel('Title').fill(title);
    await page.getByLabel('Description').fill(description);
    await button('Create ticket').click();
    await page.getByRole('heading', { level: 1, name: title }).waitFor();

    await link(/Requirements waits for your review/).click();
    await page.getByRole('article').getByText('REQ-3.1').waitFor();
    await shoot('gate');
    await button('Approve').click();
    await page.getByRole('region', { name: 'Gate: Design' }).waitFor();
    await page.getByRole('article').getByText('src/').first().waitFor();
    await button('Approve').click();

    await tab(/Tasks/).click();
    await page.getByRole('img', { name: /Task graph of 5 tasks/ }).waitFor();
    // Three at once and more: the live page says of each that it is at work.
    await expect
      .poll(() => page.getByRole('button', { name: /^(?=.*\bT[1234]\b)(?=.*Running)/ }).count(), {
        timeout: patience,
      })
      .toBeGreaterThanOrEqual(3);
    await shoot('tasks');
    goOn();

    await tab(/Overview/).click();
    await page.getByRole('form', { name: 'Question' }).getByText('Which word is for the way out?').waitFor();
    await page.getByLabel('Your answer').fill(answer);
    await button('Answer').click();
    await link(/Tamper report waits for your review/).click();
    await seen(`The test '${keptTest}' is gone`);
    await shoot('tamper');
    await page.getByLabel('Comment').fill('This test stays.');
    await button('Reject').click();

    await tab(/Pull request #1/).waitFor();
    await tab(/Runs/).click();
    await link(/Builder of T3/)
      .first()
      .click();
    await page.getByRole('log').getByText('submit_work').last().waitFor();
    await shoot('journal');
    await tab(/Evidence/).click();
    // Once or twice: alone, and with those whose check it shared.
    await page
      .getByRole('row', { name: /Failed.*T3.*node --test.*1 failed/ })
      .first()
      .waitFor();
    await shoot('evidence');
    await tab(/Cost/).click();
    await page.getByRole('img', { name: /Cost rose to \$\d+\.\d\d in \d+ model calls/ }).waitFor();
    await shoot('cost');

    await tab(/Pull request/).click();
    await page
      .getByRole('cell', { name: /REQ-3\.1/ })
      .first()
      .waitFor();
    await page.getByRole('region', { name: 'src/crowd.js' }).waitFor();
    await shoot('pull');
    await button('Merge').click();
    await button('Merge pull request').click();
    await seen(/merged as/);
    await shoot('merged');
    await tab(/Overview/).click();
    await seen('Merged');
    await shoot('ticket');

    const { branch, headCommit } = await host.ticket('TKT-1');
    expect(await gitIn(repo, 'rev-parse', 'main')).toBe(headCommit);
    expect(await gitIn(repo, 'rev-parse', branch)).toBe(headCommit);
    expect(complaints).toEqual([]);
    expect(host.complaints).toEqual([]);
    // Only ends a test that would hang.
  }, 1_800_000);
});
