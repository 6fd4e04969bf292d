/**
 * The host on one machine: the composition root. It wires the same step handlers and Hono apps that AWS runs to the
 * embedded store, the interpreter of state machines, sandboxes that are processes, and a forge that is git.
 */
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Hono } from 'hono';
import { hashedNgrams } from '#adapters/embeddings/hashed-ngrams.ts';
import { type FileBlobs, openFileBlobs } from '#adapters/files/blobs.ts';
import type { Signer } from '#adapters/files/presign.ts';
import { git } from '#adapters/git/git.ts';
import { newId, sha256 } from '#adapters/ids/ids.ts';
import { createLocalForge } from '#adapters/localforge/forge.ts';
import type { Database } from '#adapters/postgres/client.ts';
import { createStore } from '#adapters/postgres/store.ts';
import { createProcessSandboxes, type ProcessSandboxes } from '#adapters/process/sandboxes.ts';
import { createRunTokens, type RunTokens } from '#adapters/tokens/run-tokens.ts';
import type { ModelUpstream } from '#core/agent/upstream.ts';
import type { Forge } from '#core/forge/ports.ts';
import type { Clock } from '#core/id.ts';
import type { Store } from '#core/store.ts';
import type { Workflow } from '#core/workflow.ts';
import { createApi } from '#functions/api/app.ts';
import { problemResponse } from '#functions/api/problems.ts';
import { createDispatcher, notifying } from '#functions/effects/dispatch.ts';
import { createEffects, type Effects } from '#functions/effects/effects.ts';
import { createForgeSteps } from '#functions/forge/steps.ts';
import { createGateway } from '#functions/gateway/app.ts';
import { createSteps } from '#functions/steps/steps.ts';
import { onlyThisMachine } from './access.ts';
import { createBlobServer } from './blobs.ts';
import type { HostConfig } from './config.ts';
import { openDatabase } from './database.ts';
import { healthOf } from './health.ts';
import { createLive } from './live.ts';
import { createPages } from './pages.ts';
import { createPulse } from './pulse.ts';
import { ownSecret } from './secret.ts';
import { openServer } from './server.ts';
import { readMachines, transitionsOf } from './statemachines.ts';
import { createStates } from './states/interpreter.ts';
import type { States } from './states/ports.ts';
import { systemClock } from './states/timers.ts';
import { chooseUpstream } from './upstream.ts';
import { localWorkflow } from './workflow.ts';

/** News of the host for its terminal; never a secret, a prompt or a body. */
export type Log = (
  level: 'info' | 'warn' | 'error',
  message: string,
  data?: Readonly<Record<string, unknown>>,
) => void;

/** A running host. */
export interface Host {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** Lets what is being written end, stops sandboxes and timers; running tickets go on at the next start. */
  close(): Promise<void>;
}

/** What tests and benchmarks may put in place of the host's own; products never do. */
export interface HostParts {
  /** Wraps the database, for example to die at a commit. */
  readonly database?: (database: Database) => Database;
  readonly upstream?: (upstream: ModelUpstream) => ModelUpstream;
}

const clock: Clock = () => new Date().toISOString();
/** The commits of the ticket branch are the platform's: it verified them. */
const author = { name: 'OmoiOS', email: 'omoi@localhost' };

interface Ground {
  readonly config: HostConfig;
  readonly url: string;
  readonly secret: string;
  readonly store: Store;
  readonly states: States;
  readonly workflow: Workflow;
  readonly blobs: FileBlobs;
  readonly signer: Signer;
  readonly forge: Forge;
  readonly upstream: ModelUpstream;
  readonly tokens: RunTokens;
  readonly sandboxes: ProcessSandboxes;
  readonly log: Log;
}

/** Starts a host. Throws `PortTaken`, `FolderInUse`, `DataTooNew` and what a bad cassette throws; nothing is left running then. */
export async function openHost(config: HostConfig, log: Log, parts: HostParts = {}): Promise<Host> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const end of closers.reverse()) await end();
    closers.length = 0;
  };
  try {
    const url = await open(config, log, parts, closers);
    return { url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function open(
  config: HostConfig,
  log: Log,
  parts: HostParts,
  closers: (() => Promise<unknown>)[],
): Promise<string> {
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  const server = await openServer(config.port);
  closers.push(() => server.close());
  const url = `http://127.0.0.1:${server.port}`;
  const opened = await openDatabase(config);
  const database = parts.database?.(opened) ?? opened;
  closers.push(() => opened.close());
  const chosen = await chooseUpstream(config);
  const upstream = parts.upstream?.(chosen) ?? chosen;

  const plain = createStore(database, { clock });
  let committed = () => {};
  const store = notifying(plain, () => committed());
  const secret = await ownSecret(config.dataDir);
  const signer = { baseUrl: url, secret };
  const blobs = await openFileBlobs({ folder: join(config.dataDir, 'blobs'), clock, ...signer });
  const forge = createLocalForge({ git, blobs, folder: join(config.dataDir, 'mirrors'), author });
  const steps = createSteps({ store, clock, newId, digest: sha256, author });
  const states = createStates({
    db: database,
    functions: { steps, forge: createForgeSteps({ forge }) },
    machines: await readMachines(),
    clock: systemClock,
    newToken: () => randomBytes(24).toString('base64url'),
    random: Math.random,
    log: (level, message, data) => log(level, message, data),
  });
  closers.push(() => states.close());
  const workflow = localWorkflow(states);
  const tokens = createRunTokens(secret);
  let exited: Effects['exited'] = async () => {};
  const sandboxes = await createProcessSandboxes({
    agentFile: join(config.distDir, 'agent.mjs'),
    root: join(config.dataDir, 'sandboxes'),
    onExit: (handle: string) =>
      void exited(handle).catch((error) =>
        log('error', 'a sandbox ended and that could not be noted', { error }),
      ),
  });
  closers.push(() => sandboxes.close());

  const ground: Ground = {
    config,
    url,
    secret,
    store,
    states,
    workflow,
    blobs,
    signer,
    forge,
    upstream,
    tokens,
    sandboxes,
    log,
  };
  const effects = createEffects({
    store,
    workflow,
    sandboxes,
    steps,
    tokens,
    gatewayUrl: () => `${url}/gateway`,
    clock,
    log: (message, data) => log('warn', message, data),
  });
  exited = effects.exited;
  const dispatcher = createDispatcher({
    store: plain,
    handle: effects.handle,
    clock,
    log: (message, data) => log('warn', message, data),
  });
  const live = createLive(store, (error) => log('warn', 'a live reader was lost', { error }));
  const pulse = createPulse(effects, (error) => log('error', 'looking after runs failed', { error }));
  committed = () => {
    dispatcher.notify();
    live.notify();
    pulse.beat();
  };
  closers.push(async () => {
    committed = () => {};
    exited = async () => {};
    live.close();
    pulse.stop();
    await dispatcher.stop();
  });
  server.serve(mount(ground), live);
  await states.recover();
  await effects.reconcile();
  dispatcher.notify();
  pulse.beat();
  return url;
}

/** Everything under one roof; the sandbox's doors (`/gateway`, `/blobs`) ask for a token instead of an own page. */
function mount(ground: Ground): Hono {
  const { config, store, blobs, forge, log, signer } = ground;
  const api = createApi({
    store,
    forge,
    blobs,
    clock,
    newId,
    digest: sha256,
    version: config.version,
    actor: () => config.person,
    log: (error) => log('error', 'a request failed', { error }),
    health: () => healthOf(config, ground.upstream, ground.sandboxes),
    transitions: (ticketId) => transitionsOf(ground.states, ticketId),
  });
  const { workflow, upstream, tokens } = ground;
  const gateway = createGateway({
    ...{ store, blobs, workflow, upstream, tokens, clock, newId, log },
    digest: sha256,
    model: config.model,
    embed: hashedNgrams,
  });
  const pages = createPages(config.distDir);
  const app = new Hono();
  app.onError(problemResponse);
  app.route('/gateway', gateway);
  app.route('/', createBlobServer(blobs, signer, clock));
  app.use('*', onlyThisMachine);
  app.all('*', (context) => {
    const { path } = context.req;
    const isApi = path.startsWith('/v1/') || path === '/openapi.json';
    return (isApi ? api : pages).fetch(context.req.raw);
  });
  return app;
}
