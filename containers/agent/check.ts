/**
 * The check's road: a clean checkout, the works merged onto the head, the project's commands, their evidence. No model,
 * no agent's words: what is measured is what is reported.
 */
import { readFile } from 'node:fs/promises';
import { arch } from 'node:os';
import { join } from 'node:path';
import type { TaskId } from '#core/id.ts';
import type { RunBrief } from '#core/run/protocol.ts';
import type { TestCase } from '#core/verify/cases/case.ts';
import { casesOf, worstOf } from '#core/verify/cases/cases.ts';
import {
  CheckPlan,
  type CheckResult,
  type CheckWork,
  type CommandResult,
  type MergedWork,
  type RefusedWork,
} from '#core/verify/check.ts';
import { lookUp, type NamedProof, type UnrunClaim, unrunIn } from '#core/verify/claims.ts';
import { certainIn } from '#core/verify/flaky.ts';
import { refutedIn } from '#core/verify/judge.ts';
import { changedLines } from '#core/verify/lines.ts';
import { unnamed } from '#core/verify/naming.ts';
import { type IndependentProof, propertiesSpeak } from '#core/verify/properties/independent.ts';
import { askedFor, propertiesOf } from '#core/verify/properties/properties.ts';
import { complaint } from '#core/verify/relevant.ts';
import { type ProofPlan, type ProofReport, type TamperedWork, toDecide } from '#core/verify/report.ts';
import { fetchSource } from './checkout/checkout.ts';
import type { Repository } from './checkout/repository.ts';
import { handOver } from './folders.ts';
import type { Host } from './host.ts';
import { type Commanded, runCommands } from './proof/commands.ts';
import { runFormer } from './proof/former.ts';
import { layAfresh } from './proof/lay.ts';
import { readEnd } from './proof/log.ts';
import { isGreen, logOf, maxExcerpt } from './proof/measure.ts';
import { runMutations } from './proof/mutations.ts';
import { inTheWay, runProperties, testsOf, type WrittenTests } from './proof/properties.ts';
import { changedIndependent, changedProtected } from './proof/protected.ts';
import { readReports } from './proof/reports.ts';
import { showClaims } from './proof/shown.ts';
import { independentNames } from './proof/steady.ts';
import { scanWork } from './proof/tamper.ts';

/** Measures and reports. Throws `GitFailed` when the source is not what the plan says. */
export async function runCheck(host: Host): Promise<CheckResult> {
  const plan = CheckPlan.parse(host.brief.check);
  await fetchSource(
    host,
    host.brief.checkBundles.map((url, index) => [`work-${index}`, url]),
  );
  const result = await checked(host, plan);
  await host.gateway.check(result);
  return result;
}

/** The works on top of each other; `commit` is the last one, or the head. */
interface Merged {
  readonly commit: string;
  readonly works: readonly MergedWork[];
  readonly refused: readonly RefusedWork[];
  readonly tamper: readonly TamperedWork[];
  /** Why the property tests of a task are not in its commit. */
  readonly left: ReadonlyMap<TaskId, string>;
}

/**
 * One commit a work, in order, its property tests in it. A work that cannot be merged is left out: the others need not
 * wait for it. `without` says why no property tests are to be merged; null where they are.
 */
async function mergeWorks(host: Host, plan: CheckPlan, without: string | null): Promise<Merged> {
  const works: MergedWork[] = [];
  const refused: RefusedWork[] = [];
  const tamper: TamperedWork[] = [];
  const left = new Map<TaskId, string>();
  let commit: string = plan.head;
  for (const work of plan.works) {
    const tests = testsOf(plan, work);
    const why = tests && (without ?? (await inTheWay(host, commit, work, tests)));
    if (why) left.set(work.taskId, why);
    const result = await mergeWork(host, plan.head, commit, work, why ? null : tests);
    if ('reason' in result) {
      refused.push(result);
      continue;
    }
    const was = await before(host, commit, work);
    const all = independentFiles(plan);
    const touched = new Set(result.changed);
    const others = result.changed.length < maxPaths ? all.filter((path) => touched.has(path)) : all;
    const findings = [
      ...(await changedProtected(host.repository, plan.proof?.protected ?? [], was, result.commit)),
      ...(await changedIndependent(host.repository, others, was, result.commit)),
      ...(await scanWork(host.repository, was, result.commit)),
    ].slice(0, 100);
    const grave = toDecide(findings, acceptedOf(plan, work));
    if (plan.proof && grave.length > 0) {
      refused.push({ reason: 'tampered', taskId: work.taskId, findings: grave });
      continue;
    }
    if (findings.length > 0) tamper.push({ taskId: work.taskId, findings });
    works.push(result);
    commit = result.commit;
  }
  return { commit, works, refused, tamper, left };
}

/** Of a work so many paths are told. */
const maxPaths = 10_000;
/** Of what the commands leave so many; whole folders count as one. */
const maxLeaves = 1000;

/** Property tests of any task's verifier; whoever changes them has read them. */
const independentFiles = ({ proof }: CheckPlan): string[] => [
  ...(proof?.written ?? []),
  ...(proof?.properties ?? []).flatMap((one) => (one.type === 'written' ? one.tests.files : [])),
];

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
  tests: WrittenTests | null,
): Promise<MergedWork | RefusedWork> {
  const merged = await mergeOnto(host, onto, work, tests);
  if (!('reason' in merged) || onto === head) return merged;
  const alone = await mergeOnto(host, head, work, null);
  return 'reason' in alone ? alone : { ...merged, onHead: false };
}

async function mergeOnto(
  { repository }: Host,
  onto: string,
  { taskId, merge }: CheckWork,
  tests: WrittenTests | null,
): Promise<MergedWork | Exclude<RefusedWork, { reason: 'tampered' }>> {
  const { tree, conflicts, detail, places } = await repository.merge(onto, merge.tip);
  const refused = { taskId, onHead: true };
  if (conflicts.length > 0) {
    const files = conflicts.slice(0, 1000);
    const shown = { detail: detail.slice(0, maxExcerpt), places: [...places] };
    return { ...refused, reason: 'conflict', files, ...shown };
  }
  const { joins } = merge;
  if (!joins && tree === (await repository.treeOf(onto))) {
    if (!merge.stands) return { ...refused, reason: 'empty' };
    // What stands on the branch needs no commit, unless tests by another run come with it.
    if (!tests) return { taskId, commit: onto, changed: [], lines: [] };
  }
  const parents = joins ? [onto, joins.commit] : [onto];
  const marked = await newIn(repository, parents, tree);
  if (marked.length > 0) return { ...refused, reason: 'markers', files: marked.slice(0, 1000) };
  const by = { name: merge.authorName, email: merge.authorEmail, date: merge.date };
  const whole = tests ? await repository.overlaid(tree, tests.tip, tests.files) : tree;
  const commit = await repository.commit(whole, parents, merge.message, by);
  const brought = joins ? await repository.changedBy(joins.commit, onto) : [];
  // What a branch brings counts where the other side was kept, too: that side may rest on it.
  const changed = [...new Set([...(await repository.changed(onto, commit)), ...brought])].slice(0, maxPaths);
  return { taskId, commit, changed, lines: changedLines(changed, await repository.hunks(onto, commit)) };
}

/** Files with conflict markers that none of the parents had. */
async function newIn(repository: Repository, parents: readonly string[], tree: string): Promise<string[]> {
  const lists = await Promise.all(parents.map((below) => repository.newMarkers(below, tree)));
  const [first = [], ...rest] = lists;
  return first.filter((path) => rest.every((list) => list.includes(path)));
}

/**
 * Merged and measured, with the property tests where there are some. Where something fails with them that no
 * counterexample explains, the tests may be at fault: the same works are measured once more without them, so that a
 * verifier's mistake costs no builder a round.
 */
async function checked(host: Host, plan: CheckPlan): Promise<CheckResult> {
  const first = await measured(host, plan, await mergeWorks(host, plan, null));
  const others = independentNames(plan.proof);
  if (!first.tested || !isUnexplained(host.brief, first, others)) return reported(host, plan, first);
  const failed = first.commands.find((command) => isDoubtful(command, others));
  const said = complaint(failed?.excerpt ?? '');
  const why = `\`${failed?.command ?? 'a command'}\` fails with its property tests, which refute nothing${said === '' ? '' : ` (${said})`}`;
  const certain = first.commands.flatMap(certainIn);
  const knowing = plan.proof && certain.length > 0 ? { ...plan, proof: { ...plan.proof, certain } } : plan;
  const merged = await mergeWorks(host, plan, why);
  // What the first run built, its property tests among it, is none of the second's.
  await layAfresh(host, merged.commit, first.ground);
  const without = await measured(host, knowing, merged);
  const too = `\`${failed?.command ?? 'a command'}\` fails without its property tests, too`;
  return reported(
    host,
    plan,
    isUnexplained(host.brief, without, others) ? blaming(without, why, too) : without,
  );
}

/** With another reason why the property tests were set aside. */
function blaming(done: Measured, why: string, other: string): Measured {
  const said = (words: string) => words.replace(why, () => other);
  const independent = done.independent.map(({ missing, aside, ...one }) => ({
    ...one,
    missing: missing && said(missing),
    ...(aside === undefined ? {} : { aside: said(aside) }),
  }));
  return { ...done, independent };
}

interface Measured extends Merged, Commanded {
  readonly independent: readonly IndependentProof[];
  /** Whether property tests were merged. */
  readonly tested: boolean;
}

async function measured(host: Host, plan: CheckPlan, merged: Merged): Promise<Measured> {
  const { repository, folders } = host;
  const { commit, works, refused, left } = merged;
  if (works.length === 0 && refused.length > 0)
    return { ...merged, commands: [], failed: [], ground: new Set(), independent: [], tested: false };
  await repository.checkout(commit);
  await repository.expose(commit, true);
  await handOver(folders, host.owner);
  const { commands, failed, ground } = await runCommands(host, plan, commit);
  const place = { commit, left, ground };
  const { commands: own, independent } = await runProperties(host, plan, place, commands);
  const tested = works.some((work) => testsOf(plan, work) && !left.has(work.taskId));
  return { ...merged, commands: [...commands, ...own], failed, ground, independent, tested };
}

/** Red, or green in its last run alone for the sake of one of `others`, the tests by another run. */
const isDoubtful = (command: CommandResult, others: readonly string[]): boolean =>
  !isGreen(command) ||
  command.flaky?.some(({ name }) => others.some((other) => name.includes(other))) === true;

/** Red by what the base commit passes, and no input refutes a property. */
function isUnexplained(
  { failing }: RunBrief,
  { commands, independent }: Measured,
  others: readonly string[],
): boolean {
  const known = new Set<string>(failing);
  return refutedIn({ independent: [...independent] }).length === 0
    ? commands.some((command) => isDoubtful(command, others) && !known.has(command.name))
    : false;
}

async function reported(host: Host, plan: CheckPlan, done: Measured): Promise<CheckResult> {
  const { gateway, repository, folders } = host;
  const { commit } = done;
  const works = [...done.works];
  const refused = [...done.refused];
  if (works.length === 0 && refused.length > 0) return { type: 'unmerged', refused };
  const tree = await repository.treeOf(commit);
  const proof = plan.proof && (await proofOf(host, plan, done));
  const commands = [...done.commands];
  const leaves = plan.purpose === 'baseline' && (await repository.strays()).slice(0, maxLeaves);
  const known = {
    ...({ type: 'checked', commit, tree, works, refused, commands } as const),
    ...(proof && { proof }),
    ...(leaves && { leaves }),
  };
  if (commit === plan.head) return { ...known, bundle: null };
  const path = join(folders.logs, 'merge.bundle');
  // From the ticket's base, not from the head: this bundle replaces the one that brought the head.
  await repository.bundle(host.brief.source.base, commit, path);
  return { ...known, bundle: await gateway.upload('merge', 'merge.bundle', path) };
}

/** What was looked for beside the commands. The mutations come last: they leave nothing as it was. */
async function proofOf(
  host: Host,
  plan: CheckPlan,
  { commit, tamper, commands, failed, ground, independent }: Measured,
): Promise<ProofReport | undefined> {
  if (!plan.proof) return undefined;
  const log = logOf(host, 'test');
  const test = commands.find(({ name }) => name === 'test');
  const reports = await readReports(host.folders.workspace, host.started);
  const cases = test ? worstOf([...casesOf(await readEnd(log, test.log.bytes), reports), ...failed]) : [];
  const properties = test ? propertiesOf(await readEnd(log, test.log.bytes), askedFor(commit)) : [];
  const ran = lookUp(plan.proof.claims, cases);
  const unrun = test && unnamed(test) === null ? unrunOf(plan.proof, ran, cases, independent) : [];
  const named = await showClaims(host, plan, { commit, ground }, ran);
  const { former: was } = plan.proof;
  const former = was && (await runFormer(host, was, plan.commands, commit, commands, cases));
  const mutations = await runMutations(host, plan.proof, plan.commands, commit, commands);
  const found = { named, tamper: [...tamper], mutations, properties, independent: [...independent] };
  const asked = { ...(former && { former }), ...(unrun.length > 0 && { unrun }) };
  return { ...found, ...asked, sandbox: await sandboxName(host) };
}

/** Claims that are insisted on and for which nobody's test speaks. */
function unrunOf(
  { claims, insist }: ProofPlan,
  ran: readonly NamedProof[],
  cases: readonly TestCase[],
  independent: readonly IndependentProof[],
): UnrunClaim[] {
  if (cases.length === 0) return [];
  const asked = claims.filter(
    ({ task, criterion, command }) =>
      insist?.includes(task) &&
      command === undefined &&
      !independent.some(
        (one) => one.task === task && one.criterion === criterion && propertiesSpeak(one.runs),
      ),
  );
  return unrunIn(asked, ran, cases).slice(0, 100);
}

/** The system that this is, in a line. */
async function sandboxName({ walls }: Host): Promise<string> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const name = /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(release)?.[1] ?? process.platform;
  return `${name}, ${arch()}, ${walls}`.slice(0, 200);
}
