/** What a host stands on: store, interpreter, blobs, forge, model, sandboxes, all built once and handed on. */
import { randomBytes } from 'node:crypto';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { type FileBlobs, openFileBlobs } from '#adapters/files/blobs.ts';
import { makeFolder } from '#adapters/files/folder.ts';
import type { Signer } from '#adapters/files/presign.ts';
import { platformAuthor as author } from '#adapters/git/author.ts';
import { git } from '#adapters/git/git.ts';
import type { Vault } from '#adapters/github/credentials.ts';
import { newId, sha256 } from '#adapters/ids/ids.ts';
import { memoryAgents } from '#adapters/memory/agents.ts';
import { lockFolder } from '#adapters/pglite/lock.ts';
import type { Database } from '#adapters/postgres/client.ts';
import { createStore } from '#adapters/postgres/store.ts';
import { createProcessSandboxes, type ProcessSandboxes } from '#adapters/process/sandboxes.ts';
import { createRunTokens, type RunTokens } from '#adapters/tokens/run-tokens.ts';
import type { Agents } from '#core/agent/ports.ts';
import type { ModelUpstream } from '#core/agent/upstream.ts';
import type { Forge } from '#core/forge/ports.ts';
import type { Clock } from '#core/id.ts';
import type { Store } from '#core/store.ts';
import type { Workflow } from '#core/workflow.ts';
import { notifying } from '#functions/effects/dispatch.ts';
import { createForgeSteps } from '#functions/forge/steps.ts';
import { createSteps } from '#functions/steps/steps.ts';
import { type HostConfig, slotsOf } from './config.ts';
import { openDatabase } from './database.ts';
import { createForge, vaultOf } from './forge.ts';
import { ownSecret } from './secret.ts';
import { readMachines } from './statemachines.ts';
import { createStates } from './states/interpreter.ts';
import type { Machine } from './states/machine.ts';
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

/** What tests and benchmarks may put in place of the host's own; the product never does. */
export interface HostParts {
  /** Wraps the database, for example to die at a commit. */
  readonly database?: (database: Database) => Database;
  readonly upstream?: (upstream: ModelUpstream) => ModelUpstream;
}

/** Ends something that was opened; the last opened first. */
export type Closers = (() => Promise<unknown>)[];

/** What happens below and is acted on above; empty until the host drives. */
export interface Hooks {
  committed: () => void;
  exited: (handle: string) => Promise<void>;
}

export interface Ground {
  readonly config: HostConfig;
  readonly url: string;
  /** Tells the hooks of each commit. */
  readonly store: Store;
  /** The same without telling. */
  readonly quietStore: Store;
  readonly steps: (input: unknown) => Promise<unknown>;
  readonly states: States;
  readonly workflow: Workflow;
  readonly blobs: FileBlobs;
  readonly signer: Signer;
  readonly forge: Forge;
  /** GitHub's credential. */
  readonly vault: Vault;
  readonly upstream: ModelUpstream;
  readonly tokens: RunTokens;
  /** Who is at work, by heartbeats. */
  readonly agents: Agents;
  readonly sandboxes: ProcessSandboxes;
  readonly hooks: Hooks;
  readonly log: Log;
}

export const clock: Clock = () => new Date().toISOString();

/** Opens everything below the server at `url`; each thing that must be closed is added to `closers`. */
export async function layGround(
  { config, url, log, parts }: { config: HostConfig; url: string; log: Log; parts: HostParts },
  closers: Closers,
): Promise<Ground> {
  await makeFolder(config.dataDir, 0o700);
  // Database, blobs and sandboxes in the folder are one host's.
  const lock = await lockFolder(config.dataDir);
  closers.push(() => lock.release());
  const hooks: Hooks = { committed: () => {}, exited: async () => {} };
  // Side by side: of the database's start a part is other threads' work, and sandboxes are tried by other processes.
  const opening = openDatabase(config);
  closers.push(() => opening.then(({ close }) => close(), nothing));
  const openingSandboxes = openSandboxes(config, hooks, log);
  closers.push(() => openingSandboxes.then(nothing, nothing));
  const [opened, sandboxes, machines] = await Promise.all([opening, openingSandboxes, readMachines()]);
  const database = parts.database?.(opened) ?? opened;
  const chosen = await chooseUpstream(config);
  const quietStore = createStore(database, { clock });
  const store = notifying(quietStore, () => hooks.committed());
  const secret = await ownSecret(config.dataDir);
  const signer = { baseUrl: url, secret };
  const blobs = await openFileBlobs({ folder: join(config.dataDir, 'blobs'), clock, ...signer });
  const vault = vaultOf(config);
  const forge = createForge(config, vault, { git, blobs, folder: join(config.dataDir, 'mirrors'), author });
  const slots = config.slots ?? slotsOf(availableParallelism(), totalmem());
  const steps = createSteps({ store, clock, newId, digest: sha256, author, slots, blobs });
  const states = openStates(database, machines, { steps, forge: createForgeSteps({ forge }) }, log);
  closers.push(() => states.close());
  closers.push(() => sandboxes.close());
  return {
    ...{ config, url, store, quietStore, steps, states, blobs, signer, forge, vault, sandboxes, hooks, log },
    workflow: localWorkflow(states),
    upstream: parts.upstream?.(chosen) ?? chosen,
    tokens: createRunTokens(secret),
    agents: memoryAgents(),
  };
}

/** Only waits: what did not open needs no closing. */
const nothing = () => undefined;

function openStates(
  db: Database,
  machines: Readonly<Record<string, Machine>>,
  functions: Readonly<Record<'steps' | 'forge', (input: unknown) => Promise<unknown>>>,
  log: Log,
): States {
  return createStates({
    db,
    functions,
    machines,
    clock: systemClock,
    newToken: () => randomBytes(24).toString('base64url'),
    random: Math.random,
    log,
  });
}

function openSandboxes(config: HostConfig, hooks: Hooks, log: Log): Promise<ProcessSandboxes> {
  const failed = (error: unknown) => log('error', 'a sandbox ended and that could not be noted', { error });
  return createProcessSandboxes({
    agentFile: join(config.distDir, 'agent.mjs'),
    root: join(config.dataDir, 'sandboxes'),
    tools: config.tools,
    path: config.path,
    onExit: (handle) => void hooks.exited(handle).catch(failed),
    ahead: {},
  });
}
