/** What a host gets that cannot have its place: its folder, its port, its disk, its key; and a gate that nobody answered in time. */
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, rm, statfs, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { omoi, startOmoi } from '#test/support/command.ts';
import { openTestHost, temporaryFolder } from '#test/support/host.ts';
import { branchesOf, makeRepository } from '#test/support/repository.ts';
import { handingIn, plainRoad, shouting, writing } from '#test/support/script.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const at = (...names: string[]) => join(folder.path, ...names);
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

const start = (data: string, port = '0') => omoi(folder.path, ['start', '--data', at(data), '--port', port]);

describe('omoi start', () => {
  it('says that another host has the folder, or the port, and goes on with neither', async () => {
    const first = startOmoi(folder.path, ['start', '--data', at('shared'), '--port', '0']);
    const [, port = ''] = await first.said(/Console\s+http:\/\/127\.0\.0\.1:(\d+)/);
    const sameFolder = await start('shared');
    expect(sameFolder).toMatchObject({ code: 1, out: '' });
    expect(sameFolder.err).toMatch(/^[^\n]*shared[^\n]* (in use|used by)[^\n]*\n$/);
    const samePort = await start('another', port);
    expect(samePort).toMatchObject({ code: 1, out: '' });
    expect(samePort.err).toMatch(new RegExp(`^[^\\n]*Port ${port} is taken\\.[^\\n]*--port[^\\n]*\\n$`));
    expect(await readdir(at('another')).catch(() => [])).toEqual([]);
    expect(await first.stop()).toMatchObject({ code: 0 });
    const again = startOmoi(folder.path, ['start', '--data', at('shared'), '--port', '0']);
    await again.said(/Console/);
    expect(await again.stop()).toMatchObject({ code: 0 });
  });

  it('says that some other program has the port', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = z.object({ port: z.number() }).parse(server.address());
    const refused = await start('third', String(port));
    expect(refused.code).toBe(1);
    expect(refused.err).toContain(`Port ${port} is taken.`);
    await new Promise((resolve) => server.close(resolve));
  });

  it('does not open a data folder of a newer version, and leaves it as it was', async () => {
    const host = await openTestHost(at('newer'));
    await host.database.query("insert into migrations (number, name) values (9999, '9999_from_the_future')");
    await host.close();
    const refused = await start('newer');
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err).toMatch(
      /written by a newer version of OmoiOS\. Update OmoiOS, or choose another data folder/,
    );
    await expect(openTestHost(at('newer'))).rejects.toMatchObject({ code: 'data-too-new' });
  });
});

describe('omoi run', () => {
  const repo = () => at('greeter');
  beforeAll(() => makeRepository(repo()));
  const run = (...more: string[]) =>
    omoi(folder.path, ['run', '--data', at('runs'), '--title', 'Shout', ...more]);

  it('refuses what is no repository as bad usage, with a result that says so', async () => {
    await mkdir(at('plain'));
    const refused = await run('--json', '--repo', at('plain'));
    expect(refused.code).toBe(2);
    expect(refused.err).toMatch(/plain is not a git repository\. Run “git init” in it/);
    const lines = refused.out.trimEnd().split('\n');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ type: 'result', status: 'failed', ticket: null });
  });

  it('stops at the first gate without leave to approve; approved at a host on the same folder it goes on', async () => {
    const cassette = at('cassette.json');
    const responses = {
      explorer: [plainRoad({ role: 'explorer', call: 1 }).content],
      'builder/T1': [writing(shouting).content, handingIn('REQ-1.1').content],
    };
    await writeFile(cassette, JSON.stringify({ name: 'greeter', model: 'claude-sonnet-5-5', responses }));
    const waiting = await run('--repo', repo(), '--replay', cassette, '--approve', 'none');
    expect(waiting.code).toBe(4);
    expect(waiting.out).toMatch(/TKT-1 waits for a decision at its requirements gate\./);
    expect(waiting.out).toMatch(/--approve all or --approve ask/);
    const again = await run('--json', '--repo', repo(), '--replay', cassette, '--approve', 'none');
    expect(again.code).toBe(4);
    expect(JSON.parse(again.out.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
      ...{
        type: 'result',
        status: 'waiting',
        ticket: 'TKT-1',
        branch: null,
        commit: null,
        pullRequest: null,
      },
    });
    expect(Object.keys(await branchesOf(repo()))).toEqual(['refs/heads/main']);

    const host = startOmoi(folder.path, ['start', '--data', at('runs'), '--port', '0', '--replay', cassette]);
    const [, url = ''] = await host.said(/Console\s+(http:\S+)/);
    const watch = startOmoi(folder.path, ['watch', 'TKT-1', '--url', url]);
    const approved = await omoi(folder.path, ['approve', 'TKT-1', '--url', url]);
    expect(approved).toMatchObject({ code: 0, out: expect.stringMatching(/^Approved the requirements/) });
    expect(await watch.ended).toMatchObject({
      code: 0,
      out: expect.stringMatching(/Pull request #1 is ready/),
    });
    const twice = await omoi(folder.path, ['approve', 'TKT-1', '--url', url]);
    expect(twice).toMatchObject({ code: 1, err: expect.stringContaining('TKT-1 does not wait at a gate.') });
    expect(await host.stop()).toMatchObject({ code: 0 });
    expect(Object.keys(await branchesOf(repo()))).toEqual(['refs/heads/main', 'refs/heads/omoi/TKT-1-shout']);
  });
});

it('a gate that expired takes no decision any more', async () => {
  const host = await openTestHost(at('expired'));
  const gates = { requirements: 'human' } as const;
  const project = await host.connect(await makeRepository(at('late')), { gates });
  const { id } = await host.submit(project, 'Shout too late');
  const { openGates } = await host.until(id, (ticket) => ticket.openGates.length > 0);
  await host.database.query("update gates set expires_at = now() - interval '1 day'");
  const gate = { params: { id: openGates[0]?.id ?? '' }, body: { hash: openGates[0]?.documentHash ?? '' } };
  await expect(host.client.call('approveGate', gate)).rejects.toMatchObject({
    status: 409,
    message: 'This gate expired.',
  });
  await host.close();
  // Whoever starts next finds that nobody decided in time.
  const next = await openTestHost(at('expired'));
  const over = await next.over(id);
  expect(over).toMatchObject({ status: 'failed', openGates: [] });
  expect(over.reason).toBe('Nobody decided in time.');
  await next.close();
});

/** Only root may mount, and only a mounted disk can be filled without harm to others. */
function mountable(place: string): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=400m', 'tmpfs', place], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

it('a disk that is full refuses in words, loses nothing, and goes on when there is room', async ({
  skip,
}) => {
  await mkdir(at('disk'));
  if (!mountable(at('disk'))) return skip('only root can mount a small disk');
  try {
    const host = await openTestHost(at('disk', 'data'));
    const project = await host.connect(await makeRepository(at('roomy')));
    const filler = at('disk', 'filler');
    const { bavail, bsize } = await statfs(at('disk'));
    // 10 MB are left: less than a transaction asks for.
    await writeFile(filler, Buffer.alloc(bavail * bsize - 10 * 2 ** 20));
    const refused = host.submit(project, 'Shout in a full house');
    await expect(refused).rejects.toMatchObject({
      status: 507,
      message: expect.stringMatching(/Only \d+ MB are free/),
    });
    expect((await host.client.call('listTickets', {})).items).toEqual([]);
    await rm(filler);
    const ticket = await host.submit(project, 'Shout in a full house');
    expect(ticket.name).toMatch(/^TKT-\d$/);
    expect(await host.over(ticket.id)).toMatchObject({ status: 'completed' });
    await host.close();
  } finally {
    execFileSync('umount', ['--lazy', at('disk')]);
  }
});
