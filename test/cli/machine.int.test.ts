import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { probe } from '#cli/doctor/probe.ts';
import { hiddenPrograms } from '#cli/doctor/toolchains.ts';
import { hostConfig } from '#cli/options.ts';
import { materialiseSample, sampleTicket } from '#local/sample/materialise.ts';
import { FixtureHost } from './fixture.ts';
import { testWorld } from './world.ts';

const place = mkdtempSync(join(tmpdir(), 'omoi-cli-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));
const configOf = (data: string, port: number) =>
  hostConfig(testWorld({ cwd: place, distDir: join(place, 'dist') }), { data }, port);

describe('the probes of the doctor', () => {
  it('find the programs of this machine, and make nothing', async () => {
    const machine = await probe(configOf('a/b/c', 0), false);
    expect(machine.node).toBe(process.versions.node);
    expect(machine.git).toMatch(/^\d+\.\d+/);
    expect(machine.folder).toMatchObject({ path: join(place, 'a/b/c'), problem: null });
    expect(machine.folder.freeBytes).toBeGreaterThan(0);
    expect(machine.build).toEqual(['agent.mjs', 'web/index.html']);
    expect(machine).not.toHaveProperty('model');
  });

  it('see that a data folder is a file', async () => {
    writeFileSync(join(place, 'file'), '');
    expect((await probe(configOf('file', 0), false)).folder.problem).toBe('is not a folder.');
  });

  it.skipIf(process.getuid?.() === 0)('see that a data folder cannot be written', async () => {
    mkdirSync(join(place, 'closed'));
    chmodSync(join(place, 'closed'), 0o500);
    expect((await probe(configOf('closed', 0), false)).folder.problem).toBe(
      'cannot be written by this user.',
    );
  });

  it('tell a taken port from one of our hosts', async () => {
    const host = await new FixtureHost().open();
    const ours = Number(new URL(host.url).port);
    expect((await probe(configOf('.', ours), false)).port).toEqual({ number: ours, state: 'ours' });
    await host.close();
    expect((await probe(configOf('.', ours), false)).port).toEqual({ number: ours, state: 'free' });

    const other = createServer((socket) =>
      socket
        .on('error', () => undefined)
        .resume()
        .end('220 mail\r\n'),
    );
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = z.object({ port: z.number() }).parse(other.address());
    expect((await probe(configOf('.', port), false)).port).toEqual({ number: port, state: 'taken' });
    await new Promise((resolve) => other.close(resolve));
  });

  it('ask the model only when told to', async () => {
    const anthropic = { baseUrl: 'http://127.0.0.1:9', apiKey: 'k' };
    const { model } = await probe({ ...configOf('.', 0), anthropic }, true);
    expect(model?.problem).toMatch(/^cannot be reached: /);
  });
});

describe('programs that sandboxes do not see', () => {
  const home = mkdtempSync(join(homedir(), '.omoi-test-'));
  afterAll(() => rmSync(home, { recursive: true }));
  const program = (path: string, text: string) => {
    mkdirSync(join(home, path, '..'), { recursive: true });
    writeFileSync(join(home, path), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  };
  const toolchain = join(home, '.rustup/toolchains/stable');

  it('are told with the folder of the toolchain itself, not of what stands for it', async () => {
    program('.rustup/toolchains/stable/bin/cargo', 'echo cargo');
    program('.cargo/bin/cargo', 'exit 1');
    program('.cargo/bin/rustup', `echo ${toolchain}/bin/$2`);
    const own = `${home}/.cargo/bin:/usr/bin:/bin`;
    const before = process.env.PATH;
    process.env.PATH = `${own}:${before}`;
    try {
      const hidden = await hiddenPrograms(own, []);
      expect(hidden.filter((one) => one.program === 'cargo')).toEqual([
        { program: 'cargo', folder: toolchain },
      ]);
      expect(await hiddenPrograms(own, [toolchain])).not.toContainEqual(
        expect.objectContaining({ program: 'cargo' }),
      );
    } finally {
      process.env.PATH = before;
    }
  });
});

describe('the sample repository', () => {
  const git = (folder: string, ...args: string[]) =>
    execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();
  const dist = join(place, 'built');
  mkdirSync(join(dist, 'sample'), { recursive: true });
  writeFileSync(join(dist, 'sample/typescript.tgz'), 'packed');

  it('is one commit on main, the same everywhere', async () => {
    const [one, two] = [join(place, 'one'), join(place, 'zwei ä')];
    await materialiseSample(one, dist);
    await materialiseSample(two, dist);
    expect(git(one, 'log', '--format=%H %an %D')).toBe(git(two, 'log', '--format=%H %an %D'));
    expect(git(one, 'rev-parse', '--abbrev-ref', 'HEAD')).toBe('main');
    expect(git(one, 'status', '--porcelain')).toBe('');
    expect(git(one, 'ls-files', 'vendor', 'node_modules', 'dist')).toBe('vendor/typescript.tgz');
  });

  it('is left as it is when it is there', async () => {
    const folder = join(place, 'one');
    writeFileSync(join(folder, 'README.md'), 'mine');
    await materialiseSample(folder, dist);
    expect(git(folder, 'status', '--porcelain')).toBe('M README.md');
  });

  it('has a ticket with a title and a description', async () => {
    const { title, description } = await sampleTicket();
    expect(title).toBe('Let members wait in line for a book');
    expect(description).toMatch(/^Every week/);
  });
});
