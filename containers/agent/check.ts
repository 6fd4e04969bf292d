/**
 * The check's road: a clean checkout, the works merged onto the head, the project's commands, their evidence. No model,
 * no agent's words: what is measured is what is reported.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import {
  CheckPlan,
  type CheckResult,
  type CheckWork,
  CommandName,
  type CommandResult,
  type MergedWork,
  type RefusedWork,
} from '#core/verify/check.ts';
import { countTests } from '#core/verify/count/count.ts';
import { changedLines } from '#core/verify/lines.ts';
import { fetchBundle, fetchSource } from './checkout/checkout.ts';
import { keepSetup, restoredLog, restoreSetup, setupDigest } from './checkout/setup.ts';
import type { CommandEnd } from './commands/run.ts';
import { handOver } from './folders.ts';
import type { Host } from './host.ts';

/** At each end of a command's output: 16,000 characters, within what a result may hold, and what a builder can use. */
const keptBytes = 8000;
const maxExcerpt = 20_000;
/** Output past this is no summary of tests any more; their summary stands at the end. */
const maxCountedBytes = 16 * 1024 * 1024;

/** Measures and reports. Throws `GitFailed` when the source is not what the plan says. */
export async function runCheck(host: Host): Promise<CheckResult> {
  const plan = CheckPlan.parse(host.brief.check);
  await fetchSource(host);
  const merged = await mergeWorks(host, plan);
  const result = await checked(host, plan, merged);
  await host.gateway.check(result);
  return result;
}

/** The works on top of each other; `commit` is the last one, or the head. */
interface Merged {
  readonly commit: string;
  readonly works: readonly MergedWork[];
  readonly refused: readonly RefusedWork[];
}

/** One commit a work, in order. One that cannot be merged is left out: the others need not wait for it. */
async function mergeWorks(host: Host, plan: CheckPlan): Promise<Merged> {
  for (const [index, url] of host.brief.checkBundles.entries()) await fetchBundle(host, url, `work-${index}`);
  const works: MergedWork[] = [];
  const refused: RefusedWork[] = [];
  let commit: string = plan.head;
  for (const work of plan.works) {
    const result = await mergeWork(host, plan.head, commit, work);
    if ('reason' in result) refused.push(result);
    else works.push(result);
    if ('commit' in result) commit = result.commit;
  }
  return { commit, works, refused };
}

async function mergeWork(
  { repository }: Host,
  head: string,
  onto: string,
  { taskId, merge }: CheckWork,
): Promise<MergedWork | RefusedWork> {
  const { tree, conflicts, detail } = await repository.merge(onto, merge.tip);
  if (conflicts.length > 0) {
    const onHead = onto === head || (await repository.merge(head, merge.tip)).conflicts.length > 0;
    const files = conflicts.slice(0, 1000);
    return { reason: 'conflict', taskId, files, detail: detail.slice(0, maxExcerpt), onHead };
  }
  if (tree === (await repository.treeOf(onto))) return { reason: 'empty', taskId };
  const by = { name: merge.authorName, email: merge.authorEmail, date: merge.date };
  const commit = await repository.commit(tree, onto, merge.message, by);
  const changed = (await repository.changed(onto, commit)).slice(0, 10_000);
  return { taskId, commit, changed, lines: changedLines(changed, await repository.hunks(onto, commit)) };
}

async function checked(host: Host, plan: CheckPlan, merged: Merged): Promise<CheckResult> {
  const { gateway, repository, folders } = host;
  const { commit } = merged;
  const works = [...merged.works];
  const refused = [...merged.refused];
  if (works.length === 0 && refused.length > 0) return { type: 'unmerged', refused };
  await repository.checkout(commit);
  await repository.expose(commit, true);
  await handOver(folders, host.owner);
  const commands = await runCommands(host, plan, commit);
  const tree = await repository.treeOf(commit);
  const measured = { type: 'checked', commit, tree, works, refused, commands } as const;
  if (commit === plan.head) return { ...measured, bundle: null };
  const path = join(folders.logs, 'merge.bundle');
  // From the ticket's base, not from the head: this bundle replaces the one that brought the head.
  await repository.bundle(host.brief.source.base, commit, path);
  return { ...measured, bundle: await gateway.upload('merge', 'merge.bundle', path) };
}

/** In order; nothing can be said after a setup or build that fails. */
async function runCommands(host: Host, plan: CheckPlan, commit: string): Promise<CommandResult[]> {
  const results: CommandResult[] = [];
  for (const name of CommandName.options) {
    const command = plan.commands[name];
    if (command === undefined) continue;
    host.pulse.signal.throwIfAborted();
    host.pulse.doing(`${name}: ${command}`);
    const result =
      name === 'setup' ? await setUp(host, plan, commit, command) : await measure(host, name, command);
    results.push(result);
    if (result.exitCode !== 0 && (name === 'setup' || name === 'build')) break;
  }
  return results;
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
  const result = await measure(host, 'setup', command);
  if (plan.purpose === 'baseline' && result.exitCode === 0) {
    const why = await keepSetup(gateway, repository, folders, digest);
    if (why !== null) host.log(why);
  }
  return result;
}

async function measure(host: Host, name: CommandName, command: string): Promise<CommandResult> {
  const { brief, folders, run, pulse } = host;
  const open = brief.network === 'open';
  const end = await run({
    command,
    timeoutMs: brief.limits.checkSeconds * 1000,
    network: name === 'setup' || open ? brief.network : 'none',
    writable: true,
    log: join(folders.logs, `${name}.log`),
    keep: keptBytes,
    signal: pulse.signal,
  });
  pulse.signal.throwIfAborted();
  return resultOf(host, name, command, end, false);
}

async function resultOf(
  { gateway }: Host,
  name: CommandName,
  command: string,
  end: CommandEnd,
  cached: boolean,
): Promise<CommandResult> {
  const { path, digest, bytes } = end.log;
  const tests = name === 'test' ? countTests(await countable(path, bytes)) : null;
  const blob = await gateway.upload('log', `${name}.log`, path);
  return {
    name,
    command,
    exitCode: end.exitCode,
    timedOut: end.timedOut,
    durationMs: end.durationMs,
    tests,
    excerpt: end.excerpt.slice(-maxExcerpt),
    log: { blob, digest, bytes },
    cached,
  };
}

/** The end of the log where all of it is too much. */
async function countable(path: string, bytes: number): Promise<string> {
  const text = (await readFile(path)).subarray(Math.max(0, bytes - maxCountedBytes)).toString('utf8');
  return text;
}
