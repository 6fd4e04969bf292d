/** What odd and broken repositories get: a clear sentence with nothing left behind, or a pull request all the same. */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestHost, type TestHost, temporaryFolder } from '#test/support/host.ts';
import { branchesOf, gitIn, greeter, makeRepository } from '#test/support/repository.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let host: TestHost;
const at = (...names: string[]) => join(folder.path, ...names);

beforeAll(async () => {
  folder = await temporaryFolder();
  // Long enough for the tests of the greeter on a busy machine, short enough to wait for.
  host = await openTestHost(at('data'), { checkSeconds: 20 });
});
afterAll(async () => {
  await host.close();
  await folder.remove();
});

describe('a repository that cannot be worked on', () => {
  const projects = async () => (await host.client.call('listProjects', {})).items.map(({ repo }) => repo);
  const mirrors = () => readdir(at('data', 'mirrors')).catch(() => []);

  async function refused(repo: string, more = {}): Promise<unknown> {
    const before = [await projects(), await mirrors()];
    const error = await host.connect(repo, more).catch((caught: unknown) => caught);
    expect([await projects(), await mirrors()]).toEqual(before);
    return error;
  }

  it('is refused when it is none', async () => {
    const plain = await newFolder('plain');
    expect(await refused(plain)).toMatchObject({
      status: 422,
      message: expect.stringMatching(/plain is not a git repository\. Run “git init” in it/),
    });
    expect(await refused(at('nowhere'))).toMatchObject({
      status: 422,
      message: `There is no folder ${at('nowhere')}.`,
    });
  });

  it('is refused when it is empty, or its default branch is missing', async () => {
    await gitIn(await newFolder('empty'), 'init', '--quiet', '.');
    expect(await refused(at('empty'))).toMatchObject({
      status: 422,
      message: `${at('empty')} is empty. Make a first commit, then try again.`,
    });
    await makeRepository(at('headless'));
    await gitIn(at('headless'), 'symbolic-ref', 'HEAD', 'refs/heads/trunk');
    expect(await refused(at('headless'))).toMatchObject({
      status: 422,
      message: expect.stringMatching(/has no default branch: its HEAD names none of main\./),
    });
    expect(await refused(at('headless'), { defaultBranch: 'gone' })).toMatchObject({
      status: 422,
      message: `${at('headless')} has no branch “gone”.`,
    });
  });

  it('holds the ticket in words when it goes away after it was connected, and goes on when it is back', async () => {
    await makeRepository(at('fickle'));
    const project = await host.connect(at('fickle'));
    await gitIn(at('fickle'), 'branch', '--move', 'main', 'trunk');
    const ticket = await host.submit(project, 'Shout at a branch that is gone');
    const held = await host.until(ticket.id, ({ waitingFor }) => waitingFor === 'forge');
    expect(held).toMatchObject({
      status: 'waiting',
      hold: { why: expect.stringContaining('has no branch “main”') },
    });
    expect(await host.runs(ticket.id)).toEqual([]);
    expect(Object.keys(await branchesOf(at('fickle')))).toEqual(['refs/heads/trunk']);
    await gitIn(at('fickle'), 'branch', '--move', 'trunk', 'main');
    await host.client.call('resumeTicket', { params: { ticket: ticket.id } });
    expect(await host.over(ticket.id)).toMatchObject({ status: 'completed', hold: null });
  });

  async function newFolder(name: string): Promise<string> {
    await mkdir(at(name));
    return at(name);
  }
});

describe('an odd repository', () => {
  it('that is dirty comes to its pull request, and keeps every byte of its working tree', async () => {
    const repo = await makeRepository(at('dirty'));
    await writeFile(join(repo, 'src/greet.js'), 'half a thought');
    await writeFile(join(repo, 'notes.txt'), 'not in git');
    await writeFile(join(repo, 'staged.txt'), 'in the index');
    await gitIn(repo, 'add', 'staged.txt');
    const before = await gitIn(repo, 'status', '--porcelain', '--branch');
    const over = await road(repo, 'Shout in a dirty place');
    expect(over).toMatchObject({ status: 'completed', verification: 'verified' });
    expect(await gitIn(repo, 'status', '--porcelain', '--branch')).toBe(before);
    expect(await gitIn(repo, 'ls-tree', '--name-only', '-r', over.branch)).toBe(
      'package.json\nsrc/greet.js\nsrc/shout.js\ntest/greet.test.js\ntest/shout.test.js',
    );
    expect(await gitIn(repo, 'show', `${over.branch}:src/greet.js`)).toBe(
      String(greeter['src/greet.js']).trim(),
    );
  });

  it('that is bare, in a path of spaces and letters of the world, with such names and a file of 50 MB, does too', async () => {
    // Random, so that git cannot make it small.
    const big = randomBytes(50 * 2 ** 20);
    const files = { ...greeter, 'data/größe & 大.bin': big, 'docs/ein Name – ß.md': 'Hallo.\n' };
    await makeRepository(at('source'), files);
    const bare = at('Grüße aus 東京', 'shop (1).git');
    await gitIn(folder.path, 'clone', '--quiet', '--bare', at('source'), bare);
    const over = await road(bare, 'Shout über alles');
    expect(over).toMatchObject({ status: 'completed', verification: 'verified' });
    expect(over.branch).toMatch(/^omoi\/TKT-\d+-shout-uber-alles$/);
    const names = await gitIn(
      bare,
      '-c',
      'core.quotePath=false',
      'ls-tree',
      '--name-only',
      '-r',
      over.branch,
    );
    expect(names).toContain('data/größe & 大.bin');
    expect(await gitIn(bare, 'diff', '--name-only', 'main', over.branch)).toBe(
      'src/shout.js\ntest/shout.test.js',
    );
  });

  it('without tests is delivered, and called unverified everywhere', async () => {
    const repo = await makeRepository(at('untested'), { 'src/greet.js': greeter['src/greet.js'] ?? '' });
    const project = await host.connect(repo, { commands: { test: 'node --test' } });
    const ticket = await host.submit(project, 'Shout untested', ({ role, call }) =>
      role === 'builder' && call === 1 ? onlySource : null,
    );
    const over = await host.over(ticket.id);
    expect(over).toMatchObject({
      status: 'completed',
      verification: 'unverified',
      criteria: { total: 1, proven: 0 },
    });
    const pull = await host.client.call('getPull', { params: { ticket: ticket.id } });
    expect(pull.body).toMatch(/unverified/i);
  });

  const onlySource = {
    content: [
      {
        type: 'tool_use',
        id: 'toolu_1',
        name: 'write',
        input: { path: 'src/shout.js', content: 'export {};\n' },
      },
    ],
  };

  async function road(repo: string, title: string) {
    const ticket = await host.submit(await host.connect(repo), title);
    return host.over(ticket.id);
  }
});

describe('a setup command', () => {
  it.each([
    [
      'fails',
      'echo no such registry >&2; exit 7',
      /^Setup `.*` exited with code 7 on the base commit\. Correct the command in the settings of the project\.\n\n.*no such registry/s,
    ],
    ['hangs', 'echo waiting; sleep 1000', /^Setup `.*` was stopped after 20 s on the base commit\. /],
  ])('that %s fails the ticket with the end of its log', async (how, setup, reason) => {
    const repo = await makeRepository(at(`setup-${how}`));
    const project = await host.connect(repo, { commands: { setup, test: 'node --test' } });
    const ticket = await host.submit(project, `Shout where setup ${how}`);
    const over = await host.over(ticket.id);
    expect(over.status).toBe('failed');
    expect(over.reason).toMatch(reason);
    expect(Object.keys(await branchesOf(repo))).toEqual(['refs/heads/main']);
  });

  it('that prints 100 MB is kept in full and shown in short', async () => {
    const repo = await makeRepository(at('talker'));
    const setup = 'yes "a line of a very long story" | head -c 104857600';
    const project = await host.connect(repo, { commands: { setup, test: 'node --test' } });
    const ticket = await host.submit(project, 'Shout after a long story');
    expect(await host.over(ticket.id)).toMatchObject({ status: 'completed', verification: 'verified' });
    const { items } = await host.client.call('listEvidence', { params: { ticket: ticket.id } });
    const first = items.find(({ name, purpose }) => name === 'setup' && purpose === 'baseline');
    expect(first).toMatchObject({ exitCode: 0, verdict: 'passed' });
    const log = await fetch(`${host.url}/v1/evidence/${ticket.id}/${first?.id}/log`);
    let bytes = 0;
    for await (const piece of log.body ?? []) bytes += piece.length;
    expect(bytes).toBe(104_857_600);
  });
});
