/** What a newcomer met in the console, in a real Chromium against the fixture server. */
import type { Page } from 'playwright-core';
import { beforeEach, expect, it } from 'vitest';
import { newTicket } from './fixture/answers.ts';
import type { Fixture } from './fixture/server.ts';
import type { Ticket } from './fixture/world.ts';
import { describeConsole } from './shelf.ts';

describeConsole('a newcomer', { beatMs: 1, width: 1280 }, (shelf) => {
  let fixture: Fixture;
  let page: Page;
  beforeEach(() => {
    fixture = shelf.fixture();
    page = shelf.page();
  });

  const open = (at: string) => page.goto(fixture.url + at);
  const projectId = () => fixture.world.projects[0]?.id as never;

  const link = (name: string | RegExp) => page.getByRole('link', { name });
  const button = (name: string) => page.getByRole('button', { name, exact: true });

  function anyTicket(title = 'Patient'): Ticket {
    return newTicket(fixture.world, { projectId: projectId(), title, description: '' });
  }

  it('is led by each entry of the activity to where it came from, with the task it is about', async () => {
    const { world } = fixture;
    const ticket = anyTicket();
    const [taskId, runId, documentId] = [world.id('task'), world.id('run'), world.id('document')];
    const run = { runId, taskId: null, kind: 'check', role: 'verifier', attempt: 1 } as const;
    world.emit(ticket, 'document.approved.v1', { documentId, kind: 'plan', hash: 'a', by: 'Ada' });
    world.emit(ticket, 'task.planned.v1', { taskId, key: 'T1', title: 'Keep the line' });
    world.emit(ticket, 'run.started.v1', run);
    world.emit(ticket, 'task.verifying.v1', { taskId, key: 'T1', runId });
    const evidence = { evidenceId: world.id('evidence'), runId, name: 'test', verdict: 'failed' } as const;
    world.emit(ticket, 'evidence.stored.v1', evidence);
    await open('/tickets/TKT-1');
    const feed = page.getByRole('region', { name: 'Activity' });
    const hrefOf = (name: string) => feed.getByRole('link', { name, exact: true }).getAttribute('href');
    expect(await hrefOf('A check of T1 started')).toBe(`/tickets/TKT-1/runs/${runId}`);
    expect(await hrefOf('Test of T1 failed')).toBe(`/tickets/TKT-1/runs/${runId}`);
    expect(await hrefOf('Task plan approved by Ada')).toBe(`/tickets/TKT-1/documents/${documentId}`);
    expect(await hrefOf('T1 planned: Keep the line')).toBe('/tickets/TKT-1/tasks/T1');
  });

  it('is told in the shell that a page could not be shown, and goes on from there', async () => {
    anyTicket();
    // As from a server of another version.
    await page.route('**/v1/tickets/*/gates', (route) => route.fulfill({ json: {} }));
    const title = page.getByRole('heading', { level: 1, name: 'This page could not be shown' });
    await open('/tickets/TKT-1/gates');
    await title.waitFor();
    await link('Projects').waitFor();
    await page.getByText('The console made a mistake; the work of the agents goes on.').waitFor();
    await link('Projects').click();
    await page.getByRole('heading', { level: 1, name: 'Projects' }).waitFor();
    await page.goBack();
    await title.waitFor();
    await page.unroute('**/v1/tickets/*/gates');
    await button('Try again').click();
    await page.getByText('No gate yet.').waitFor();
    await page.route('**/v1/tickets?*', (route) =>
      route.fulfill({ json: { items: [{ column: 'spec' }], next: null } }),
    );
    await open('/tickets');
    await title.waitFor();
    await page.unroute('**/v1/tickets?*');
    await link('Go to the tickets').click();
    await link(/TKT-1/).waitFor();
  });

  it('finds again what was written for a new ticket, until it was sent', async () => {
    const other = { name: 'desk', repo: '/home/marta/desk' };
    await fetch(`${fixture.url}/v1/projects`, { method: 'POST', body: JSON.stringify(other) });
    const [title, description] = [page.getByLabel('Title'), page.getByLabel('Description')];
    await open('/tickets/new');
    await title.fill('Wait in line');
    await description.fill('A member can be put in line.');
    await link('Projects').click();
    await page.getByRole('heading', { level: 1, name: 'Projects' }).waitFor();
    await page.goBack();
    await expect.poll(() => title.inputValue()).toBe('Wait in line');
    await page.reload();
    await expect.poll(() => description.inputValue()).toBe('A member can be put in line.');
    // The words go along to a project for which nothing was begun; then that is where they are kept.
    await page.getByLabel('Project').selectOption('desk');
    expect(await title.inputValue()).toBe('Wait in line');
    await page.reload();
    await expect.poll(() => title.inputValue()).toBe('');
    await page.getByLabel('Project').selectOption('desk');
    await expect.poll(() => title.inputValue()).toBe('Wait in line');
    await button('Create ticket').click();
    await page.getByRole('heading', { level: 1, name: 'Wait in line' }).waitFor();
    expect(await page.evaluate<number>('sessionStorage.length')).toBe(0);
  });

  it('finds again what was written at a gate and to a question, until it was sent', async () => {
    const wish = JSON.stringify({ projectId: projectId(), title: 'Patient', description: '' });
    await fetch(`${fixture.url}/v1/tickets`, { method: 'POST', body: wish });
    const drafts = () => page.evaluate<number>('sessionStorage.length');
    const comment = page.getByLabel('Comment');
    await open('/tickets/TKT-1/gates');
    await comment.fill('Count open days.');
    await page.reload();
    await expect.poll(() => comment.inputValue()).toBe('Count open days.');
    await button('Reject').click();
    await page.getByText(/version 2/).waitFor();
    expect(await comment.inputValue()).toBe('');
    expect(await drafts()).toBe(0);
    await button('Approve').click();
    await page.getByRole('region', { name: 'Gate: Design' }).waitFor();
    await button('Approve').click();
    const answer = page.getByLabel('Your answer');
    await open('/tickets/TKT-1');
    await answer.fill('Only those');
    await page.reload();
    await expect.poll(() => answer.inputValue()).toBe('Only those');
    await button('Yes').click();
    await answer.waitFor({ state: 'detached' });
    expect(await drafts()).toBe(0);
  });

  it('sees the columns of the board in the order of the road, and more of them behind its edge', async () => {
    anyTicket();
    await page.setViewportSize({ width: 1024, height: 700 });
    await open('/tickets?view=board');
    await link(/TKT-1/).waitFor();
    const heads = await page.locator('.board h2').allTextContents();
    const names = heads.map((head) => head.replace(/\s*\d+$/, '').trim());
    expect(names).toEqual(['Needs you', 'Spec', 'Building', 'Done', 'Stopped']);
    const edge = await page.evaluate<{
      scrolls: boolean;
      page: boolean;
      mask: string;
      rest: number;
    }>(`(() => {
      const box = document.querySelector('.board-body');
      const scrolls = box.scrollWidth > box.clientWidth;
      box.scrollLeft = box.scrollWidth;
      const last = document.querySelector('.board-column:last-child').getBoundingClientRect();
      return { scrolls, page: document.documentElement.scrollWidth > innerWidth,
        mask: getComputedStyle(box).maskImage, rest: innerWidth - last.right };
    })()`);
    expect(edge).toMatchObject({ scrolls: true, page: false });
    expect(edge.mask).toContain('gradient');
    // What fades at the end is the gutter alone.
    expect(edge.rest).toBeGreaterThanOrEqual(16);
  });

  it('is told at which gate each forecast was made, and what a first guess is', async () => {
    anyTicket();
    await open('/tickets/TKT-1/cost');
    const forecast = page.getByRole('region', { name: 'Forecast' });
    await forecast.getByText('At the gate on the task plan').waitFor();
    await forecast.getByText('At a gate on a task’s work').waitFor();
    await forecast.getByText('A first guess goes by the ceremony and the number of tasks.').waitFor();
    const lines = await page.evaluate<number[]>(
      "[...document.querySelectorAll('.forecast-row > a')].map((one) => one.getClientRects().length)",
    );
    expect(lines).toEqual([1, 1]);
  });

  it('reads code in a criterion as code, and all else of it as it is', async () => {
    anyTicket();
    const criterion = { id: 'REQ-1.1', text: '`take` of **two** <b>holds</b>', kind: 'example' };
    await page.route('**/v1/tickets/*/trace', async (route) => {
      const none = { task: null, commit: null, interpretation: null, independent: null };
      const row = { ...none, criterion, requirement: { id: 'REQ-1', title: 'Of `take`' }, state: 'open' };
      const empty = { lines: [], earlier: [], tests: [], checks: [], stale: [] };
      await route.fulfill({ json: { items: [{ ...row, ...empty }], others: [] } });
    });
    await open('/tickets/TKT-1/evidence');
    const row = page.locator('.trace-row');
    await row.getByText('of **two** <b>holds</b>').waitFor();
    expect(await row.locator('code').allTextContents()).toEqual(['take', 'take']);
    expect(await row.locator('b, strong').count()).toBe(0);
  });

  it('reaches by keyboard what scrolls, by its name, and nothing that does not', async () => {
    const ticket = anyTicket();
    const cells = (text: string) => `| a | b |\n| --- | --- |\n| ${text} | ${text} |\n\n`;
    const code = (text: string) => `\`\`\`\n${text}\n\`\`\`\n\n`;
    const [wide, short] = ['x'.repeat(300), 'x'];
    ticket.view.description = [cells(wide), code(wide), cells(short), code(short)].join('');
    await open('/tickets/TKT-1');
    await page.getByText('Description').click();
    const stops = page.locator('.description [tabindex="0"]');
    await expect.poll(() => stops.count()).toBe(2);
    const told = page.locator('.description');
    await told.getByRole('group', { name: 'Code' }).waitFor();
    await told.getByRole('group', { name: 'Table' }).focus();
    await page.keyboard.press('ArrowRight');
    const moved = "document.querySelector('.description .table-scroll').scrollLeft > 0";
    await expect.poll(() => page.evaluate<boolean>(moved)).toBe(true);
  });

  it('hears the headings of a changed document one below the other', async () => {
    const wish = JSON.stringify({ projectId: projectId(), title: 'Patient', description: '' });
    await fetch(`${fixture.url}/v1/tickets`, { method: 'POST', body: wish });
    await open('/tickets/TKT-1/gates');
    await page.getByLabel('Comment').fill('Count open days.');
    await button('Reject').click();
    await page.getByText(/version 2/).waitFor();
    await button('Changes').click();
    await page.locator('.diff-item').first().waitFor();
    const levels = await page.evaluate<number[]>(
      "[...document.querySelectorAll('h1, h2, h3, h4')].map((one) => Number(one.localName[1]))",
    );
    expect(levels.filter((level, at) => level > (levels[at - 1] ?? 0) + 1)).toEqual([]);
  });

  it('comes on a phone from the head of a document to the decision, which stands beside it on a laptop', async () => {
    const wish = JSON.stringify({ projectId: projectId(), title: 'Patient', description: '' });
    await fetch(`${fixture.url}/v1/tickets`, { method: 'POST', body: wish });
    await open('/tickets/TKT-1/gates');
    await button('Approve').waitFor();
    expect(await link('Jump to decision').isVisible()).toBe(false);
    await page.setViewportSize({ width: 390, height: 800 });
    await open('/tickets/TKT-1/gates');
    const topOf = async (name: string) => (await button(name).boundingBox())?.y ?? 9999;
    await expect.poll(() => topOf('Approve')).toBeGreaterThan(800);
    await link('Jump to decision').click();
    await expect.poll(() => topOf('Approve')).toBeLessThan(800);
    // The next stop of the keyboard is in it.
    await page.keyboard.press('Tab');
    expect(await page.evaluate<boolean>("document.activeElement.closest('.gate-side') !== null")).toBe(true);
  });

  it('sees all of the task graph on a phone by scrolling', async () => {
    const ticket = anyTicket();
    const { world } = fixture;
    const rest = {
      origin: 'plan',
      feedback: null,
      why: 'Planned.',
      waitsFor: null,
      parent: null,
      queue: null,
    };
    for (const n of [1, 2, 3, 4])
      ticket.tasks.push({
        ...{
          ...rest,
          id: world.id('task'),
          key: `T${n}`,
          title: `Step ${n}`,
          goal: 'Do it.',
          doneWhen: 'Done.',
        },
        ...{ status: 'pending', reason: null, commit: null, round: 0, depth: 0, discoveryId: null },
        ...{ criteria: [], writes: [], estimateMinutes: 10, dependsOn: n === 1 ? [] : [`T${n - 1}`] },
      } as never);
    await page.setViewportSize({ width: 390, height: 800 });
    await open('/tickets/TKT-1/tasks');
    const boxOf = async (key: string) => page.locator('.task-box', { hasText: key }).boundingBox();
    const graph = page.getByRole('group', { name: 'Task graph' });
    await graph.waitFor();
    await expect.poll(async () => (await boxOf('T1'))?.x ?? -1).toBeGreaterThanOrEqual(52);
    // As large as it can be read, so the last stands beyond the edge, until one scrolls.
    expect((await boxOf('T1'))?.width).toBeGreaterThan(110);
    expect((await boxOf('T4'))?.x).toBeGreaterThan(390);
    const finger = "getComputedStyle(document.querySelector('.react-flow__pane')).touchAction";
    expect(await page.evaluate<string>(finger)).toBe('auto');
    // As when a phone is turned.
    await page.setViewportSize({ width: 1280, height: 800 });
    await expect.poll(async () => (await boxOf('T1'))?.width).toBeGreaterThan(200);
    await page.setViewportSize({ width: 390, height: 800 });
    await expect.poll(async () => (await boxOf('T1'))?.width).toBeLessThan(140);
    await page.evaluate("document.querySelector('.graph').scrollLeft = 9999");
    const end = async () => ((await boxOf('T4'))?.x ?? 9999) + ((await boxOf('T4'))?.width ?? 0);
    await expect.poll(end).toBeLessThanOrEqual(390);
  });

  it('is led from a ticket that the model holds up to what is known of the model', async () => {
    const why = 'The model cannot be used (401): invalid x-api-key. Nothing is lost.';
    const hold = { why, at: new Date().toISOString() };
    const wish = { projectId: projectId(), title: 'Patient', description: '' };
    newTicket(fixture.world, { ...wish, status: 'paused', column: 'needs you', hold });
    await open('/tickets/TKT-1');
    const held = page.getByRole('region', { name: 'Held up' });
    await held.getByText(why).waitFor();
    expect(await held.getByRole('link', { name: 'Health' }).getAttribute('href')).toBe('/health');
    await held.getByRole('button', { name: 'Try again' }).waitFor();
  });
});
