/** `omoi demo`: the whole road on a small repository that comes along, with a replayed model. All else is real. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import { materialiseSample, type SampleLanguage, samples, sampleTicket } from '#local/sample/materialise.ts';
import { attend, type Ending } from '../attend.ts';
import { type Client, createClient } from '../client.ts';
import { BadUsage, type ExitCode } from '../exit.ts';
import { answerer, canAsk, type Gatekeeper, gatekeeper, leavesHere } from '../gatekeeper.ts';
import { interruptible, logTo, openHere } from '../hosting.ts';
import { hostConfig, PortFlag, readOptions, TextFlag } from '../options.ts';
import { paintFor } from '../progress/paint.ts';
import { report } from '../report.ts';
import { exitOf, summary } from '../result.ts';
import { projectOf, submit, takeUp, unfinished, type Wish } from '../road.ts';
import { showing } from '../showing.ts';
import type { World } from '../world.ts';
import { type Context, command } from './context.ts';
import { aborted } from './start.ts';

/** By the language of their repositories. */
const languages = ['typescript', 'python'] as const satisfies readonly SampleLanguage[];

const Flags = z.object({
  data: TextFlag.optional(),
  port: PortFlag.optional(),
  approve: z.enum(['ask', 'all'], 'must be ask or all').default('all'),
  fast: z.boolean().default(false),
  language: z.enum(languages, `must be ${languages.join(' or ')}`).default('typescript'),
  keep: z.boolean().default(false),
  verbose: z.boolean().default(false),
});
type Flags = z.output<typeof Flags>;

/** Lines of a document that are shown before it is approved: its beginning tells what it is about. */
const shownLines = 14;
/** Long enough to see what was approved. */
const lookMs = 2000;

export function demoCommand({ world, done }: Context): Command {
  return command(
    'demo',
    'Take the sample ticket to its pull request; the model is replayed, all else is real',
    ['omoi demo', 'omoi demo --approve ask --keep', 'omoi demo --language python'],
  )
    .option(
      '--data <dir>',
      'folder for the demo; the same one again goes on where it was (default: a new one)',
    )
    .option('--port <number>', 'port of the console (default: any that is free)')
    .option(
      '--approve <gates>',
      'all: approve every document, answer what agents ask · ask: ask for each',
      'all',
    )
    .option('--fast', 'no pauses for reading at the gates')
    .option('--language <name>', `which sample: ${languages.join(' · ')}`, 'typescript')
    .option('--keep', 'leave the host running at the end, to look around in the console')
    .option('--verbose', 'show what the host does')
    .action(async (raw: unknown) => done(await demo(world, readOptions(Flags, raw))));
}

async function demo(world: World, flags: Flags): Promise<ExitCode> {
  if (flags.approve === 'ask' && !canAsk(world))
    throw new BadUsage('--approve ask needs a terminal to ask in; use all here.');
  const began = world.now();
  const data = flags.data ? resolve(world.cwd, flags.data) : await mkdtemp(join(tmpdir(), 'omoi-demo-'));
  const sample = samples[flags.language];
  const repo = join(data, sample.name);
  await materialiseSample(repo, world.distDir, sample);
  const config = hostConfig(world, { data, replay: sample.cassette }, flags.port ?? 0);
  return interruptible(world, async (signal) => {
    const host = await openHere(
      world,
      config,
      logTo((line) => world.err.write(`${line}\n`), flags.verbose),
    );
    try {
      const client = createClient(host.url);
      const wish = { repo, ...(await sampleTicket(sample)) };
      const ending = await walk(world, flags, client, wish, signal);
      if (ending.status === 'interrupted') {
        world.out.write(`Stopped. Go on with: omoi demo --language ${flags.language} --data ${data}\n`);
        return exitOf(ending);
      }
      const lines = [...summary(ending, world.now() - began), ...(await report(client, ending, repo))];
      world.out.write(`\n${lines.join('\n')}\n`);
      await afterwards(world, flags, host.url, data, signal);
      return exitOf(ending);
    } finally {
      await host.close();
    }
  });
}

async function walk(
  world: World,
  flags: Flags,
  client: Client,
  wish: Wish,
  signal: AbortSignal,
): Promise<Ending> {
  const paint = paintFor(world.out, world.env);
  const { cursor, sandbox, warnings } = await client.call('health', {});
  const { repo } = wish;
  const project = await projectOf(client, repo);
  const earlier = await unfinished(client, project, wish.title);
  const ticket = earlier ? await takeUp(client, earlier) : await submit(client, project, wish);
  const lines = [
    `Demo of OmoiOS ${world.version}: ${ticket.name}, ${ticket.title}`,
    `  Console     ${paint('cyan', client.url)}`,
    `  Repository  ${repo}`,
    `  Sandbox     ${sandbox.kind}`,
    paint('yellow', "! The model's words are replayed from a cassette; git, commands and tests are real."),
    ...warnings
      .filter((warning) => !/replay/i.test(warning))
      .map((warning) => paint('yellow', `! ${warning}`)),
    '',
  ];
  world.out.write(`${lines.join('\n')}\n`);
  const show = await showing(world, client, ticket, cursor, signal);
  const looks = world.out.isTerminal && !flags.fast && flags.approve === 'all';
  const keeper = gatekeeper(client, flags.approve, show.desk, shownLines);
  const decide = looks ? unhurried(keeper, signal) : keeper;
  const answer = answerer(client, flags.approve, show.desk, samples[flags.language].answer);
  try {
    return await attend(client, { ...show, ticket, decide, answer, leaves: leavesHere(world), signal });
  } finally {
    show.stop();
  }
}

function unhurried(keeper: Gatekeeper, signal: AbortSignal): Gatekeeper {
  return async (gate, ticket) => {
    const decided = await keeper(gate, ticket);
    await sleep(lookMs, undefined, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
    return decided;
  };
}

async function afterwards(
  world: World,
  flags: Flags,
  url: string,
  data: string,
  signal: AbortSignal,
): Promise<void> {
  if (!flags.keep) {
    world.out.write(`\nLook around in the console: omoi start --data ${data}\n`);
    return;
  }
  world.out.write(`\nThe console stays at ${url}. Ctrl-C ends it.\n`);
  await aborted(signal);
}
