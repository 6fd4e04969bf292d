/** `omoi watch`: a ticket of a running host, live, until it is over. */
import type { Command } from 'commander';
import { z } from 'zod';
import { attend } from '../attend.ts';
import { exitCode } from '../exit.ts';
import { waysToDecide } from '../gate.ts';
import { announcer, budgetAnnouncer, type Gatekeeper, questionAnnouncer } from '../gatekeeper.ts';
import { interruptible } from '../hosting.ts';
import { readOptions, TextFlag } from '../options.ts';
import { exitOf, summary } from '../result.ts';
import { showing, writing } from '../showing.ts';
import { type Context, command, urlOption } from './context.ts';
import { clientOf } from './tickets.ts';

const Flags = z.object({ url: TextFlag.optional(), json: z.boolean().default(false) });

export function watchCommand({ world, done }: Context): Command {
  return command('watch', 'Follow a ticket live until it is over', [
    'omoi watch TKT-1',
    'omoi watch TKT-1 --json',
  ])
    .argument('<ticket>', 'TKT-1, a number or an id')
    .option('--json', 'one event a line, from the first one on')
    .addOption(urlOption())
    .action(async (reference: string, raw: unknown) => {
      const flags = readOptions(Flags, raw);
      const client = clientOf(world, flags);
      const ending = await interruptible(world, async (signal) => {
        const ticket = await client.call('getTicket', { params: { ticket: reference } });
        const { cursor } = await client.call('health', {});
        const show = flags.json ? writing(world, 0) : await showing(world, client, ticket, cursor, signal);
        const ways = (...at: Parameters<Gatekeeper>) => [waysToDecide(client.url, ...at)];
        const decide = announcer(client, show.desk, ways);
        const answer = questionAnnouncer(client, show.desk);
        try {
          const short = budgetAnnouncer(client, show.desk);
          return await attend(client, { ...show, ticket, decide, answer, short, leaves: 'never', signal });
        } finally {
          show.stop();
        }
      });
      // Looking away is no failure of the ticket.
      if (ending.status === 'interrupted') return done(exitCode.ok);
      const ms = Date.parse(ending.ticket.updatedAt) - Date.parse(ending.ticket.createdAt);
      if (!flags.json) world.out.write(`${summary(ending, ms).join('\n')}\n`);
      done(exitOf(ending));
    });
}
