/** Runs the tests as they were before the work, on the finished work: a measurement for people, never a verdict. */
import type { Commands } from '#core/project/project.ts';
import type { TestCase } from '#core/verify/cases/case.ts';
import { casesOf } from '#core/verify/cases/cases.ts';
import type { CommandResult } from '#core/verify/check.ts';
import { countTests } from '#core/verify/count/count.ts';
import { type FormerTests, goneOf, mostNamed } from '#core/verify/former.ts';
import { relevant } from '#core/verify/relevant.ts';
import { isSnapshot, isTestPath } from '#core/verify/tamper/path.ts';
import type { Host } from '../host.ts';
import { lay } from './lay.ts';
import { readEnd } from './log.ts';
import { isGreen, ownTests, patience, runAside } from './measure.ts';
import { readReports } from './reports.ts';

/** As many as a report holds. */
const mostFiles = 200;
/** At each end of what the failing command wrote: a reviewer reads a page of it. */
const keep = 3000;

/** A test, its data, or what it expects. */
const isOfTests = (path: string) => isTestPath(path) || isSnapshot(path);

/**
 * Every test file as `was` has it, and none that came since unless they are needed, with the product as `commit` has it.
 * Undefined where nothing can be said: without tests that pass. `now` are the tests of the commit itself. Leaves the workspace as `commit` has it.
 */
export async function runFormer(
  host: Host,
  was: string,
  { build, test }: Commands,
  commit: string,
  measured: readonly CommandResult[],
  now: readonly TestCase[],
): Promise<FormerTests | undefined> {
  const { repository, pulse } = host;
  const usual = measured.find(({ name }) => name === 'test');
  if (test === undefined || !usual || !measured.every(isGreen)) return undefined;
  const changed = (await repository.changed(was, commit)).filter(isOfTests);
  const [then, there] = await Promise.all([repository.paths(was), repository.paths(commit)]);
  const old = changed.filter((path) => then.has(path)).slice(0, mostFiles);
  if (old.length === 0) return { outcome: 'unchanged' };
  pulse.doing('the tests as they were before');
  const commands = { build, test };
  await lay(host, await repository.overlaid(commit, was, changed));
  let told = await outcomeOf(host, commands, commit, usual.durationMs, now);
  // Where no old test is what fails, the project may need a file that came since.
  const isNamed = told.outcome === 'failed' && told.failed.length > 0;
  if (told.outcome !== 'passed' && !isNamed && old.length < changed.length) {
    await lay(host, await repository.overlaid(commit, was, old));
    const beside = await outcomeOf(host, commands, commit, usual.durationMs, now);
    if (beside.outcome === 'passed') told = beside;
  }
  await repository.checkout(commit);
  return {
    ...told,
    edited: old.filter((path) => there.has(path)),
    deleted: old.filter((path) => !there.has(path)),
  };
}

async function outcomeOf(
  host: Host,
  { build, test }: Commands,
  commit: string,
  usualMs: number,
  now: readonly TestCase[],
) {
  if (build !== undefined) {
    const { exitCode, excerpt } = await runAside(host, 'former', build, { keep });
    if (exitCode !== 0) return { outcome: 'unbuildable', output: relevant(excerpt) } as const;
  }
  const since = Date.now();
  // An old test may wait for ever for what does not come any more.
  const how = { env: ownTests(commit), timeoutMs: patience(host, usualMs), keep };
  const { exitCode, log, excerpt } = await runAside(host, 'former', test ?? 'true', how);
  const output = await readEnd(log.path, log.bytes);
  const reports = await readReports(host.folders.workspace, since);
  const cases = casesOf(output, reports);
  const lost = goneOf(cases, now);
  const gone = lost.length > 0 ? { gone: lost } : {};
  if (isGreen({ exitCode, tests: countTests(output, reports) }))
    return { outcome: 'passed', ...gone } as const;
  const failed = cases.filter((one) => one.outcome === 'failed');
  const names = failed.slice(0, mostNamed).map(({ name }) => name);
  return { outcome: 'failed', failed: names, ...gone, output: relevant(excerpt) } as const;
}
