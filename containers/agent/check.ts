/**
 * The check's road: a clean checkout, the works merged onto the head, the project's commands, their evidence. No model,
 * no agent's words: what is measured is what is reported.
 */
import { readFile } from 'node:fs/promises';
import { arch } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { casesOf } from '#core/verify/cases/cases.ts';
import {
  CheckPlan,
  type CheckResult,
  type CheckWork,
  CommandName,
  type CommandResult,
  type MergedWork,
  type RefusedWork,
} from '#core/verify/check.ts';
import { lookUp } from '#core/verify/claims.ts';
import { countTests } from '#core/verify/count/count.ts';
import { changedLines } from '#core/verify/lines.ts';
import { askedFor, propertiesOf, propertyEnvironment } from '#core/verify/properties/properties.ts';
import { type ProofReport, type TamperedWork, toDecide } from '#core/verify/report.ts';
import { fetchSource } from './checkout/checkout.ts';
import type { Repository } from './checkout/repository.ts';
import { keepSetup, restoredLog, restoreSetup, setupDigest } from './checkout/setup.ts';
import type { CommandEnd } from './commands/run.ts';
import { handOver } from './folders.ts';
import type { Host } from './host.ts';
import { readEnd } from './proof/log.ts';
import { runMutations } from './proof/mutations.ts';
import { readReports } from './proof/reports.ts';
import { scanWork } from './proof/tamper.ts';

/** At each end of a command's output: 16,000 characters, within what a result may hold, and what a builder can use. */
const keptBytes = 8000;
const maxExcerpt = 20_000;

/** Measures and reports. Throws `GitFailed` when the source is not what the plan says. */
export async function runCheck(host: Host): Promise<CheckResult> {
  const plan = CheckPlan.parse(host.brief.check);
  await fetchSource(
    host,
    host.brief.checkBundles.map((url, index) => [`work-${index}`, url]),
  );
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
  readonly tamper: readonly TamperedWork[];
}

/** One commit a work, in order. One that cannot be merged is left out: the others need not wait for it. */
async function mergeWorks(host: Host, plan: CheckPlan): Promise<Merged> {
  const works: MergedWork[] = [];
  const refused: RefusedWork[] = [];
  const tamper: TamperedWork[] = [];
  let commit: string = plan.head;
  for (const work of plan.works) {
    const result = await mergeWork(host, plan.head, commit, work);
    if ('reason' in result) {
      refused.push(result);
      continue;
    }
    const findings = await scanWork(host.repository, await before(host, commit, work), result.commit);
    const grave = toDecide(findings, acceptedOf(plan, work));
    if (plan.proof && grave.length > 0) {
      refused.push({ reason: 'tampered', taskId: work.taskId, findings: grave });
      continue;
    }
    if (findings.length > 0) tamper.push({ taskId: work.taskId, findings });
    works.push(result);
    commit = result.commit;
  }
  return { commit, works, refused, tamper };
}

/** What a work's own changes are told from: where it joins a branch, what git alone makes of both is nobody's doing. */
async function before({ repository }: Host, onto: string, { merge }: CheckWork): Promise<string> {
  return merge.joins ? (await repository.merge(onto, merge.joins.commit)).tree : onto;
}

function acceptedOf({ proof }: CheckPlan, { taskId }: CheckWork) {
  return proof?.accepted.filter((one) => one.taskId === taskId).flatMap(({ findings }) => findings) ?? [];
}

async function mergeWork(
  host: Host,
  head: string,
  onto: string,
  work: CheckWork,
): Promise<MergedWork | RefusedWork> {
  const merged = await mergeOnto(host, onto, work);
  if (!('reason' in merged) || onto === head) return merged;
  const alone = await mergeOnto(host, head, work);
  return 'reason' in alone ? alone : { ...merged, onHead: false };
}

async function mergeOnto(
  { repository }: Host,
  onto: string,
  { taskId, merge }: CheckWork,
): Promise<MergedWork | Exclude<RefusedWork, { reason: 'tampered' }>> {
  const { tree, conflicts, detail, places } = await repository.merge(onto, merge.tip);
  const refused = { taskId, onHead: true };
  if (conflicts.length > 0) {
    const files = conflicts.slice(0, 1000);
    const shown = { detail: detail.slice(0, maxExcerpt), places: [...places] };
    return { ...refused, reason: 'conflict', files, ...shown };
  }
  const { joins } = merge;
  if (!joins && tree === (await repository.treeOf(onto))) return { ...refused, reason: 'empty' };
  const parents = joins ? [onto, joins.commit] : [onto];
  const marked = await newIn(repository, parents, tree);
  if (marked.length > 0) return { ...refused, reason: 'markers', files: marked.slice(0, 1000) };
  const by = { name: merge.authorName, email: merge.authorEmail, date: merge.date };
  const commit = await repository.commit(tree, parents, merge.message, by);
  const brought = joins ? await repository.changedBy(joins.commit, onto) : [];
  // What a branch brings counts where the other side was kept, too: that side may rest on it.
  const changed = [...new Set([...(await repository.changed(onto, commit)), ...brought])].slice(0, 10_000);
  return { taskId, commit, changed, lines: changedLines(changed, await repository.hunks(onto, commit)) };
}

/** Files with conflict markers that none of the parents had. */
async function newIn(repository: Repository, parents: readonly string[], tree: string): Promise<string[]> {
  const lists = await Promise.all(parents.map((below) => repository.newMarkers(below, tree)));
  const [first = [], ...rest] = lists;
  return first.filter((path) => rest.every((list) => list.includes(path)));
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
  const proof = plan.proof && (await proofOf(host, plan, merged, commands));
  const measured = {
    type: 'checked',
    commit,
    tree,
    works,
    refused,
    commands,
    ...(proof && { proof }),
  } as const;
  if (commit === plan.head) return { ...measured, bundle: null };
  const path = join(folders.logs, 'merge.bundle');
  // From the ticket's base, not from the head: this bundle replaces the one that brought the head.
  await repository.bundle(host.brief.source.base, commit, path);
  return { ...measured, bundle: await gateway.upload('merge', 'merge.bundle', path) };
}

/** What was looked for beside the commands. The mutations come last: they leave nothing as it was. */
async function proofOf(
  host: Host,
  plan: CheckPlan,
  { commit, tamper }: Merged,
  commands: readonly CommandResult[],
): Promise<ProofReport | undefined> {
  if (!plan.proof) return undefined;
  const log = join(host.folders.logs, 'test.log');
  const test = commands.find(({ name }) => name === 'test');
  const reports = await readReports(host.folders.workspace, host.started);
  const cases = test ? casesOf(await readEnd(log, test.log.bytes), reports) : [];
  const properties = test ? propertiesOf(await readEnd(log, test.log.bytes), askedFor(commit)) : [];
  const named = lookUp(plan.proof.claims, cases);
  const mutations = await runMutations(host, plan.proof, plan.commands, commit, commands);
  return { named, tamper: [...tamper], mutations, properties, sandbox: await sandboxName(host) };
}

/** The system that this is, in a line. */
async function sandboxName({ walls }: Host): Promise<string> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const name = /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(release)?.[1] ?? process.platform;
  return `${name}, ${arch()}, ${walls}`.slice(0, 200);
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
      name === 'setup'
        ? await setUp(host, plan, commit, command)
        : await measure(host, name, command, commit);
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
  const result = await measure(host, 'setup', command, commit);
  if (plan.purpose === 'baseline' && result.exitCode === 0) {
    const why = await keepSetup(gateway, repository, folders, digest);
    if (why !== null) host.log(why);
  }
  return result;
}

/** Runners that name their tests only when asked; the project's own command stays as it is. */
const talkative = { PYTEST_ADDOPTS: '-vv', GOFLAGS: '-v' };

async function measure(
  host: Host,
  name: CommandName,
  command: string,
  commit: string,
): Promise<CommandResult> {
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
    ...(name === 'test' && { env: { ...talkative, ...propertyEnvironment(askedFor(commit)) } }),
  });
  pulse.signal.throwIfAborted();
  return resultOf(host, name, command, end, false);
}

async function resultOf(
  { gateway, folders, started }: Host,
  name: CommandName,
  command: string,
  end: CommandEnd,
  cached: boolean,
): Promise<CommandResult> {
  const { path, digest, bytes } = end.log;
  const tests =
    name === 'test'
      ? countTests(await readEnd(path, bytes), await readReports(folders.workspace, started))
      : null;
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
