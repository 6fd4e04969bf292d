import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createProcessSandboxes, type ProcessSandboxes } from '#adapters/process/sandboxes.ts';
import { bundleAgent } from '#test/containers/agent/bundle.ts';
import { token } from '#test/containers/agent/gateway.ts';
import { calls, type Said, use } from '#test/containers/agent/model.ts';
import { openScene, runId, type SandboxScene } from '#test/containers/agent/scene.ts';

let folder: string;
let agentFile: string;
let scene: SandboxScene;
let sandboxes: ProcessSandboxes;
const hasWalls = spawnSync('bwrap', ['--version']).status === 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'omoi-sandboxes-'));
  agentFile = await bundleAgent(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(async () => {
  await sandboxes.close();
  await scene.close();
});

const submit = use('submit_work', { summary: 'Done.', claims: [{ criterion: 'REQ-1.1', how: 'test' }] });
const bash = (command: string, more: object = {}): Said =>
  calls(use('bash', { command: `echo > made.txt; ${command}`, ...more }));

const over = { status: 400, error: { type: 'invalid_request_error', message: 'the script is over' } };

/** Runs a script of turns in a real sandbox and answers with what each tool said. */
async function play(
  script: Said[],
  {
    walls,
    network = 'none',
    ...given
  }: {
    readonly walls?: 'plain' | 'walled';
    readonly network?: 'none' | 'registries';
    readonly tools?: readonly string[];
    readonly path?: string;
  } = {},
): Promise<string[]> {
  scene = await openScene(
    { 'a.txt': 'a\n' },
    {
      brief: { network },
      model: ({ call }) => script[call - 1] ?? over,
    },
  );
  let ended = (_: unknown) => {};
  const exit = new Promise((resolve) => {
    ended = resolve;
  });
  sandboxes = await createProcessSandboxes({
    agentFile,
    root: join(scene.root, 'sandboxes'),
    onExit: ended,
    ...given,
    ...(walls ? { walls: { kind: walls, reason: 'a test' } } : {}),
  });
  await sandboxes.launch({ runId, attempt: 1, gatewayUrl: scene.gateway.url, token, network });
  await exit;
  return scene.gateway.state.journal.flatMap(({ body }) =>
    body.kind === 'user' ? body.content.map((block) => String(block.content ?? block.text)) : [],
  );
}

describe.skipIf(!hasWalls)('a sandbox behind walls', () => {
  it('shows commands neither the token, nor the home folder, nor other runs, nor the harness', async () => {
    const secret = join(homedir(), `.omoi-test-${process.pid}`);
    await writeFile(secret, 'secret');
    try {
      const [seen = '', files = '', processes = ''] = await play([
        bash('env; cat /proc/*/environ | tr "\\0" "\\n"; cat /proc/*/cmdline | tr "\\0" " "'),
        bash(
          `ls -a /sandbox /sandbox/git; cat ${secret}; ls ${homedir()} ${join(folder)}; ls /home; cat /etc/shadow; true`,
        ),
        bash(
          'ls /proc | grep -c "^[0-9]"; echo x > /proc/sys/kernel/hostname; cat /.proc/host/1/environ; touch /usr/x; true',
        ),
        calls(submit),
      ]);
      expect(scene.gateway.state.ended?.type).toBe('work');
      expect(sandboxes.describe()).toEqual({ kind: 'bubblewrap', degraded: false, reason: null });
      expect(seen).not.toContain(token);
      expect(seen).not.toContain('OMOI_');
      expect(seen).not.toContain('agent.mjs');
      expect(seen).toContain('CI=1');
      expect(files).not.toMatch(/^secret|logs/m);
      expect(files).toMatch(/workspace/);
      expect(files).toMatch(/shadow: No such file/);
      expect(Number(processes.split('\n')[0])).toBeLessThan(8);
      expect(processes).toMatch(/Read-only file system|Permission denied/);
      expect(processes).toMatch(/cannot touch .\/usr\/x/);
    } finally {
      await rm(secret);
    }
  });

  it('lets commands be a user whose home is the one that they may write, and know of no other', async () => {
    const who = 'node -p "const { username, homedir } = os.userInfo(); username + homedir"';
    const [seen = ''] = await play([
      bash(`${who}; cut -d: -f1 /etc/passwd; echo $HOME; touch ~agent/x && ls ~agent`),
      calls(submit),
    ]);
    expect(seen.split('\n').slice(0, 6)).toEqual([
      'agent/sandbox/home',
      'root',
      'agent',
      'nobody',
      '/sandbox/home',
      'x',
    ]);
  });

  it('finds a toolchain that it was told of, read only, and of its user’s PATH what is in view', async () => {
    const toolchain = await mkdtemp(join(homedir(), '.omoi-test-toolchain-'));
    await mkdir(join(toolchain, 'bin'));
    await writeFile(join(toolchain, 'bin/frob'), '#!/bin/sh\necho frobbed\n', { mode: 0o755 });
    try {
      const own = `${homedir()}/bin:relative:/usr/share/some-tool/bin`;
      const [seen = ''] = await play(
        [bash(`frob; touch ${toolchain}/x; echo "PATH=$PATH"; ls -A ${homedir()}`), calls(submit)],
        { tools: [toolchain], path: own },
      );
      expect(seen).toMatch(/^frobbed/);
      expect(seen).toMatch(/cannot touch/);
      const path = /^PATH=(.*)$/m.exec(seen)?.[1]?.split(':') ?? [];
      expect(path[0]).toBe(join(toolchain, 'bin'));
      expect(path).toContain('/usr/share/some-tool/bin');
      expect(path).not.toContain(`${homedir()}/bin`);
      expect(path).not.toContain('relative');
      expect(seen).not.toMatch(/\.bashrc|\.profile/);
    } finally {
      await rm(toolchain, { recursive: true });
    }
  });

  it('brings back what a setup left in the home folder, where modules and build caches lie', async () => {
    const setup =
      'mkdir -p ~/.m2 ~/.cache/go-build ~/.npm && date +%s%N | tee ~/.m2/stamp ~/.cache/go-build/a ~/.npm/b';
    const test = 'cd ~ && cat .m2/stamp .cache/go-build/a; ls -A';
    const plan = (purpose: 'baseline' | 'final') => ({ purpose, works: [], commands: { setup, test } });
    scene = await openScene({ 'a.txt': 'a\n' }, { brief: { run: { kind: 'check', role: 'verifier' } } });
    let ended = () => {};
    sandboxes = await createProcessSandboxes({
      agentFile,
      root: join(scene.root, 'sandboxes'),
      onExit: () => ended(),
    });
    const check = async (attempt: number, purpose: 'baseline' | 'final') => {
      scene.gateway.resume({ check: { ...plan(purpose), head: scene.base } });
      const exit = new Promise<void>((resolve) => {
        ended = resolve;
      });
      await sandboxes.launch({ runId, attempt, gatewayUrl: scene.gateway.url, token, network: 'none' });
      await exit;
      const end = scene.gateway.state.ended;
      if (end?.type !== 'check' || end.result.type !== 'checked') throw new Error(JSON.stringify(end));
      return end.result.commands;
    };
    const [, first] = await check(1, 'baseline');
    const [again, second] = await check(2, 'final');
    expect(again).toMatchObject({ name: 'setup', cached: true });
    expect(second?.excerpt).toMatch(/^(\d+)\n\1\n\.cache\n\.m2\n$/);
    expect(second?.excerpt.split('\n')[0]).toBe(first?.excerpt.split('\n')[0]);
  });

  it('ends daemons with the command that started them', async () => {
    const mark = `omoi-daemon-${process.pid}`;
    await play([
      bash(`setsid nohup bash -c 'exec -a ${mark} sleep 300' >/dev/null 2>&1 & sleep 0.2`),
      calls(submit),
    ]);
    expect(spawnSync('pgrep', ['-f', `^${mark}`]).stdout.toString()).toBe('');
  });

  it('gives commands no network where the policy is none', async () => {
    const [seen = ''] = await play([
      bash(
        "node -e \"fetch(process.argv[1]).then(() => console.log('reached'), () => console.log('unreachable'))\" http://127.0.0.1:1; ls /sys/class/net 2>/dev/null; cat /proc/net/dev | grep -v -e lo: -e Inter -e face",
      ),
      calls(submit),
    ]);
    expect(seen).toMatch(/^unreachable/);
    expect(seen).not.toMatch(/eth|ens|wlan/);
  });

  it('leads commands to registries and nowhere else where the policy is registries', async () => {
    const ask = (host: string) =>
      `printf 'CONNECT ${host} HTTP/1.1\\r\\n\\r\\n' >&3; head -c 12 <&3; exec 3<&-; echo`;
    const through = (host: string) => `exec 3<>/dev/tcp/127.0.0.1/3128; ${ask(host)}`;
    const [seen = ''] = await play(
      [
        bash(
          [
            'echo $HTTPS_PROXY',
            through('example.com:443'),
            through('registry.npmjs.org:22'),
            through('registry.npmjs.org.example.com:443'),
            '(exec 4<>/dev/tcp/127.0.0.1/1) 2>&1 | grep -q refused && echo refused',
            'exit 5',
          ].join('; '),
        ),
        calls(submit),
      ],
      { network: 'registries' },
    );
    expect(seen.split('\n')).toEqual([
      'http://127.0.0.1:3128',
      'HTTP/1.1 403',
      'HTTP/1.1 403',
      'HTTP/1.1 403',
      'refused',
      '(exit code 5)',
    ]);
  });

  it.each(['none', 'registries'] as const)(
    'tells by what signal a command ended, with network %s',
    async (network) => {
      const [seen] = await play([bash('kill -SEGV $$'), calls(submit)], { network });
      expect(seen).toBe('(exit code 139 (SIGSEGV))');
    },
  );

  it('stays small and alive when a command prints 100 MB, and keeps all of it', async () => {
    const [seen = ''] = await play([
      bash('head -c 100000000 /dev/zero | tr "\\0" x; echo; echo the end'),
      calls(submit),
    ]);
    expect(seen.length).toBeLessThan(13_000);
    expect(seen).toMatch(/bytes left out/);
    expect(seen).toMatch(/the end\n\(all of it: \/tmp\//);
    const sizes = [...scene.gateway.state.blobs]
      .filter(([key]) => key.includes('log-'))
      .map(([, bytes]) => bytes.length);
    expect(sizes).toEqual([100_000_009]);
  });

  it('is stopped with everything in it, and says so once', async () => {
    const mark = `omoi-stopped-${process.pid}`;
    scene = await openScene(
      { a: 'a' },
      { model: () => bash(`exec -a ${mark} sleep 300`, { timeoutSeconds: 60 }) },
    );
    const exits: string[] = [];
    sandboxes = await createProcessSandboxes({
      agentFile,
      root: join(scene.root, 's'),
      onExit: (handle) => exits.push(handle),
    });
    const spec = { runId, attempt: 1, gatewayUrl: scene.gateway.url, token, network: 'none' } as const;
    const [handle, again] = await Promise.all([sandboxes.launch(spec), sandboxes.launch(spec)]);
    expect(again).toBe(handle);
    expect(await sandboxes.status(handle)).toBe('running');
    await until(() => spawnSync('pgrep', ['-f', `^${mark}`]).status === 0);
    await sandboxes.stop(handle);
    await sandboxes.stop(handle);
    await until(() => spawnSync('pgrep', ['-f', `^${mark}`]).status === 1);
    expect(await sandboxes.status(handle)).toBe('gone');
    expect(await sandboxes.launch(spec)).toBe(handle);
    expect(await sandboxes.status(handle)).toBe('gone');
    expect(exits).toEqual([handle]);
    await vi.waitFor(() => expect(existsSync(join(scene.root, 's', handle))).toBe(false), {
      timeout: 30_000,
    });
  });
});

describe.skipIf(!hasWalls)('a sandbox whose harness is not behind a wall', () => {
  it('still walls its commands in, and says that it is degraded', async () => {
    const [seen = ''] = await play(
      [bash(`env; cat /proc/*/environ; ls ${folder} ${homedir()}; cat ../git/config; true`), calls(submit)],
      { walls: 'walled' },
    );
    expect(scene.gateway.state.ended?.type).toBe('work');
    expect(seen).not.toContain(token);
    expect(seen).not.toContain('agent.mjs');
    expect(seen.match(/No such file or directory/g)).toHaveLength(3);
    expect(sandboxes.describe()).toMatchObject({ degraded: true, reason: expect.stringMatching(/a test/) });
  });
});

describe('a sandbox without walls', () => {
  it('works, and says loudly that it is degraded', async () => {
    const [seen = ''] = await play([bash('pwd; env | grep -c OMOI; echo done > b.txt'), calls(submit)], {
      walls: 'plain',
    });
    expect(scene.gateway.state.ended?.type).toBe('work');
    expect(seen).toMatch(/workspace\n0\n/);
    expect(sandboxes.describe()).toMatchObject({ degraded: true, reason: expect.stringMatching(/a test/) });
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 50));
}
