/** Claims that no test can see and that a command shows (a README, a change log): run on the commit, and where that holds without the work. */

import type { CheckPlan } from '#core/verify/check.ts';
import { commandCase, type NamedClaim, type NamedProof } from '#core/verify/claims.ts';
import type { Host } from '../host.ts';
import { lay, layAfresh } from './lay.ts';
import { patience, runAside } from './measure.ts';

/** More commands than documents have criteria; what is past them is not shown. */
const mostCommands = 50;

/** A commit, and what a clean checkout has beside its files. */
interface Built {
  readonly commit: string;
  readonly ground: ReadonlySet<string>;
}

/**
 * The proofs with what each claim's command came to among their tests. Only of the whole ticket: until then nothing counts
 * as proven. Leaves the workspace as `commit` has it.
 */
export async function showClaims(
  host: Host,
  { purpose, proof, commands: own }: CheckPlan,
  { commit, ground }: Built,
  named: readonly NamedProof[],
): Promise<NamedProof[]> {
  const asked = (proof?.claims ?? []).flatMap(({ command }) => (command === undefined ? [] : [command]));
  const commands = [...new Set(asked)].slice(0, mostCommands);
  if (purpose !== 'final' || commands.length === 0) return [...named];
  const from = { build: own.build, ground };
  const here = await holding(host, commands, { ...from, commit });
  const without = { ...from, commit: host.brief.source.base, without: true };
  const before = here.size === 0 ? here : await holding(host, [...here], without);
  if (before !== here) await lay(host, commit);
  const claimOf = (one: NamedProof): NamedClaim | undefined =>
    proof?.claims.find(({ task, criterion }) => task === one.task && criterion === one.criterion);
  return named.map((one) => {
    const command = claimOf(one)?.command;
    if (command === undefined || !commands.includes(command)) return one;
    return { ...one, tests: [...one.tests, commandCase(command, here.has(command), before.has(command))] };
  });
}

interface Place extends Built {
  readonly build: string | undefined;
  /** Whether the commit lacks the work. */
  readonly without?: boolean;
}

/**
 * Those that exit 0 on a commit that is built, in one of two tries: what fails by chance must not tell against the work,
 * nor, without it, for it. Each finds the files as the commit has them. Without the work what does not end counts as holding.
 */
async function holding(
  host: Host,
  commands: readonly string[],
  { commit, ground, build, without = false }: Place,
): Promise<ReadonlySet<string>> {
  const held = new Set<string>();
  await layAfresh(host, commit, ground);
  if (build !== undefined) await runAside(host, 'shown', build);
  for (const command of commands) {
    host.pulse.doing(`shown by: ${command}`);
    for (let time = 0; time < 2 && !held.has(command); time += 1) {
      await lay(host, commit);
      const how = { timeoutMs: patience(host, 0), writable: false };
      const { exitCode, timedOut } = await runAside(host, 'shown', command, how);
      if (exitCode === 0 || (without && timedOut)) held.add(command);
    }
  }
  return held;
}
