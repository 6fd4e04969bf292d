/** One command of a check: run without model access, its output counted and kept. */
import { join } from 'node:path';
import type { TaskId } from '#core/id.ts';
import { casesOf } from '#core/verify/cases/cases.ts';
import type { CheckedName, CommandResult, TestCounts } from '#core/verify/check.ts';
import { countTests } from '#core/verify/count/count.ts';
import {
  type Asked,
  askedFor,
  ownEnvironment,
  propertyEnvironment,
} from '#core/verify/properties/properties.ts';
import type { CommandEnd, CommandSpec } from '../commands/run.ts';
import type { Host } from '../host.ts';
import { readEnd } from './log.ts';
import { readReports } from './reports.ts';

/** At each end of a command's output: 16,000 characters, within what a result may hold, and what a builder can use. */
const keptBytes = 8000;
/** The same of a command that runs aside: nobody looks at it. */
const asideBytes = 1000;
/** The most that a result holds of an output. */
export const maxExcerpt = 20_000;

/** Where the output of a command is kept while the check runs. */
export const logOf = ({ folders }: Pick<Host, 'folders'>, name: string) => join(folders.logs, `${name}.log`);

/** Runners that name their tests only when asked; the project's own command stays as it is. */
export const talkative = { PYTEST_ADDOPTS: '-vv', GOFLAGS: '-v -modcacherw' };

/** The environment of property tests: named, and their cases drawn from a known seed. */
export const testEnvironment = (asked: Asked): Readonly<Record<string, string>> => ({
  ...talkative,
  ...propertyEnvironment(asked),
});

/** The environment of the project's own tests, as the platform runs them on a commit. */
export const ownTests = (commit: string): Readonly<Record<string, string>> => ({
  ...talkative,
  ...ownEnvironment(askedFor(commit)),
});

/** Whose property tests a command runs, and from which seed. */
export interface Trial {
  readonly task: string;
  readonly taskId: TaskId;
  readonly asked: Asked;
}

/**
 * Runs one command and measures it. Without a trial it is one of the project's own, run as the team runs it. `time` counts
 * its runs from 1.
 */
export async function measure(
  host: Host,
  name: CheckedName,
  command: string,
  commit: string,
  { trial, time = 1 }: { readonly trial?: Trial; readonly time?: number } = {},
): Promise<CommandResult> {
  const task = trial?.task;
  const { brief, run, pulse } = host;
  const open = brief.network === 'open';
  const end = await run({
    command,
    timeoutMs: longest(brief, name),
    network: name === 'setup' || open ? brief.network : 'none',
    writable: true,
    log: logOf(host, task === undefined ? name : `${name}-${task}`),
    keep: keptBytes,
    signal: pulse.signal,
    ...(trial && { env: testEnvironment(trial.asked) }),
    ...(name === 'test' && { env: ownTests(commit) }),
  });
  pulse.signal.throwIfAborted();
  const label = time === 1 ? task : String(time);
  const result = await resultOf(host, name, command, end, false, label);
  return trial === undefined ? result : { ...result, taskId: trial.taskId };
}

/** How long a command of a check may take, in ms. What hangs is found out sooner than the limit for the slowest of projects. */
export function longest({ limits, usualMs }: Host['brief'], name: CheckedName): number {
  const usual = name === 'setup' || name === 'property' ? undefined : usualMs[name];
  const most = limits.checkSeconds * 1000;
  return usual === undefined ? most : Math.min(most, Math.max(leastMs, slowest * usual));
}

/** A command that took so many times as long as on the base commit, and so many ms, will not end. */
const slowest = 20;
const leastMs = 300_000;

/** How long a command may take where the work is not as it should be, in ms: three times as long as usual, and a minute. */
export const patience = ({ brief }: Pick<Host, 'brief'>, usualMs: number): number =>
  Math.min(brief.limits.checkSeconds * 1000, Math.max(60_000, 3 * usualMs));

/** Whether a command succeeded; failing tests behind exit code 0 are not green. */
export function isGreen({ exitCode, tests }: Pick<CommandResult, 'exitCode' | 'tests'>): boolean {
  return exitCode === 0 && (tests === null || tests.framework === 'unknown' || tests.failed === 0);
}

/**
 * Runs a command for what it shows beside the evidence: its output stays in the log `name`, and nobody is told of it.
 * `enough` stops it at an output that tells enough.
 */
export async function runAside(
  { brief, folders, run, pulse }: Host,
  name: string,
  command: string,
  how: Partial<Pick<CommandSpec, 'enough' | 'env' | 'keep' | 'timeoutMs' | 'writable'>> = {},
): Promise<CommandEnd> {
  const end = await run({
    command,
    timeoutMs: brief.limits.checkSeconds * 1000,
    network: brief.network === 'open' ? 'open' : 'none',
    writable: true,
    log: logOf({ folders }, name),
    keep: asideBytes,
    signal: pulse.signal,
    ...how,
  });
  pulse.signal.throwIfAborted();
  return end;
}

async function testsIn(
  { workspace }: Host['folders'],
  { log: { path, bytes } }: CommandEnd,
  started: number,
  name: 'test' | 'property',
): Promise<TestCounts> {
  const [output, reports] = [await readEnd(path, bytes), await readReports(workspace, started)];
  const counts = countTests(output, reports);
  if (name === 'property' || counts.framework === 'unknown') return counts;
  return { ...counts, named: casesOf(output, reports).length };
}

/** What a command came to, its log uploaded. */
export async function resultOf(
  { gateway, folders, started }: Host,
  name: CheckedName,
  command: string,
  end: CommandEnd,
  cached: boolean,
  label?: string,
): Promise<CommandResult> {
  const { path, digest, bytes } = end.log;
  const tests = name === 'test' || name === 'property' ? await testsIn(folders, end, started, name) : null;
  const blob = await gateway.upload('log', `${label === undefined ? name : `${name}-${label}`}.log`, path);
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
