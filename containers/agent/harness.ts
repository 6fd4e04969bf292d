/**
 * One run in one sandbox, from its brief to its end: chooses the road, and turns every way in which it can fail into
 * a reason that the gateway is told, or into silence where this attempt no longer counts.
 */
import { createGit, GitFailed } from '#adapters/git/git.ts';
import type { EndReason } from '#core/run/run.ts';
import { runAgent } from './agent.ts';
import { runCheck } from './check.ts';
import { openRepository } from './checkout/repository.ts';
import { openRegistries } from './commands/registries.ts';
import { createCommands, type Jail } from './commands/run.ts';
import type { SandboxEnvironment } from './env.ts';
import { type Folders, openFolders } from './folders.ts';
import { AttemptOver, createGateway, type Gateway, GatewayRefused, GatewayUnreachable } from './gateway.ts';
import type { Host } from './host.ts';
import type { AskModel } from './loop/loop.ts';
import { Stopped, startPulse } from './pulse.ts';

export interface HarnessDeps {
  readonly environment: SandboxEnvironment;
  readonly dir: string;
  readonly jail: Jail;
  readonly path: string;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly random: () => number;
  readonly log: (line: string) => void;
  /** Between heartbeats; 20 seconds unless told. */
  readonly beatMs?: number;
  /** Ends the run from outside, e.g. when the host has died. */
  readonly signal?: AbortSignal;
}

/** Exit codes of the harness: 0 the gateway knows how it ended; 3 it could not be told. */
export type ExitCode = 0 | 3;

/** Works until the end; never throws for what can happen to a run. */
export async function runHarness(deps: HarnessDeps): Promise<ExitCode> {
  const { environment, log, sleep } = deps;
  const { OMOI_GATEWAY_URL: url, OMOI_RUN_TOKEN: token } = environment;
  const gateway = createGateway({ url, token, sleep });
  try {
    return await work(deps, gateway);
  } catch (error) {
    if (error instanceof AttemptOver) {
      log(`this attempt is over: ${error.message}`);
      return 0;
    }
    log(error instanceof Error ? (error.stack ?? error.message) : String(error));
    if (error instanceof GatewayUnreachable) return 3;
    return tell(gateway, error, log);
  }
}

async function work(deps: HarnessDeps, gateway: Gateway): Promise<ExitCode> {
  const { log } = deps;
  // The repository is made while the gateway looks the run up.
  const [brief, { folders, repository }] = await Promise.all([gateway.brief(), openPlace(deps)]);
  const pulse = startPulse(gateway, log, deps.beatMs);
  const walled = deps.jail.kind === 'bubblewrap';
  const proxied = walled && brief.network === 'registries';
  const registries = proxied ? await openRegistries(folders, process.execPath, log) : null;
  const commands = createCommands({ folders, jail: deps.jail, path: deps.path, registries });
  try {
    deps.signal?.addEventListener('abort', commands.stopAll);
    const host: Host = {
      brief,
      gateway,
      folders,
      repository,
      run: commands.run,
      pulse,
      registries,
      owner: deps.jail.kind === 'user' ? deps.jail : null,
      path: deps.path,
      shownTemporary: temporaryAsShown(deps.jail, folders),
      started: Date.now(),
      walls: deps.jail.kind,
      log,
    };
    if (brief.run.kind === 'check') {
      log(`checked: ${(await runCheck(host)).type}`);
      return 0;
    }
    log(`ended: ${JSON.stringify(await runAgent(host, () => loadModel(deps)))}`);
    return 0;
  } finally {
    pulse.stop();
    // What runs in the background ends with the run.
    commands.stopAll();
    registries?.close();
  }
}

/** The client of the Messages API is the largest part of the bundle; a check never needs it. */
async function loadModel({ environment, sleep, random, log }: HarnessDeps): Promise<AskModel> {
  const { createModel } = await import('./loop/model.ts');
  const { OMOI_GATEWAY_URL: url, OMOI_RUN_TOKEN: token } = environment;
  return createModel({ url, token, sleep, random, log });
}

async function openPlace({ dir, path }: HarnessDeps) {
  const folders = await openFolders(dir);
  return { folders, repository: await openRepository(createGit(path), folders) };
}

function temporaryAsShown(jail: Jail, folders: Folders): string {
  return jail.kind === 'bubblewrap' ? '/tmp' : folders.temporary;
}

/** Ends the run with the reason that fits. */
async function tell(gateway: Gateway, error: unknown, log: (line: string) => void): Promise<ExitCode> {
  if (error instanceof Stopped) return 0;
  try {
    await gateway.end(reasonOf(error), error instanceof Error ? error.message : String(error));
    return 0;
  } catch (failure) {
    log(`the end could not be told: ${String(failure)}`);
    return failure instanceof AttemptOver ? 0 : 3;
  }
}

function reasonOf(error: unknown): EndReason {
  if (error instanceof GitFailed) return 'source-failed';
  // What the gateway refuses is our mistake, and the same again would be refused again.
  if (error instanceof GatewayRefused) return 'no-submission';
  return 'sandbox-lost';
}
