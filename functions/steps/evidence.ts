/** What checks measured becomes evidence: one row a command, never changed. */
import type { Run } from '#core/run/run.ts';
import type { Task } from '#core/task/task.ts';
import type { Ticket } from '#core/ticket/ticket.ts';
import type { CheckResult, CommandResult } from '#core/verify/check.ts';
import { commandVerdicts, refutedIn } from '#core/verify/judge.ts';
import { type Desk, tell } from './desk.ts';

interface Measured {
  readonly run: Run;
  readonly result: Extract<CheckResult, { type: 'checked' }>;
  readonly task: Task | null;
  /** The criteria that the check speaks for. */
  readonly criteria: readonly string[];
  readonly baseline: CheckResult | null;
}

/** Stores one row for each command that was run. */
export async function storeEvidence(desk: Desk, ticket: Ticket, measured: Measured): Promise<void> {
  const { run, result, task, criteria, baseline } = measured;
  // Of property tests of several tasks each has its own.
  const own = commandVerdicts(result, baseline).filter(
    ({ taskId }) => task === null || taskId === undefined || taskId === task.id,
  );
  const last = own.at(-1);
  await tellRefuted(desk, ticket, measured);
  for (const command of own) {
    const { verdict } = command;
    const id = desk.newId('evidence');
    await desk.tx.evidence.insert({
      ...{ id, ticketId: ticket.id, taskId: task?.id ?? command.taskId ?? null, runId: run.id, criteria },
      purpose: run.check?.purpose ?? 'batch',
      commit: result.commit,
      name: command.name,
      command: command.command,
      exitCode: command.exitCode,
      durationMs: command.durationMs,
      tests: command.tests,
      logBlob: command.log.blob,
      logDigest: command.log.digest,
      verdict,
      attempt: run.attempt,
      proof: command === last ? (result.proof ?? null) : null,
      at: desk.at,
    });
    await tell(desk, ticket, id, 'evidence.stored.v1', {
      evidenceId: id,
      runId: run.id,
      name: command.name,
      verdict,
    });
  }
}

async function tellRefuted(desk: Desk, ticket: Ticket, { run, result, task }: Measured): Promise<void> {
  for (const { task: key, criterion, run: refuted } of refutedIn(result.proof)) {
    if (task !== null && task.key !== key) continue;
    const { name, counterexample, seed, cases } = refuted;
    const told = { key, runId: run.id, criterion, name, counterexample, seed, cases };
    await tell(desk, ticket, task?.id ?? run.id, 'property.refuted.v1', told);
  }
}

/** How many tests ran, or null when no known runner spoke. */
export function testsRun(commands: readonly CommandResult[]): number | null {
  const counts = commands.flatMap(({ name, tests }) =>
    name === 'test' && tests && tests.framework !== 'unknown' ? [tests.run] : [],
  );
  return counts.length === 0 ? null : counts.reduce((sum, run) => sum + run, 0);
}
