/** `omoi run`: one ticket from its text to the pull request, without a server to start before. */
import type { Command } from 'commander';
import { z } from 'zod';
import { IndependentPolicy } from '#core/project/project.ts';
import { attend, type Ending } from '../attend.ts';
import { createClient } from '../client.ts';
import { BadUsage, type ExitCode } from '../exit.ts';
import { answerer, canAsk, gatekeeper, leavesHere } from '../gatekeeper.ts';
import { interruptible, logTo, openHere } from '../hosting.ts';
import {
  given,
  HostFlags,
  hostConfig,
  readOptions,
  readText,
  repositoryOf,
  TextFlag,
  UsdFlag,
} from '../options.ts';
import { pageOf, quoted } from '../paste.ts';
import { exitOf, noResult, resultOf, summary } from '../result.ts';
import { earlierOf, projectOf, submit, takeUp, type Wish } from '../road.ts';
import { showing, writing } from '../showing.ts';
import type { World } from '../world.ts';
import { type Context, command, hosting } from './context.ts';

const Flags = HostFlags.extend({
  repo: TextFlag,
  title: TextFlag.max(200, 'must not be longer than 200 characters'),
  description: z.string().max(50_000, 'must not be longer than 50,000 characters').optional(),
  file: TextFlag.optional(),
  approve: z.enum(['all', 'none', 'ask'], 'must be all, none or ask').default('none'),
  budget: UsdFlag.optional(),
  independent: z.enum(IndependentPolicy.options, 'must be properties or criteria').optional(),
  json: z.boolean().default(false),
});
type Flags = z.output<typeof Flags>;

export function runCommand({ world, done }: Context): Command {
  const run = command('run', 'Take one ticket to its pull request, without a server', [
    'omoi run --repo . --title "Add CSV export" --file ticket.md --approve all --budget 5',
    'omoi run --repo ~/shop --title "Coupons" --description "Customers want…" --json',
  ])
    .requiredOption(
      '--repo <path>',
      'git repository: a folder on this machine, owner/name on GitHub, or a URL',
    )
    .requiredOption('--title <text>', 'title of the ticket; the same one again takes it up where it was')
    .option('--description <text>', 'what is wanted')
    .option('--file <path>', 'file with what is wanted, - for what is piped in')
    .option(
      '--approve <gates>',
      'all: approve every document, give back work that takes checks away · ask: ask for each · none: stop at the first',
      'none',
    )
    .option('--budget <usd>', 'ceiling of what the ticket may cost')
    .option(
      '--independent <which>',
      'who else than its author tests a task, from now on: another run where it has a property (properties, as at first), or always (criteria)',
    )
    .option('--json', 'one event a line on stdout, the result as the last line')
    .addHelpText(
      'after',
      '\nExit codes: 0 pull request ready · 2 bad usage · 3 failed or cancelled · 4 waits for a person',
    );
  return hosting(run).action(async (raw: unknown) => done(await takeAlong(world, readOptions(Flags, raw))));
}

async function takeAlong(world: World, flags: Flags): Promise<ExitCode> {
  if (flags.approve === 'ask' && (flags.json || !canAsk(world)))
    throw new BadUsage('--approve ask needs a terminal to ask in; use all or none here.');
  if (flags.description !== undefined && flags.file !== undefined)
    throw new BadUsage('--description and --file exclude each other.');
  const description = flags.file ? await readText(world, flags.file, '--file') : (flags.description ?? '');
  const wish: Wish = {
    repo: repositoryOf(world, flags.repo),
    title: flags.title,
    description,
    ...given({ budgetMicros: flags.budget }),
  };
  const began = world.now();
  try {
    const ending = await interruptible(world, (signal) => walk(world, flags, wish, signal));
    tell(world, flags, ending, began);
    return exitOf(ending);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    if (flags.json) world.out.write(`${JSON.stringify(noResult(why, world.now() - began))}\n`);
    throw error;
  }
}

/** Hosts, submits or takes up, and stays until it is over or waits. */
async function walk(world: World, flags: Flags, wish: Wish, signal: AbortSignal): Promise<Ending> {
  const config = hostConfig(world, flags, 0);
  const host = await openHere(
    world,
    config,
    logTo((line) => world.err.write(`${line}\n`), flags.verbose),
  );
  try {
    const client = createClient(host.url);
    const { cursor, warnings } = await client.call('health', {});
    const project = await projectOf(client, wish.repo, flags.independent);
    const earlier = await earlierOf(client, project, wish);
    const ticket = earlier
      ? await takeUp(client, earlier, wish.budgetMicros)
      : await submit(client, project, wish);
    // Not before: what keeps a ticket from being taken says so itself.
    for (const warning of warnings) world.err.write(`! ${warning}\n`);
    if (!flags.json)
      world.out.write(
        `${earlier ? 'Going on with' : 'Submitted'} ${ticket.name}. Console: ${host.url}${pageOf(ticket)}\n`,
      );
    const show = flags.json ? writing(world, cursor) : await showing(world, client, ticket, cursor, signal);
    try {
      const decide = gatekeeper(client, flags.approve, show.desk, 0);
      const answer = answerer(client, flags.approve, show.desk, null);
      return await attend(client, { ...show, ticket, decide, answer, leaves: leavesHere(world), signal });
    } finally {
      show.stop();
    }
  } finally {
    await host.close();
  }
}

function tell(world: World, flags: Flags, ending: Ending, began: number): void {
  const ms = world.now() - began;
  if (flags.json) {
    world.out.write(`${JSON.stringify(resultOf(ending, ms))}\n`);
    return;
  }
  const lines = summary(ending, ms);
  if (ending.status === 'waiting') lines.push(...howToGoOn(ending, startLineOf(world, flags)));
  if (ending.status === 'interrupted')
    lines.push(`Stopped. Run the same command again to go on with ${ending.ticket.name}.`);
  world.out.write(`${lines.join('\n')}\n`);
}

/** A host with what this one had by flags; the environment is there in any case. */
function startLineOf(world: World, flags: Flags): string {
  const { dataDir, tools } = hostConfig(world, flags, 0);
  const given = [
    ...(flags.databaseUrl === undefined ? [] : ['--database-url …']),
    ...(flags.replay === undefined ? [] : [`--replay ${quoted(flags.replay)}`]),
    ...(flags.model === undefined ? [] : [`--model ${quoted(flags.model)}`]),
    ...(flags.tools === undefined ? [] : tools.map((folder) => `--tools ${quoted(folder)}`)),
  ];
  return ['omoi start', `--data ${quoted(dataDir)}`, ...given].join(' ');
}

function howToGoOn({ ticket }: Ending, start: string): string[] {
  const { openGates, openQuestions, waitingFor, hold } = ticket;
  const answers = openQuestions.map(({ id }) => `\`omoi answer ${id} "…"\``);
  const givesBack = openGates.some(({ tamper }) => tamper !== null) ? ' (which gives that work back)' : '';
  return [
    ...(openGates.length > 0
      ? [`Run the same command with --approve all${givesBack} or --approve ask.`]
      : []),
    ...(waitingFor === 'budget' ? ['Run the same command with a larger --budget.'] : []),
    ...(hold === null ? [] : ['Mend that and run the same command again.']),
    `Or start a host, \`${start}\`, and go on there: ${[...answers, `the console at ${pageOf(ticket)}`].join(' or ')}.`,
  ];
}
