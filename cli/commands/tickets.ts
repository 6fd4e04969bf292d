/** Commands that change a ticket of a running host: one call each, and a sentence about what came of it. */
import type { Command } from 'commander';
import { z } from 'zod';
import type { GateView, TicketView } from '#core/api/views.ts';
import { Ceremony } from '#core/project/project.ts';
import { type Client, createClient } from '../client.ts';
import { BadUsage, exitCode, NothingToDecide } from '../exit.ts';
import { briefly, overBudget, shortHash, wordsOf } from '../gate.ts';
import { given, hostUrl, readOptions, readText, repositoryOf, TextFlag, UsdFlag } from '../options.ts';
import { commandLine, pageOf } from '../paste.ts';
import { usd } from '../progress/text.ts';
import { projectOf, submit } from '../road.ts';
import type { World } from '../world.ts';
import { type Context, command, urlOption } from './context.ts';

const Url = z.object({ url: TextFlag.optional() });

/** A client of the host that the flags or the environment name. */
export function clientOf(world: World, flags: { readonly url?: string | undefined }): Client {
  return createClient(hostUrl(world.env, flags.url), world.env.OMOI_API_KEY);
}

const SubmitFlags = Url.extend({
  repo: TextFlag,
  title: TextFlag.max(200, 'must not be longer than 200 characters'),
  description: z.string().optional(),
  file: TextFlag.optional(),
  budget: UsdFlag.optional(),
});

export function submitCommand({ world, done }: Context): Command {
  return command('submit', 'Submit a ticket to a running host', [
    'omoi submit --repo . --title "Add CSV export" --file ticket.md',
  ])
    .requiredOption('--repo <path>', 'git repository: a folder on this machine, or a URL')
    .requiredOption('--title <text>', 'title of the ticket')
    .option('--description <text>', 'what is wanted')
    .option('--file <path>', 'file with what is wanted, - for what is piped in')
    .option('--budget <usd>', 'ceiling of what the ticket may cost')
    .addOption(urlOption())
    .action(async (raw: unknown) => {
      const flags = readOptions(SubmitFlags, raw);
      if (flags.description !== undefined && flags.file !== undefined)
        throw new BadUsage('--description and --file exclude each other.');
      const client = clientOf(world, flags);
      const text = flags.file ? await readText(world, flags.file, '--file') : (flags.description ?? '');
      const project = await projectOf(client, repositoryOf(world, flags.repo));
      const budget = given({ budgetMicros: flags.budget });
      const wish = { repo: project.repo, title: flags.title, description: text, ...budget };
      const ticket = await submit(client, project, wish);
      world.out.write(
        `${ticket.name} submitted. Watch it with \`${commandLine(client.url, `omoi watch ${ticket.name}`)}\`, or at ${client.url}${pageOf(ticket)}\n`,
      );
      done(exitCode.ok);
    });
}

const ApproveFlags = Url.extend({
  comment: TextFlag.optional(),
  ceremony: z.enum(Ceremony.options, 'must be direct, short or full').optional(),
  hash: TextFlag.optional(),
});

export function approveCommand({ world, done }: Context): Command {
  return command('approve', 'Approve what waits at a gate: a document, or a tamper report', [
    'omoi approve TKT-1',
    'omoi approve TKT-1 --hash 3fa9c2d1 --comment "Good"',
  ])
    .argument('<ticket-or-gate>', 'a ticket that waits at a gate, or the id of a gate')
    .option('--comment <text>', 'kept with the decision')
    .option('--ceremony <size>', 'direct, short or full; only at the first gate')
    .option('--hash <hash>', 'only if the document is this version (at least 8 digits)')
    .addOption(urlOption())
    .action(async (reference: string, raw: unknown) => {
      const { comment, ceremony, hash, url } = readOptions(ApproveFlags, raw);
      const client = clientOf(world, { url });
      const { gate, ticket, words } = await gateOf(client, reference, hash);
      for (const sentence of overBudget(gate, ticket)) world.out.write(`${sentence}\n`);
      const body = { hash: gate.documentHash, ...given({ comment, ceremony }) };
      await client.call('approveGate', { params: { id: gate.id }, body });
      world.out.write(`Approved the ${words.name}: ${words.approved}.\n`);
      done(exitCode.ok);
    });
}

const RejectFlags = Url.extend({ comment: TextFlag, hash: TextFlag.optional() });

export function rejectCommand({ world, done }: Context): Command {
  return command('reject', 'Send back what waits at a gate, with a comment', [
    'omoi reject TKT-1 --comment "Refunds are missing"',
  ])
    .argument('<ticket-or-gate>', 'a ticket that waits at a gate, or the id of a gate')
    .requiredOption('--comment <text>', 'what should change; whose work it is, works again with it')
    .option('--hash <hash>', 'only if the document is this version (at least 8 digits)')
    .addOption(urlOption())
    .action(async (reference: string, raw: unknown) => {
      const { comment, hash, url } = readOptions(RejectFlags, raw);
      const client = clientOf(world, { url });
      const { gate, words } = await gateOf(client, reference, hash);
      const body = { hash: gate.documentHash, comment };
      await client.call('rejectGate', { params: { id: gate.id }, body });
      world.out.write(`Rejected the ${words.name}: ${words.rejected}.\n`);
      done(exitCode.ok);
    });
}

/** The open gate that is meant, and what it is on in words. */
async function gateOf(client: Client, reference: string, hash: string | undefined) {
  const gate = reference.startsWith('gate_')
    ? (await client.call('listOpenGates', {})).items.find(({ id }) => id === reference)
    : onlyGate(await client.call('getTicket', { params: { ticket: reference } }));
  if (gate === undefined) throw new NothingToDecide(`${reference} does not wait at a gate.`);
  if (hash !== undefined && (hash.length < 8 || !gate.documentHash.startsWith(hash.toLowerCase())))
    throw new NothingToDecide(
      `The ${gate.tamper === null ? 'document' : 'tamper report'} at the gate is version ${shortHash(gate.documentHash)}, not ${hash}. Read it again before you decide.`,
    );
  const ticket = await client.call('getTicket', { params: { ticket: gate.ticketId } });
  return { gate, ticket, words: await wordsOf(client, gate, ticket) };
}

function onlyGate({ name, openGates }: TicketView): GateView | undefined {
  if (openGates.length <= 1) return openGates[0];
  const names = openGates.map((gate) => `${gate.id} (${briefly(gate)})`).join(', ');
  throw new BadUsage(`${name} waits at several gates; name one: ${names}.`);
}

const CancelFlags = Url.extend({ reason: TextFlag.optional() });

export function cancelCommand({ world, done }: Context): Command {
  return command('cancel', 'End a ticket and its sandboxes', [
    'omoi cancel TKT-1 --reason "Not needed any more"',
  ])
    .argument('<ticket>', 'TKT-1, a number or an id')
    .option('--reason <text>', 'kept with the ticket')
    .addOption(urlOption())
    .action(async (ticket: string, raw: unknown) => {
      const { reason, url } = readOptions(CancelFlags, raw);
      const input = { params: { ticket }, body: given({ reason }) };
      const { name } = await clientOf(world, { url }).call('cancelTicket', input);
      world.out.write(`${name} is cancelled.\n`);
      done(exitCode.ok);
    });
}

const RetryFlags = Url.extend({ comment: TextFlag.optional() });

export function retryCommand({ world, done }: Context): Command {
  return command('retry', 'Try again what failed of a ticket; what was merged stays', [
    'omoi retry TKT-1',
    'omoi retry TKT-1 --comment "The service needs REDIS_URL; use the fake in test/support"',
  ])
    .argument('<ticket>', 'TKT-1, a number or an id')
    .option('--comment <text>', 'told to the builders of the tasks that begin anew')
    .addOption(urlOption())
    .action(async (reference: string, raw: unknown) => {
      const { comment, url } = readOptions(RetryFlags, raw);
      const client = clientOf(world, { url });
      const ticket = await client.call('retryTicket', {
        params: { ticket: reference },
        body: given({ comment }),
      });
      const watch = commandLine(client.url, `omoi watch ${ticket.name}`);
      world.out.write(`${ticket.name} is at work again. Watch it with \`${watch}\`.\n`);
      done(exitCode.ok);
    });
}

export function pauseCommand({ world, done }: Context): Command {
  return command('pause', 'Stop the agents of a ticket after their turn', ['omoi pause TKT-1'])
    .argument('<ticket>', 'TKT-1, a number or an id')
    .addOption(urlOption())
    .action(async (ticket: string, raw: unknown) => {
      const client = clientOf(world, readOptions(Url, raw));
      const { name } = await client.call('pauseTicket', { params: { ticket } });
      const resume = commandLine(client.url, `omoi resume ${name}`);
      world.out.write(`${name} is paused. Go on with \`${resume}\`.\n`);
      done(exitCode.ok);
    });
}

const ResumeFlags = Url.extend({ budget: UsdFlag.optional() });

export function resumeCommand({ world, done }: Context): Command {
  return command(
    'resume',
    'Let a ticket go on that is paused, has used up its budget, or that the forge held up',
    ['omoi resume TKT-1', 'omoi resume TKT-1 --budget 20'],
  )
    .argument('<ticket>', 'TKT-1, a number or an id')
    .option('--budget <usd>', 'the new ceiling of what the ticket may cost')
    .addOption(urlOption())
    .action(async (reference: string, raw: unknown) => {
      const { budget, url } = readOptions(ResumeFlags, raw);
      const client = clientOf(world, { url });
      const params = { ticket: reference };
      if (budget !== undefined) await client.call('setBudget', { params, body: { limitMicros: budget } });
      const before = await client.call('getTicket', { params });
      if (budget === undefined && before.status === 'waiting' && before.waitingFor === 'budget')
        throw new BadUsage(
          `${before.name} waits for more budget: ${usd(before.cost.spentMicros)} of ${usd(before.cost.limitMicros)} are spent, and the rest does not cover the next model call. Say with --budget how much it may cost.`,
        );
      const needed = before.status === 'paused' || before.hold !== null || budget === undefined;
      const ticket = needed ? await client.call('resumeTicket', { params }) : before;
      world.out.write(`${ticket.name} is ${ticket.status}.\n`);
      done(exitCode.ok);
    });
}

export function answerCommand({ world, done }: Context): Command {
  return command('answer', "Answer an agent's question", [
    'omoi answer question_01jd3k… "Keep the old format"',
  ])
    .argument('<question>', 'id of the question, as `omoi watch` shows it')
    .argument('<text...>', 'the answer')
    .addOption(urlOption())
    .action(async (id: string, words: string[], raw: unknown) => {
      const client = clientOf(world, readOptions(Url, raw));
      await client.call('answerQuestion', { params: { id }, body: { text: words.join(' ') } });
      world.out.write('Answered; the agent goes on with it.\n');
      done(exitCode.ok);
    });
}
