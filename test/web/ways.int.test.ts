/** Ways through the console and what stands in them, in a real Chromium against the fixture server. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { beforeEach, expect, it } from 'vitest';
import { newTicket } from './fixture/answers.ts';
import type { Fixture } from './fixture/server.ts';
import { describeConsole } from './shelf.ts';

describeConsole('the way through the console', { beatMs: 15, width: 1440 }, (shelf) => {
  let fixture: Fixture;
  let page: Page;
  beforeEach(() => {
    fixture = shelf.fixture();
    page = shelf.page();
  });

  const link = (name: string | RegExp) => page.getByRole('link', { name });
  const text = (words: string | RegExp) => page.getByText(words).first();
  const open = (path: string) => page.goto(fixture.url + path);
  const projectId = () => fixture.world.projects[0]?.id as never;
  const script = readFileSync(new URL('faults.browser.js', import.meta.url), 'utf8');

  it('says that the server is gone without being asked for anything, and takes that back', async () => {
    await open('/projects');
    await link(/shelf/).waitFor();
    await text('Live').waitFor();
    const dot = () =>
      page.evaluate<string>("getComputedStyle(document.querySelector('.live'), '::before').backgroundColor");
    const live = await dot();
    await page.route('**/v1/**', (route) => route.abort());
    const comeBack = fixture.cut();
    await text('The server does not answer.').waitFor();
    expect(await dot()).not.toBe(live);
    await page.unroute('**/v1/**');
    comeBack();
    await text('The server does not answer.').waitFor({ state: 'detached' });
    await text('Live').waitFor();
    expect(await dot()).toBe(live);
  });

  it('shows nothing of one ticket at the address of another that is on its way', async () => {
    for (const title of ['First', 'Second'])
      newTicket(fixture.world, { projectId: projectId(), title, description: '' });
    await open('/tickets/TKT-1');
    await page.getByRole('heading', { level: 1, name: 'First' }).waitFor();
    let arrive = () => {};
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    await page.route('**/v1/tickets/TKT-2', async (route) => {
      await arrived;
      await route.continue();
    });
    await page.keyboard.press('Control+k');
    await page.keyboard.type('tkt-2');
    await page.keyboard.press('Enter');
    await page.getByRole('main').getByRole('status', { name: 'Loading' }).waitFor();
    expect(await page.getByRole('button', { name: 'Cancel' }).count()).toBe(0);
    arrive();
    await page.getByRole('heading', { level: 1, name: 'Second' }).waitFor();
  });

  it('finds a ticket by its name before others whose names begin alike', async () => {
    for (let n = 1; n <= 19; n += 1)
      newTicket(fixture.world, { projectId: projectId(), title: `Wish ${n}`, description: '' });
    await open('/');
    await link(/TKT-19 /).waitFor();
    expect(
      await link(/^Tickets/)
        .first()
        .getAttribute('aria-current'),
    ).toBe('page');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('tkt-1');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Wish 1', exact: true }).waitFor();
  });

  it.each([
    ['/nowhere', 'There is no page at this address.'],
    ['/tickets/%ff', 'There is no such ticket.'],
  ])('says at %s what is not there, and leads on', async (path, why) => {
    await open(path);
    await text(why).waitFor();
    await page.getByRole('heading', { level: 1, name: 'Not found' }).waitFor();
    expect(await page.title()).toBe('Not found · OmoiOS');
    expect(await page.evaluate<string[]>(script)).toEqual([]);
    await link('Go to the tickets').click();
    await page.getByRole('heading', { level: 1, name: 'Tickets' }).waitFor();
  });

  it('shows what agents remembered of a project, and has it forgotten after asking', async () => {
    const { world } = fixture;
    const known = { kind: 'warning', runId: null, ticket: 'TKT-1', at: new Date().toISOString() } as const;
    world.memories.push({ ...known, id: world.id('memory'), text: 'Never run <b>make</b> twice.' });
    await open(`/projects/${projectId()}`);
    const memories = page.getByRole('region', { name: 'Memories' });
    await memories.getByText('Never run <b>make</b> twice.').waitFor();
    expect(await page.evaluate<string[]>(script)).toEqual([]);
    await memories.getByRole('button', { name: 'Forget' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Forget it' }).click();
    await memories.getByText('Nothing yet.').waitFor();
    expect(world.memories).toEqual([]);
  });
});
