/** What the demo shows at its end: where the pull request is, what was measured, what it cost. */

import { git } from '#adapters/git/git.ts';
import type { EvidenceView } from '#core/api/views.ts';
import type { Ending } from './attend.ts';
import type { Client } from './client.ts';
import { clean, pad, seconds, usd, widthOf } from './progress/text.ts';

/** Lines for a ticket that has a pull request; none for one that has not. */
export async function report(client: Client, ending: Ending, repo: string): Promise<string[]> {
  const { ticket } = ending;
  if (ticket.pullRequest === null) return [];
  const params = { ticket: ticket.id };
  const pull = await client.call('getPull', { params });
  const { items } = await client.call('listEvidence', { params });
  const costs = await client.call('getCosts', { params });
  const log = await git(['log', '--oneline', `${pull.into}..${pull.branch}`], { cwd: repo });
  return [
    '',
    `Pull request #${pull.number}: ${clean(pull.title)}`,
    `  ${pull.branch} → ${pull.into}, in ${repo}`,
    '',
    'Evidence, measured by the platform in clean checkouts',
    ...table(['', 'command', 'commit', 'exit', 'tests', 'time', 'verdict'], items.map(row)),
    '',
    `Cost: ${usd(costs.spentMicros)} in ${costs.calls} model calls. Simulated: what these words would have cost; nothing was charged.`,
    '',
    `$ git log --oneline ${pull.into}..${pull.branch}`,
    ...log.text.split('\n'),
  ];
}

function row(item: EvidenceView): string[] {
  return [
    item.taskKey ?? item.purpose,
    clean(item.command),
    item.commit.slice(0, 8),
    item.exitCode === null ? 'killed' : String(item.exitCode),
    testsOf(item),
    seconds(item.durationMs),
    item.verdict,
  ];
}

function testsOf({ tests }: EvidenceView): string {
  if (tests === null) return '';
  if (tests.framework === 'unknown') return 'unknown';
  return tests.failed === 0 ? `${tests.run}` : `${tests.run}, ${tests.failed} failed`;
}

/** Longer commands are cut: they stand in the console in full. */
const maxCell = 40;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [head, ...rows];
  const widths = head.map((_, at) =>
    Math.min(maxCell, Math.max(...all.map((cells) => widthOf(cells[at] ?? '')))),
  );
  return all.map((cells) => `  ${cells.map((cell, at) => pad(cell, widths[at] ?? 0)).join('  ')}`.trimEnd());
}
