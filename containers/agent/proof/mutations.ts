/**
 * Mutates what finished tasks wrote, one token at a time, and asks the project's own tests whether they notice.
 *
 * Done on a commit whose checks pass, after them: a measurement of the tests, never a verdict on the work. For each task
 * the first mutation that is noticed is enough.
 */
import { performance } from 'node:perf_hooks';
import type { Commands } from '#core/project/project.ts';
import { failureWatch } from '#core/verify/cases/cases.ts';
import type { CommandResult } from '#core/verify/check.ts';
import { casesNamed } from '#core/verify/claims.ts';
import { countTests } from '#core/verify/count/count.ts';
import {
  type ChangedFile,
  type Mutation,
  type MutationRun,
  mutated,
  mutationsOf,
  stillThere,
  writtenLines,
} from '#core/verify/mutate.ts';
import type { ProofPlan } from '#core/verify/report.ts';
import { isTestPath, languageOf } from '#core/verify/tamper/path.ts';
import type { Repository } from '../checkout/repository.ts';
import type { Host } from '../host.ts';
import { lay } from './lay.ts';
import { readEnd } from './log.ts';
import { isGreen, logOf, patience, runAside, talkative } from './measure.ts';

/** All mutations of a check together: what is not tried by then is not told about. */
const budgetMs = 10 * 60_000;
/** Of a task that changed more files, the first are looked at. */
const maxFiles = 40;

/** What came of it, in order of the tasks. Leaves the workspace as `commit` has it. */
export async function runMutations(
  host: Host,
  { mutate, flaky = [] }: ProofPlan,
  commands: Commands,
  commit: string,
  measured: readonly CommandResult[],
): Promise<MutationRun[]> {
  const usual = measured.find(({ name }) => name === 'test');
  if (!usual || mutate.length === 0 || !measured.every(isGreen)) return [];
  // A mutation may make a test wait for ever.
  const timeoutMs = patience(host, usual.durationMs);
  const chance = [...flaky, ...(usual.flaky ?? []).map(({ name }) => name)];
  const isNoticed = failureWatch(await readEnd(logOf(host, 'test'), usual.log.bytes), (name) =>
    chance.some((one) => casesNamed(one, [{ name, outcome: 'passed' }]).length > 0),
  );
  const end = performance.now() + budgetMs;
  const runs: MutationRun[] = [];
  for (const task of mutate) {
    const files = await filesOf(host, task.commit, commit);
    for (const mutation of mutationsOf(files)) {
      if (performance.now() > end) return runs;
      host.pulse.doing(`mutation of ${mutation.path}:${mutation.line}`);
      const outcome = await tryOut(host, commands, commit, mutation, { timeoutMs, isNoticed, chance });
      runs.push({ taskId: task.taskId, ...mutation, outcome });
      if (outcome === 'noticed') break;
    }
  }
  await host.repository.checkout(commit);
  return runs;
}

/** The task's files of code as they are now, with the lines of its commit that are still there. */
async function filesOf({ repository }: Host, written: string, commit: string): Promise<ChangedFile[]> {
  const files: ChangedFile[] = [];
  const then = await blobsAt(repository, written);
  const now = await blobsAt(repository, commit);
  const changed = (await repository.changed(`${written}^`, written)).filter(isProduct);
  for (const path of changed.slice(0, maxFiles)) {
    const [was, is] = [then.get(path), now.get(path)];
    if (was === undefined || is === undefined) continue;
    const lines = writtenLines(await repository.fileDiff(`${written}^`, written, path));
    const text = (await repository.content(is)).toString('utf8');
    const before = was === is ? text : (await repository.content(was)).toString('utf8');
    files.push({ path, text, lines: was === is ? lines : stillThere(before, lines, text) });
  }
  return files;
}

const isProduct = (path: string) => languageOf(path) !== undefined && !isTestPath(path);

const blobsAt = async (repository: Repository, commit: string) =>
  new Map((await repository.files(commit)).map(({ path, blob }) => [path, blob]));

interface Trial {
  readonly timeoutMs: number;
  /** Whether the output of the tests so far shows that they notice. */
  readonly isNoticed: (output: string) => boolean;
  /** Tests that fail by chance, by name. */
  readonly chance: readonly string[];
}

async function tryOut(
  host: Host,
  commands: Commands,
  commit: string,
  mutation: Mutation,
  { timeoutMs, isNoticed, chance }: Trial,
): Promise<MutationRun['outcome']> {
  const { repository } = host;
  const text = mutated(await repository.textAt(commit, mutation.path), mutation);
  if (text === null) return 'unviable';
  // By git, which never writes through a link that a command may have put into the way.
  await lay(host, await repository.replaced(commit, new Map([[mutation.path, text]])));
  const { build, test = 'true' } = commands;
  if (build !== undefined && (await runAside(host, 'mutation', build, { timeoutMs })).exitCode !== 0)
    return 'unviable';
  const end = await runAside(host, 'mutation', test, { timeoutMs, enough: isNoticed, env: talkative });
  if (end.cut || end.exitCode === null) return 'noticed';
  const tests = countTests(await readEnd(end.log.path, end.log.bytes));
  if (tests.framework === 'unknown' || tests.failed === 0) return end.exitCode === 0 ? 'survived' : 'noticed';
  // What fails now and then has noticed nothing.
  const all = tests.failures.length === tests.failed;
  return all && tests.failures.every((name) => chance.includes(name)) ? 'survived' : 'noticed';
}
