/** The default branch moves while tickets are at work: they are delivered on top of where it is, with all checks run again. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { calls, use } from '#test/containers/agent/model.ts';
import { openTestHost, type TestHost, temporaryFolder } from '#test/support/host.ts';
import { branchesOf, commitFiles, gitIn, makeRepository } from '#test/support/repository.ts';
import type { Script } from '#test/support/script.ts';
import { running, shouting } from '#test/support/script.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let host: TestHost;
const at = (...names: string[]) => join(folder.path, ...names);
beforeAll(async () => {
  folder = await temporaryFolder();
  host = await openTestHost(at('data'));
});
afterAll(async () => {
  await host.close();
  await folder.remove();
});

/** Somebody commits to `main` while the builder is at its first word. */
function whileBuilding(repo: string, files: Record<string, string>, more: Script = () => null): Script {
  return async (asked) => {
    if (asked.role === 'builder' && asked.call === 1) await commitFiles(repo, files, 'Meanwhile');
    return more(asked);
  };
}

/** An integrator that leaves it as the ticket's branch has it: the tree is the one from before, and still it is joined. */
const both: Script = ({ role, call }) => {
  if (role !== 'integrator') return null;
  if (call > 1) return calls(use('submit_work', { summary: 'Both.', claims: [] }));
  return running(`cat > src/shout.js <<'EOF'\n${shouting['src/shout.js']}EOF`);
};

async function delivered(name: string, title: string, script: (repo: string) => Script) {
  const repo = await makeRepository(at(name));
  const began = await gitIn(repo, 'rev-parse', 'main');
  const ticket = await host.submit(await host.connect(repo), title, script(repo));
  const over = await host.over(ticket.id);
  expect(over.reason).toBe(null);
  const { items } = await host.client.call('listTasks', { params: { ticket: ticket.id } });
  expect(items.filter(({ status }) => status !== 'done')).toEqual([]);
  const pull = await host.client.call('getPull', { params: { ticket: ticket.id } });
  const main = await gitIn(repo, 'rev-parse', 'main');
  expect(main).not.toBe(began);
  expect(await gitIn(repo, 'merge-base', main, pull.headCommit)).toBe(main);
  expect((await branchesOf(repo))[`refs/heads/${pull.branch}`]).toBe(pull.headCommit);
  return { repo, id: ticket.id, pull, main };
}

describe('the default branch that moved', () => {
  it('is in the pull request, which shows what the ticket changed and nothing else', async () => {
    const farewell = { 'src/farewell.js': "export const bye = () => 'Bye.';\n" };
    const { id, pull, main } = await delivered('clean', 'Shout while main moves', (repo) =>
      whileBuilding(repo, farewell),
    );
    expect(pull.baseCommit).toBe(main);
    expect(pull.body).toContain('## Brought up to date');
    expect(pull.body).toContain('**1 of 1 criteria proven, 2 of 2 tasks done.**');
    const diff = await host.client.call('getPullDiff', { params: { ticket: id } });
    expect(diff.text).toContain('src/shout.js');
    expect(diff.text).not.toContain('farewell');
    const tasks = (await host.client.call('listTasks', { params: { ticket: id } })).items;
    expect(tasks.find(({ key }) => key === 'T2')?.why).toBe(
      'The default branch moved while the ticket was at work.',
    );
    const { items } = await host.client.call('getTrace', { params: { ticket: id }, query: {} });
    expect(items.map(({ stale }) => stale)).toEqual([[]]);
    expect(host.complaints).toEqual([]);
  });

  it('is joined by an integrator where both wrote the same file, and what it may have overtaken is named', async () => {
    const theirs = "export const shout = (name) => name + '!';\n";
    const { repo, id, pull } = await delivered('conflict', 'Shout where main shouts', (repo) =>
      whileBuilding(repo, { 'src/shout.js': theirs }, both),
    );
    expect(await gitIn(repo, 'show', `${pull.headCommit}:src/shout.js`)).toBe(
      shouting['src/shout.js'].trimEnd(),
    );
    expect(pull.body).toContain('- REQ-1.1: `src/shout.js`');
    const { items } = await host.client.call('getTrace', { params: { ticket: id }, query: {} });
    expect(items.map(({ stale }) => stale)).toEqual([['src/shout.js']]);
    const roles = (await host.runs(id)).map(({ role }) => role);
    expect(roles.filter((role) => role === 'integrator')).toHaveLength(1);
  });

  it('after the delivery is brought in at a person’s word, into the same pull request, which merges then', async () => {
    const mine = "export const shout = (name) => name + '!';\n";
    const repo = await makeRepository(at('later'));
    const ticket = await host.submit(await host.connect(repo), 'Shout before main does', both);
    await host.over(ticket.id);
    const params = { ticket: ticket.id };
    const first = await host.client.call('getPull', { params });
    await commitFiles(repo, { 'src/shout.js': mine }, 'Later');
    await gitIn(repo, 'checkout', '-q', '--detach');
    const refused = await host.client.call('mergePull', { params }).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      status: 409,
      message: expect.stringMatching(
        /conflicts with main in src\/shout\.js\. Bring the pull request up to date/,
      ),
    });
    await host.client.call('updatePull', { params });
    const again = await host.client.call('updatePull', { params }).catch((error: unknown) => error);
    expect(again).toMatchObject({ status: 409 });
    expect((await host.over(ticket.id)).reason).toBe(null);
    const main = await gitIn(repo, 'rev-parse', 'main');
    const pull = await host.client.call('getPull', { params });
    expect(pull).toMatchObject({
      number: first.number,
      branch: first.branch,
      state: 'open',
      baseCommit: main,
    });
    expect(pull.body).toContain('**1 of 1 criteria proven, 2 of 2 tasks done.**');
    expect(await gitIn(repo, 'merge-base', main, pull.headCommit)).toBe(main);
    expect(await host.client.call('mergePull', { params })).toMatchObject({ state: 'merged' });
  });

  it('and where nothing moved everything is only verified anew', async () => {
    const repo = await makeRepository(at('still'));
    const ticket = await host.submit(await host.connect(repo), 'Shout and stay', () => null);
    await host.over(ticket.id);
    const params = { ticket: ticket.id };
    const first = await host.client.call('getPull', { params });
    const checks = async () => (await host.runs(ticket.id)).filter(({ kind }) => kind === 'check').length;
    const before = await checks();
    await host.client.call('updatePull', { params });
    expect((await host.over(ticket.id)).reason).toBe(null);
    expect(await host.client.call('getPull', { params })).toMatchObject({ headCommit: first.headCommit });
    expect((await checks()) - before).toBe(1);
  });
});
