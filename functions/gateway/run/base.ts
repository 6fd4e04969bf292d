/** What the check of the base commit, and the checks since, told about the project's commands. */
import { checkOutcome } from '#core/run/checked.ts';
import type { RunBrief } from '#core/run/protocol.ts';
import type { View } from '#core/store.ts';
import type { Ticket } from '#core/ticket/ticket.ts';
import { CommandName } from '#core/verify/check.ts';
import { flakyAmong } from '#core/verify/flaky.ts';

/** More would be no help to anybody. */
const shownFlaky = 20;

/**
 * Commands that failed there, and flaky tests: an agent is not to mend them, nor to despair of them; how long the commands
 * take, and what they leave, which is nobody's work.
 */
export async function knownOfBase(
  view: Pick<View, 'evidence' | 'runs'>,
  ticket: Ticket,
): Promise<Pick<RunBrief, 'failing' | 'flaky' | 'usualMs' | 'leaves'>> {
  const evidence = await view.evidence.list(ticket.id);
  const newest = new Map(
    evidence.filter(({ purpose }) => purpose === 'baseline').map((row) => [row.name, row]),
  );
  const [any] = newest.values();
  const run = any ? await view.runs.get(any.runId) : null;
  const result = run && checkOutcome(run);
  return {
    failing: CommandName.options.filter((name) => (newest.get(name)?.verdict ?? 'passed') !== 'passed'),
    flaky: flakyAmong(evidence).slice(0, shownFlaky),
    usualMs: Object.fromEntries([...newest.values()].map(({ name, durationMs }) => [name, durationMs])),
    leaves: result?.type === 'checked' ? (result.leaves ?? []) : [],
  };
}
