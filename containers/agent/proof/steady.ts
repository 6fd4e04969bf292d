/** Setup and tests, run again where a failure may not be the work's (core/verify/flaky.ts). */
import type { TestCase } from '#core/verify/cases/case.ts';
import { casesOf } from '#core/verify/cases/cases.ts';
import { type CheckPlan, type CommandResult, CommandRun } from '#core/verify/check.ts';
import { flakyIn, isInDoubt, isOwn as isNamedIn } from '#core/verify/flaky.ts';
import { onlyThese } from '#core/verify/judge.ts';
import { askedFor, propertiesOf } from '#core/verify/properties/properties.ts';
import type { Host } from '../host.ts';
import { layAfresh } from './lay.ts';
import { readEnd } from './log.ts';
import { logOf, measure } from './measure.ts';
import { readReports } from './reports.ts';

/** The last run of the test command, and the tests that failed in those before. */
export interface Steadied {
  readonly result: CommandResult;
  readonly failed: readonly TestCase[];
}

/**
 * Runs the test command on the commit until it is clear what its failures mean; the last run counts. Each begins with the
 * files that the first began with.
 */
export async function runTests(
  host: Host,
  { head, proof }: Pick<CheckPlan, 'head' | 'proof'>,
  command: string,
  commit: string,
): Promise<Steadied> {
  const beforehand = { known: new Set(proof?.failing), certain: new Set(proof?.certain) };
  const beside = new Set(await host.repository.untracked());
  let result = await measure(host, 'test', command, commit);
  const earlier: CommandRun[] = [];
  const failed: TestCase[] = [];
  let added: string | null = null;
  const isOwn = (name: string) => isNamedIn(name, failed, added ?? '');
  while (isInDoubt([...earlier, result], { ...beforehand, isOwn })) {
    const output = await readEnd(logOf(host, 'test'), result.log.bytes);
    // The input that refutes a property does so whatever another run drew: this one stands, and by itself.
    if (propertiesOf(output, askedFor(commit)).some(({ outcome }) => outcome === 'failed'))
      return { result, failed };
    // Tests by another run are run once more by themselves, whatever comes of them here.
    if (onlyThese(result, independentNames(proof))) return { result, failed };
    const cases = casesOf(output, await readReports(host.folders.workspace, host.started));
    failed.push(...cases.filter(({ outcome }) => outcome === 'failed'));
    added ??= addedLines(await host.repository.hunks(head, commit));
    earlier.push(CommandRun.parse(result));
    host.pulse.doing(`test, once more: ${command}`);
    await layAfresh(host, commit, beside);
    result = await measure(host, 'test', command, commit, { time: earlier.length + 1 });
  }
  if (earlier.length === 0) return { result, failed };
  const names = flakyIn([...earlier, result]).slice(0, 100);
  const flaky = names.map((name) => ({ name, own: isOwn(name) }));
  return { result: { ...result, earlier, flaky }, failed };
}

/**
 * Runs the setup, and where it fails once more: it asks registries, which do not always answer. Without a network nothing
 * but its own fault makes it fail.
 */
export async function runSetup(host: Host, command: string, commit: string): Promise<CommandResult> {
  const beside = new Set(await host.repository.untracked());
  const first = await measure(host, 'setup', command, commit);
  if (first.exitCode === 0 || first.timedOut || host.brief.network === 'none') return first;
  host.pulse.doing(`setup, once more: ${command}`);
  await layAfresh(host, commit, beside);
  const again = await measure(host, 'setup', command, commit, { time: 2 });
  return { ...again, earlier: [CommandRun.parse(first)] };
}

/** The names of the tests that other runs than the authors' left. */
export function independentNames(proof: CheckPlan['proof']): string[] {
  return (proof?.properties ?? []).flatMap((one) =>
    one.type === 'written' ? one.tests.properties.map(({ name }) => name) : [],
  );
}

const addedLines = (diff: string): string =>
  diff
    .split('\n')
    .filter((line) => line.startsWith('+'))
    .join('\n');
