/** The pages of a ticket with content that is wider than any window, in a real Chromium against the fixture server. */
import type { Page } from 'playwright-core';
import { beforeEach, expect, it } from 'vitest';
import { pageOf } from '#cli/paste.ts';
import { folded, table } from '#core/forge/markdown.ts';
import { newTicket } from './fixture/answers.ts';
import type { Fixture } from './fixture/server.ts';
import { now, sha256, type Ticket } from './fixture/world.ts';
import { describeConsole } from './shelf.ts';

const long = 'a'.repeat(400);
const words = 'The order of keys that were put in by hand stays as it is. '.repeat(12);
const path = `test/${'deeply/'.repeat(20)}nested.test.ts`;

/** A folded section as it stands in the body of a pull request. */
function fold(title: string, lines: readonly string[]): string {
  const section = folded(title, lines);
  return section.head + section.lines.join('\n') + section.tail;
}

const body = [
  '**0 of 3 criteria proven.**',
  `> ${words}`,
  `- \`${long}\``,
  fold('Tamper report: 1 place', table(['Place', 'What'], [[`\`${path}:15\``, words]])),
  fold('Decisions', ['**Decisions**', '', `- ${words}`]),
  `\`\`\`\n${long}\n\`\`\``,
  '## Proof',
  table(['Criterion', 'Checks', 'Result'], [['REQ-1.1', `\`${long}\``, words]]).join('\n'),
  '<details open onclick="alert(1)"><summary>Not ours</summary>',
  'seen all the same',
  '</details>',
].join('\n\n');

describeConsole('the pages of a ticket', { beatMs: 1, width: 1280 }, (shelf) => {
  let fixture: Fixture;
  let page: Page;
  beforeEach(() => {
    fixture = shelf.fixture();
    page = shelf.page();
  });

  const open = (at: string) => page.goto(fixture.url + at);
  const projectId = () => fixture.world.projects[0]?.id as never;

  /** A ticket that waits at a gate about what the work of T1 does to its checks. */
  function tampered(forecast = { p50Micros: 4_600_000, p90Micros: 11_500_000, basis: 'prior' as const }) {
    const { world } = fixture;
    const cost = { limitMicros: 5_000_000, spentMicros: 290_000, reservedMicros: 0 };
    const waits = { status: 'waiting', column: 'needs you', waitingFor: 'gate', cost } as const;
    const ticket = newTicket(world, { projectId: projectId(), title: words, description: long, ...waits });
    const hunk = `-  ${long}\n+  it.skip('${words}')`;
    const place = { file: path, line: 15, side: 'after', severity: 'high', kind: 'skipped-test' } as const;
    ticket.gates.push({
      ...{ id: world.id('gate'), ticketId: ticket.view.id, phase: 'tasks', documentId: world.id('document') },
      ...{
        documentHash: sha256('findings') as never,
        status: 'open',
        by: null,
        comment: null,
        decidedAt: null,
      },
      tamper: { taskId: world.id('task'), findings: [{ ...place, message: words, hunk }] },
      ...{ discoveryId: null, forecast, openedAt: now(), expiresAt: '2030-01-01T00:00:00.000Z' },
    });
    ticket.view.openGates = [...ticket.gates];
    return ticket;
  }

  /** A ticket that went the whole road and came out as a draft, with names and texts of every length. */
  async function delivered(): Promise<Ticket> {
    const { world, url } = fixture;
    const wish = JSON.stringify({
      projectId: projectId(),
      title: `Long ${words}`.slice(0, 200),
      description: long,
    });
    await fetch(`${url}/v1/tickets`, { method: 'POST', body: wish });
    const [ticket] = world.tickets;
    if (ticket === undefined) throw new Error('no ticket');
    const decide = async () => {
      for (const gate of ticket.view.openGates)
        await fetch(`${url}/v1/gates/${gate.id}/approve`, {
          method: 'POST',
          body: JSON.stringify({ hash: gate.documentHash, comment: long }),
        });
      for (const { id } of ticket.view.openQuestions)
        await fetch(`${url}/v1/questions/${id}/answer`, {
          method: 'POST',
          body: JSON.stringify({ text: long }),
        });
      return ticket.view.status;
    };
    await expect.poll(decide).toBe('completed');
    const draftNote = '3 of 3 criteria are not proven on the delivered commit.';
    Object.assign(ticket.pull ?? {}, { body, draft: true, draftNote, branch: ticket.view.branch });
    Object.assign(ticket.view.pullRequest ?? {}, { draft: true });
    for (const one of ticket.evidence) one.command = `npm test -- ${path}`;
    for (const task of ticket.tasks)
      Object.assign(task, { title: words, writes: [path, long], reason: long });
    return ticket;
  }

  it('never scroll sideways, on a laptop or on a phone', async () => {
    const ticket = await delivered();
    tampered();
    const tabs = ['', '/documents', '/gates', '/tasks', '/runs', `/runs/${ticket.runs[0]?.id}`];
    const builder = ticket.runs.find(({ role }) => role === 'builder')?.id;
    const pages = [
      ...[...tabs, `/runs/${builder}`, '/evidence', '/pull', '/cost'].map((tab) => `/tickets/TKT-1${tab}`),
      ...['/tickets/TKT-2', '/tickets/TKT-2/gates'],
    ];
    const wide: string[] = [];
    for (const width of [1280, 375]) {
      await page.setViewportSize({ width, height: 900 });
      for (const at of pages) {
        await open(at);
        await expect.poll(() => page.evaluate<boolean>(isThere)).toBe(true);
        if (at.endsWith('/tasks')) await page.locator('.task-row').first().click();
        wide.push(...(await page.evaluate<string[]>(tooWide)).map((what) => `${width} ${at} ${what}`));
      }
    }
    expect(wide).toEqual([]);
  });

  it('have what failed tried again, with a word to the builders', async () => {
    const ticket = await delivered();
    await open('/tickets/TKT-1');
    const again = page.getByRole('button', { name: 'Try again' });
    await page.getByRole('heading', { level: 1 }).waitFor();
    // Everything is done: there is nothing to try, unless its pull request is a draft.
    expect(await again.count()).toBe(0);
    const pull = ticket.view.pullRequest;
    Object.assign(ticket.view, { pullRequest: pull && { ...pull, draft: true } });
    await open('/tickets/TKT-1');
    await page.getByRole('button', { name: 'Check again' }).click();
    const check = page.getByRole('dialog', { name: 'Check TKT-1 again?' });
    await check.getByText('the delivered commit is checked once more').waitFor();
    expect(await check.getByRole('textbox').count()).toBe(0);
    await check.getByRole('button', { name: 'Back' }).click();
    Object.assign(ticket.view, { pullRequest: pull });
    Object.assign(ticket.tasks.at(-1) ?? {}, { status: 'failed', reason: 'Its tests are red.' });
    await open('/tickets/TKT-1');
    await again.click();
    const dialog = page.getByRole('dialog', { name: 'Try TKT-1 again?' });
    const last = ticket.tasks.at(-1)?.key;
    await dialog.getByText(`${last} begins anew.`).waitFor();
    await dialog.getByRole('textbox').fill('Use the fake.');
    await dialog.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => ticket.view.status).toBe('running');
    await expect.poll(() => dialog.count()).toBe(0);
  });

  it('are led to from the list of pull requests, which names their projects', async () => {
    const { view } = await delivered();
    await open('/pulls');
    const row = page.locator('.pull-row');
    await row.getByText(view.projectName, { exact: true }).waitFor();
    expect(await row.locator('.project').evaluate((one) => one.scrollWidth <= one.clientWidth)).toBe(true);
  });

  it('show of a criterion’s tests the first, and the others at a press', async () => {
    await delivered();
    await open('/tickets/TKT-1/evidence');
    const trace = page.getByRole('region', { name: 'Traceability' });
    await trace.getByText('4 readers stand in line').waitFor();
    await trace.getByRole('link', { name: 'bbbbbbb' }).waitFor();
    expect(await trace.getByText('No criterion is met by it. A reviewer asked for it.').isVisible()).toBe(
      true,
    );
    const last = trace.getByText('8 readers stand in line');
    expect(await last.isVisible()).toBe(false);
    await trace.getByText('4 tests more, all passed').click();
    await expect.poll(() => last.isVisible()).toBe(true);
  });

  it('keep the log of a check in sight, however long its command and however many its criteria', async () => {
    const ticket = await delivered();
    for (const one of ticket.evidence) one.criteria = Array.from({ length: 15 }, (_, n) => `REQ-1.${n + 1}`);
    const [proof] = ticket.evidence.flatMap((one) => one.proof ?? []);
    if (proof === undefined) throw new Error('no proof');
    proof.named = [
      { task: 'T1', criterion: 'REQ-1.1', tests: [{ name: 'adds up', outcome: 'passed' }] },
    ] as never;
    await open('/tickets/TKT-1/evidence');
    await page.getByText('Named tests of 1 criterion', { exact: false }).first().waitFor();
    const box = await page.getByRole('link', { name: 'Full log of' }).first().boundingBox();
    expect((box?.x ?? 9999) + (box?.width ?? 0)).toBeLessThanOrEqual(1280);
  });

  it('show on the page of a check what it measured, with its logs, and nothing of another', async () => {
    const ticket = await delivered();
    const measured = new Set(ticket.evidence.map(({ runId }) => runId));
    const [check, other] = ticket.runs.filter(({ id, kind }) => kind === 'check' && measured.has(id));
    if (check === undefined || other === undefined) throw new Error('no checks');
    const rows = () =>
      page.getByRole('table', { name: 'Evidence' }).getByRole('link', { name: 'Full log of' });
    // Checks are counted over the ticket: nine of them are no nine rounds of a task.
    Object.assign(check, { round: 9 });
    for (const { id } of [check, other]) {
      await open(`/tickets/TKT-1/runs/${id}`);
      const heading = page.getByRole('heading', { level: 2, name: /^Check of/ });
      expect(await heading.textContent()).not.toContain('round');
      await expect
        .poll(() => rows().count())
        .toBe(ticket.evidence.filter(({ runId }) => runId === id).length);
    }
  });

  it('offer the size of the ceremony at the first gate of a person, whatever the platform let through', async () => {
    const { world } = fixture;
    const ticket = tampered();
    const [gate] = ticket.gates;
    if (gate === undefined) throw new Error('no gate');
    Object.assign(gate, { tamper: null, phase: 'requirements' });
    const passed = { status: 'approved', by: 'platform', decidedAt: now() } as const;
    const earlier = { ...gate, ...passed, id: world.id('gate'), phase: 'explore' as const };
    ticket.gates.push(earlier);
    await open('/tickets/TKT-1/gates');
    const choice = page.getByRole('combobox', { name: 'Ceremony' });
    await choice.waitFor();
    Object.assign(earlier, { by: 'ada' });
    await open('/tickets/TKT-1/gates');
    await page.getByRole('button', { name: 'Approve' }).waitFor();
    expect(await choice.count()).toBe(0);
  });

  it('bring the tab that is open into the window of a phone', async () => {
    await delivered();
    await page.setViewportSize({ width: 375, height: 900 });
    await open('/tickets/TKT-1/cost');
    const tab = page.getByRole('navigation', { name: 'Ticket' }).getByRole('link', { name: 'Cost' });
    await expect.poll(async () => ((await tab.boundingBox())?.x ?? 9999) < 375).toBe(true);
  });

  it('wrap a title without a space, and give each point of a list of tasks one box', async () => {
    const wish = { projectId: projectId(), title: 'W'.repeat(200), description: '- [ ] to do\n- [x] done' };
    newTicket(fixture.world, wish);
    await page.setViewportSize({ width: 375, height: 900 });
    await open('/tickets/TKT-1');
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(await page.evaluate<string[]>(tooWide)).toEqual([]);
    const points = page.locator('.description li');
    expect(await points.allTextContents()).toEqual(['☐ to do', '☑ done']);
  });

  it('name the task whose work waits at a gate, and lead to its runs', async () => {
    const { tasks } = await delivered();
    const { gates } = tampered();
    const [task] = tasks;
    if (task === undefined) throw new Error('no task');
    Object.assign(gates[0]?.tamper ?? {}, { taskId: task.id });
    fixture.world.tickets[0]?.tasks.push({ ...task, title: 'Keep the line' });
    await open('/tickets/TKT-2/gates');
    await page.getByText(`${task.key} (Keep the line) weakens what is to prove its work.`).waitFor();
    const way = page.getByRole('main').getByRole('link', { name: task.key, exact: true });
    expect(await way.getAttribute('href')).toBe(`/tickets/TKT-2/runs?task=${task.key}`);
  });

  it('show a task of many criteria by its title, and all of them once it is opened', async () => {
    const ticket = await delivered();
    const [task] = ticket.tasks;
    if (task === undefined) throw new Error('no task');
    const criteria = Array.from({ length: 16 }, (_, n) => `REQ-1.${n + 1}`);
    Object.assign(task, { title: 'Keep the line', criteria });
    await open('/tickets/TKT-1/tasks');
    const row = page.locator('.task-row').first();
    const box = await row.getByText('Keep the line').boundingBox();
    expect(box?.width ?? 0).toBeGreaterThan(60);
    await row.getByText('and 12 more').waitFor();
    await row.click();
    const way = page.getByRole('link', { name: 'REQ-1.16', exact: true });
    expect(await way.getAttribute('href')).toBe('/tickets/TKT-1/evidence?of=REQ-1.16');
  });

  it('keep the buttons of a pull request in sight', async () => {
    await delivered();
    await open('/tickets/TKT-1/pull');
    const box = await page.getByRole('button', { name: 'Mark ready' }).boundingBox();
    expect((box?.x ?? 9999) + (box?.width ?? 0)).toBeLessThanOrEqual(1280);
  });

  it('take notes to lines and files of a diff, keep them, and send them as one review', async () => {
    await delivered();
    await open('/tickets/TKT-1/pull');
    // The fixture numbers the lines of a new file alone as git does.
    const isNew = page.locator('.diff-file-head .muted', { hasText: /^added$/ });
    const file = page.locator('.diff-file', { has: isNew }).first();
    const name = (await file.getAttribute('aria-label')) ?? '';
    await file.locator('.line-number').first().click();
    await page.getByLabel('What should change at line').fill('Say why.');
    await page.keyboard.press('Control+Enter');
    await file.getByRole('button', { name: `Write a note on ${name}` }).press('Enter');
    await page.getByLabel('What should change in this file').fill('Too long.');
    await page.getByLabel('Line (if it is about one)').fill('none');
    await page.getByText('A line is a number from 1.').waitFor();
    await page.getByLabel('Line (if it is about one)').fill('');
    await page.getByRole('button', { name: 'Add note' }).click();
    await page.reload();
    await page.getByRole('button', { name: 'Ask for changes (2) notes written' }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: `Remove the note on ${name}`, exact: true })
      .click();
    await page.getByLabel('What should change').fill('Good, but slow.');
    const sent = page.waitForRequest((request) => request.url().endsWith('/pull/review'));
    await page.getByRole('dialog').getByRole('button', { name: 'Ask for changes' }).click();
    expect((await sent).postDataJSON()).toEqual({
      text: 'Good, but slow.',
      notes: [{ path: name, line: 1, code: expect.stringMatching(/\S/), text: 'Say why.' }],
    });
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Ask for changes', exact: true }).waitFor();
    expect(await page.getByTestId('review-note').count()).toBe(0);
  });

  it('fold what the body of a pull request folds, and show all other HTML as text', async () => {
    await delivered();
    await open('/tickets/TKT-1/pull');
    const description = page.getByRole('region', { name: 'Description' });
    const place = description.getByText(`${path}:15`);
    await description.getByText('Tamper report: 1 place').waitFor();
    expect(await place.isVisible()).toBe(false);
    await description.getByText('Tamper report: 1 place').click();
    await place.waitFor();
    await description.getByText('<details open onclick="alert(1)"><summary>Not ours</summary>').waitFor();
    await description.getByText('seen all the same').waitFor();
    expect(await description.locator('details').count()).toBe(2);
    expect(await description.getByText('</details>').count()).toBe(1);
  });

  it('fold nothing away in a document that somebody decides about', async () => {
    const { world } = fixture;
    const ticket = tampered();
    const [gate] = ticket.gates;
    if (gate === undefined) throw new Error('no gate');
    gate.tamper = null;
    const hash = gate.documentHash;
    ticket.documents.push({
      ...{ id: gate.documentId, ticketId: ticket.view.id, kind: 'plan', version: 1, hash, body: {} },
      ...{ approved: false, runId: world.id('run'), createdAt: now() },
      markdown: fold('Nothing of interest', ['Drops the table.']),
    });
    await open('/tickets/TKT-1/gates');
    await page.getByText('Drops the table.').waitFor();
    expect(await page.locator('details').count()).toBe(0);
  });

  it('say that a ticket came out as a draft, in the list as in its head', async () => {
    const ticket = await delivered();
    await open('/tickets');
    const row = page.getByRole('link', { name: /TKT-1/ });
    await row.getByText('Draft', { exact: true }).first().waitFor();
    expect(await row.locator('.status .tone-warn').count()).toBe(1);
    await open('/tickets/TKT-1');
    await page.locator('.crumbs').getByText('Draft').waitFor();
    Object.assign(ticket.view.pullRequest ?? {}, { state: 'merged' });
    await open('/tickets');
    await row.getByText('Done', { exact: true }).first().waitFor();
  });

  it('say before a decision that the forecast is above what is left, with both sums', async () => {
    const { view } = tampered();
    await open(pageOf(view));
    const decide = page.getByRole('region', { name: 'Decide' });
    await decide.getByText('The forecast goes up to $11.50; $4.71 of the budget are left.').waitFor();
    await decide.getByText('Needed to reject: the work goes back to its builder with it.').waitFor();
  });
});

/** Whether a page has come with all that it asked for. Text, as what follows, since the tests' types know no DOM. */
const isThere = `document.querySelector('main h1') !== null && document.querySelector('.skeleton') === null`;

/** What is wider than its page, everything unfolded, and what sticks out. */
const tooWide = `(() => {
  for (const one of document.querySelectorAll('details')) one.open = true;
  const boxes = [document.documentElement, document.querySelector('main')];
  return boxes.filter((box) => box.scrollWidth > box.clientWidth).map((box) => {
    const edge = box.getBoundingClientRect().left + box.clientWidth;
    const scrolls = (one) => {
      for (let up = one.parentElement; up && up !== box; up = up.parentElement)
        if (getComputedStyle(up).overflowX !== 'visible') return true;
      return false;
    };
    const out = [...box.querySelectorAll('*')]
      .filter((one) => one.getBoundingClientRect().right > edge + 1 && !scrolls(one))
      .map((one) => one.localName + '.' + one.classList);
    return box.localName + ' ' + box.scrollWidth + ' > ' + box.clientWidth + ': ' + out.slice(0, 6).join(' ');
  });
})()`;
