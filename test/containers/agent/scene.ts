/** A real repository, its bundle, a brief for it, and the real harness on it. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { z } from 'zod';
import { createGit, git } from '#adapters/git/git.ts';
import type { Jail } from '#agent/commands/run.ts';
import { runHarness } from '#agent/harness.ts';
import { RunId } from '#core/id.ts';
import type { RunBrief } from '#core/run/protocol.ts';
import { type FakeGateway, type FakeGatewayOptions, openFakeGateway, token } from './gateway.ts';

export const runId = RunId.parse('run_01h455vb4pex5vsknk084sn02q');

/** Tests use the machine's own programs. */
export const path = '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin';

const identity = {
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
  GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
  GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z',
};

export interface TestRepository {
  readonly folder: string;
  /** Writes files on top of `parent` (or of the newest commit) and commits them. */
  commit(files: Record<string, string | null>, message?: string, parent?: string): Promise<string>;
  /** A bundle `base..tip` under the ref that the platform uses. */
  bundle(tip: string, base?: string): Promise<Buffer>;
  git: (...args: string[]) => Promise<string>;
}

export async function openRepository(root: string): Promise<TestRepository> {
  const folder = join(root, 'origin');
  await mkdir(folder, { recursive: true });
  const run = async (...args: string[]) => (await git(args, { cwd: folder, env: identity })).text;
  await run('init', '-q', '-b', 'main', '.');
  return {
    folder,
    git: run,
    async commit(files, message = 'change', parent) {
      if (parent) await run('checkout', '-q', '--detach', parent);
      for (const [name, text] of Object.entries(files)) {
        const full = join(folder, name);
        await mkdir(dirname(full), { recursive: true });
        if (text === null) await rm(full);
        else await writeFile(full, text, { mode: text.startsWith('#!') ? 0o755 : 0o644 });
      }
      await run('add', '-A');
      await run('commit', '-q', '--allow-empty', '-m', message);
      return run('rev-parse', 'HEAD');
    },
    async bundle(tip, base) {
      await run('update-ref', 'refs/omoi/tip', tip);
      const file = join(root, `${tip}.bundle`);
      await run('bundle', 'create', '-q', file, 'refs/omoi/tip', ...(base ? [`^${base}`] : []));
      return readFile(file);
    },
  };
}

export type BriefChanges = Partial<Omit<z.input<typeof RunBrief>, 'run'>> & {
  run?: Partial<z.input<typeof RunBrief>['run']>;
};

export function briefFor(commit: string, changes: BriefChanges = {}): z.input<typeof RunBrief> {
  return {
    ticket: { name: 'TKT-1', title: 'Greet people', description: 'Say hello to a name.', tainted: false },
    task: {
      key: 'T1',
      title: 'Greet by name',
      goal: 'greet(name) says hello',
      criteria: [{ id: 'REQ-1.1', text: 'greet("Ada") is "Hello, Ada"', kind: 'example' }],
      writes: ['**'],
      doneWhen: 'the test passes',
    },
    documents: [],
    previous: null,
    feedback: null,
    memories: [],
    answers: [],
    commands: {},
    failing: [],
    network: 'none',
    limits: {
      turns: 50,
      minutes: 30,
      contextTokens: 100_000,
      maxOutputTokens: 8000,
      commandSeconds: 60,
      checkSeconds: 60,
    },
    model: 'claude-sonnet-5-5',
    source: { bundles: [], commit, base: commit, merge: null },
    check: null,
    checkBundles: [],
    journal: [],
    checkpoint: null,
    replayed: false,
    ...changes,
    run: {
      id: runId,
      attempt: 1,
      kind: 'agent',
      role: 'builder',
      phase: 'execution',
      round: 1,
      ...changes.run,
    },
  };
}

export interface SandboxScene {
  readonly root: string;
  readonly repository: TestRepository;
  readonly base: string;
  readonly gateway: FakeGateway;
  /** Runs the harness in this process; a fresh folder for each attempt, as on the real host. */
  attempt(jail?: Jail): Promise<number>;
  /** The newest attempt's folder. */
  folder(): string;
  /** What a submitted or checkpointed bundle holds: the text of a file at its commit. */
  fileAt(bundle: string, commit: string, name: string): Promise<string>;
  /** The commits that a bundle needs, and the one that it carries. */
  commitsIn(bundle: string): Promise<{ needs: string[]; carries: string }>;
  readonly log: string[];
  close(): Promise<void>;
}

export async function openScene(
  files: Record<string, string>,
  options: Omit<FakeGatewayOptions, 'brief'> & {
    brief?: BriefChanges | ((base: string, repository: TestRepository) => Promise<BriefChanges>);
  },
): Promise<SandboxScene> {
  const root = await mkdtemp(join(tmpdir(), 'omoi-agent-'));
  const repository = await openRepository(root);
  const base = await repository.commit(files, 'first');
  const changes =
    typeof options.brief === 'function' ? await options.brief(base, repository) : (options.brief ?? {});
  const gateway = await openFakeGateway({ ...options, brief: briefFor(base, changes) });
  const bundle = gateway.offer('base.bundle', await repository.bundle(base));
  const { source } = gateway.state.brief;
  gateway.state.brief = {
    ...gateway.state.brief,
    source: { ...source, bundles: [bundle, ...source.bundles] },
  };
  const log: string[] = [];
  let count = 0;
  const folder = () => join(root, `attempt-${count}`);
  return {
    root,
    repository,
    base,
    gateway,
    log,
    folder,
    async attempt(jail = { kind: 'plain' }) {
      count++;
      await mkdir(folder());
      return runHarness({
        environment: { OMOI_GATEWAY_URL: gateway.url, OMOI_RUN_ID: runId, OMOI_RUN_TOKEN: token },
        dir: folder(),
        jail,
        path,
        sleep: () => Promise.resolve(),
        random: () => 0.5,
        beatMs: 50,
        log: (line) => log.push(line),
      });
    },
    async fileAt(bundle, commit, name) {
      const file = join(root, 'look.bundle');
      await writeFile(file, gateway.state.blobs.get(bundle) ?? '');
      await createGit(path)(['bundle', 'unbundle', file], { cwd: repository.folder });
      return (await git(['show', `${commit}:${name}`], { cwd: repository.folder })).stdout.toString('utf8');
    },
    async commitsIn(bundle) {
      const head = (gateway.state.blobs.get(bundle) ?? '').toString('latin1').split('\n\n')[0] ?? '';
      const lines = head.split('\n').slice(1);
      return {
        needs: lines.flatMap((line) => (line.startsWith('-') ? [line.slice(1, 41)] : [])),
        carries: lines.find((line) => line.endsWith(' refs/omoi/tip'))?.slice(0, 40) ?? '',
      };
    },
    async close() {
      await gateway.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}
