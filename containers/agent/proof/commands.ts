/** The project's commands on one commit, in their order. */
import { performance } from 'node:perf_hooks';
import type { TestCase } from '#core/verify/cases/case.ts';
import { type CheckPlan, CommandName, type CommandResult } from '#core/verify/check.ts';
import { keepSetup, restoredLog, restoreSetup, setupDigest } from '../checkout/setup.ts';
import { handOver } from '../folders.ts';
import type { Host } from '../host.ts';
import { measure, resultOf } from './measure.ts';
import { runSetup, runTests, type Steadied } from './steady.ts';

/** What they came to. */
export interface Commanded {
  readonly commands: readonly CommandResult[];
  /** Tests that failed in a run of the test command before the last. */
  readonly failed: readonly TestCase[];
  /** What lay beside the files before anything was built: what the setup made. */
  readonly ground: ReadonlySet<string>;
}

/** In order; nothing can be said after a setup or build that fails. */
export async function runCommands(host: Host, plan: CheckPlan, commit: string): Promise<Commanded> {
  const commands: CommandResult[] = [];
  const failed: TestCase[] = [];
  let ground = new Set(await host.repository.untracked());
  for (const name of CommandName.options) {
    const command = plan.commands[name];
    if (command === undefined) continue;
    host.pulse.signal.throwIfAborted();
    host.pulse.doing(`${name}: ${command}`);
    const { result, failed: before } = await runCommand(host, plan, name, command, commit);
    commands.push(result);
    failed.push(...before);
    if (name === 'setup') ground = new Set(await host.repository.untracked());
    if (result.exitCode !== 0 && (name === 'setup' || name === 'build')) break;
  }
  return { commands, failed, ground };
}

async function runCommand(
  host: Host,
  plan: CheckPlan,
  name: CommandName,
  command: string,
  commit: string,
): Promise<Steadied> {
  if (name === 'test') return runTests(host, plan, command, commit);
  const result =
    name === 'setup' ? await setUp(host, plan, commit, command) : await measure(host, name, command, commit);
  return { result, failed: [] };
}

async function setUp(host: Host, plan: CheckPlan, commit: string, command: string): Promise<CommandResult> {
  const { gateway, repository, folders } = host;
  const started = performance.now();
  const digest = await setupDigest(repository, commit, command);
  if (await restoreSetup(gateway, folders, digest)) {
    await handOver(folders, host.owner);
    const end = await restoredLog(folders, digest, Math.round(performance.now() - started));
    return resultOf(host, 'setup', command, end, true);
  }
  const result = await runSetup(host, command, commit);
  if (plan.purpose === 'baseline' && result.exitCode === 0) {
    const why = await keepSetup(gateway, repository, folders, digest);
    if (why !== null) host.log(why);
  }
  return result;
}
