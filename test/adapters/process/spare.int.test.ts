import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createProcessSandboxes } from '#adapters/process/sandboxes.ts';
import { createSpare } from '#adapters/process/spare.ts';
import { processesOf } from '#test/bench/road/processes.ts';
import { bundleAgent } from '#test/containers/agent/bundle.ts';
import { token } from '#test/containers/agent/gateway.ts';
import { calls, use } from '#test/containers/agent/model.ts';
import { openScene, runId } from '#test/containers/agent/scene.ts';

const hasWalls = spawnSync('bwrap', ['--version']).status === 0;
const patience = { timeout: 60_000 };

let folder: string;
let agentFile: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'omoi-spare-'));
  agentFile = await bundleAgent(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const submit = use('submit_work', { summary: 'Done.', claims: [{ criterion: 'REQ-1.1', how: 'test' }] });

it.skipIf(!hasWalls)(
  'one harness waits for the next run without a secret, takes it, and none stays after the last',
  async () => {
    const said = [calls(use('bash', { command: 'sleep 2; echo > made.txt' })), calls(submit)];
    const scene = await openScene(
      { 'a.txt': 'a\n' },
      { model: ({ call }) => said[call - 1] ?? calls(submit) },
    );
    const root = join(scene.root, 's');
    const exits: string[] = [];
    const sandboxes = await createProcessSandboxes({
      agentFile,
      root,
      onExit: (handle) => exits.push(handle),
      ahead: {},
    });
    try {
      const spec = { runId, gatewayUrl: scene.gateway.url, token, network: 'none' } as const;
      const first = await sandboxes.launch({ ...spec, attempt: 1 });
      const waiting = () => processesOf(join(root, 'ahead-1'));
      await vi.waitFor(async () => expect(await waiting()).not.toEqual([]), patience);
      for (const { pid, command } of await waiting())
        expect((await readFile(`/proc/${pid}/environ`, 'utf8')) + command).not.toMatch(/OMOI_/);
      await vi.waitFor(() => expect(exits).toEqual([first]), patience);
      expect(scene.gateway.state.ended?.type).toBe('work');

      scene.gateway.state.ended = null;
      scene.gateway.state.journal.length = 0;
      const second = await sandboxes.launch({ ...spec, attempt: 2 });
      expect(existsSync(join(root, second))).toBe(false);
      await vi.waitFor(
        async () => expect((await waiting()).map(({ command }) => command)).toContain(`omoi ${runId}`),
        patience,
      );
      await vi.waitFor(() => expect(exits).toEqual([first, second]), patience);
      expect(scene.gateway.state.ended).toMatchObject({ type: 'work' });

      await vi.waitFor(async () => expect(await processesOf(root)).toEqual([]), patience);
      await vi.waitFor(() => expect(existsSync(join(root, 'ahead-2'))).toBe(false), patience);
    } finally {
      await sandboxes.close();
      await scene.close();
    }
  },
);

it('a dead one is taken for none, one is made once, and closing ends it', async () => {
  let alive = false;
  const ended: number[] = [];
  let made = 0;
  const spare = createSpare<number>({
    start: async () => ++made,
    isAlive: () => alive,
    end: async (one) => void ended.push(one),
    failed: () => undefined,
  });
  expect(await spare.take()).toBe(null);
  spare.prepare();
  spare.prepare();
  await vi.waitFor(() => expect(made).toBe(1), patience);
  expect([await spare.take(), ended]).toEqual([null, [1]]);
  alive = true;
  spare.prepare();
  await vi.waitFor(() => expect(made).toBe(2), patience);
  expect(await Promise.all([spare.take(), spare.take()])).toEqual([2, null]);
  spare.prepare();
  await vi.waitFor(() => expect(made).toBe(3), patience);
  await spare.close();
  spare.prepare();
  expect([await spare.take(), ended]).toEqual([null, [1, 3]]);
});
