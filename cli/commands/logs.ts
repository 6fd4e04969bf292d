/** `omoi logs`: what agents said and did, and what checks printed. */
import type { Command } from 'commander';
import { z } from 'zod';
import type { EvidenceView, RunView } from '#core/api/views.ts';
import type { Client } from '../client.ts';
import { exitCode } from '../exit.ts';
import { follow } from '../follow.ts';
import { interruptible } from '../hosting.ts';
import { stepLines } from '../journal.ts';
import { readOptions, TextFlag } from '../options.ts';
import { clockOf } from '../progress/display.ts';
import { knownEvent } from '../progress/event.ts';
import { type Paint, paintFor } from '../progress/paint.ts';
import { clean, seconds, usd } from '../progress/text.ts';
import type { World } from '../world.ts';
import { type Context, command, urlOption } from './context.ts';
import { clientOf } from './tickets.ts';

const Flags = z.object({
  url: TextFlag.optional(),
  follow: z.boolean().default(false),
  full: z.boolean().default(false),
  evidence: TextFlag.optional(),
});

export function logsCommand({ world, done }: Context): Command {
  return command('logs', 'Show the journal of a run, or of all runs of a ticket', [
    'omoi logs TKT-1 --follow',
    'omoi logs TKT-1 --evidence evidence_01jd3k…',
  ])
    .argument('<run-or-ticket>', 'id of a run, or a ticket')
    .option('--follow', 'go on as it happens')
    .option('--full', 'tool calls and their answers in full')
    .option('--evidence <id>', 'the full log of one check instead')
    .addOption(urlOption())
    .action(async (reference: string, raw: unknown) => {
      const flags = readOptions(Flags, raw);
      const client = clientOf(world, flags);
      const isRun = reference.startsWith('run_');
      const chosen = isRun ? [await client.call('getRun', { params: { id: reference } })] : undefined;
      const ticket = chosen?.[0]?.ticketId ?? reference;
      if (flags.evidence !== undefined) {
        const params = { ticket, id: flags.evidence };
        world.out.write(await client.call('getEvidenceLog', { params }));
        return done(exitCode.ok);
      }
      const { cursor } = await client.call('health', {});
      const runs = chosen ?? (await client.call('listRuns', { params: { ticket } })).items.toReversed();
      const reader = journalReader(world, client, flags.full);
      for (const run of runs) await reader.read(run);
      if (!isRun) reader.evidence((await client.call('listEvidence', { params: { ticket } })).items);
      if (flags.follow)
        await interruptible(world, (signal) =>
          followRuns(client, reader, { ticket, after: cursor }, isRun ? reference : undefined, signal),
        );
      done(exitCode.ok);
    });
}

interface Reader {
  /** Prints the steps of a run that were not printed yet. */
  read(run: RunView): Promise<void>;
  evidence(items: readonly EvidenceView[]): void;
}

function journalReader(world: World, client: Client, full: boolean): Reader {
  const paint = paintFor(world.out, world.env);
  const seen = new Map<string, number>();
  let current = '';
  return {
    async read(run) {
      for (;;) {
        const query = { after: seen.get(run.id) ?? 0, limit: 500 };
        const page = await client.call('listSteps', { params: { id: run.id }, query });
        if (current !== run.id) world.out.write(`${headOf(run, paint)}\n`);
        current = run.id;
        for (const step of page.items) {
          seen.set(run.id, step.seq);
          const stamp = paint('dim', `${clockOf(step.at)} ${String(step.seq).padStart(4)}`);
          for (const line of stepLines(step, full)) world.out.write(`${stamp}  ${line}\n`);
        }
        if (page.next === null) return;
      }
    },
    evidence(items) {
      if (items.length > 0) world.out.write(`${paint('bold', 'Evidence')}\n`);
      for (const item of items) world.out.write(`${evidenceLine(item)}\n`);
    },
  };
}

function headOf(run: RunView, paint: Paint): string {
  const what = run.kind === 'check' ? 'check' : run.role;
  const task = run.taskKey === null ? '' : ` of ${run.taskKey}`;
  const state = run.reason === null ? run.status : `${run.status}: ${run.reason}`;
  // Checks are counted over the whole ticket.
  const round = run.round > 1 && run.kind === 'agent' ? `, round ${run.round}` : '';
  return paint('bold', `${run.id}  ${what}${task}${round} (${state}, ${usd(run.costMicros)})`);
}

function evidenceLine(item: EvidenceView): string {
  const { tests: counts } = item;
  const run = counts?.framework === 'unknown' ? 'unknown' : counts?.run;
  const tests = run === undefined ? '' : `, ${run} tests`;
  const exit = item.exitCode === null ? 'killed' : `exit ${item.exitCode}`;
  const where = item.taskKey ?? item.purpose;
  return `${item.id}  ${where} ${item.name}: ${item.verdict} (${exit}${tests}, ${seconds(item.durationMs)})  ${clean(item.command)}`;
}

const ended: ReadonlySet<string> = new Set([
  'ticket.completed.v1',
  'ticket.failed.v1',
  'ticket.cancelled.v1',
]);

/** Until Ctrl-C, or until the run that is looked at has ended. */
async function followRuns(
  client: Client,
  reader: Reader,
  place: { readonly ticket: string; readonly after: number },
  only: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  for await (const view of follow(client, place, signal)) {
    const event = knownEvent(view);
    if (event && ended.has(event.type)) return;
    if (event?.type !== 'run.stepped.v1' && event?.type !== 'run.ended.v1') continue;
    const { runId } = event.data;
    if (only !== undefined && only !== runId) continue;
    await reader.read(await client.call('getRun', { params: { id: runId } }));
    if (only !== undefined && event.type === 'run.ended.v1') return;
  }
}
