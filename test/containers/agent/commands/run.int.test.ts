import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type CommandEnd, createCommands } from '#agent/commands/run.ts';
import { openFolders } from '#agent/folders.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'omoi-commands-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function runUntil(said: string, command: string): Promise<CommandEnd> {
  const folders = await openFolders(root);
  const { run } = createCommands({
    folders,
    jail: { kind: 'plain' },
    path: process.env.PATH ?? '',
    registries: null,
  });
  return run({
    command,
    timeoutMs: 20_000,
    network: 'none',
    writable: true,
    log: join(folders.logs, 'a.log'),
    keep: 100,
    enough: (output) => output.includes(said),
  });
}

it.each([
  ['that comes at once', 'echo seen; sleep 600'],
  ['that comes right after something else', 'sleep 0.3; echo first; sleep 0.05; echo seen; sleep 600'],
])('ends a command whose output is enough: output %s, with nothing after it', async (_, command) => {
  expect(await runUntil('seen', command)).toMatchObject({ cut: true, timedOut: false });
});

it('lets a command end whose output never is', async () => {
  expect(await runUntil('seen', 'echo other; exit 3')).toMatchObject({ cut: false, exitCode: 3 });
});
