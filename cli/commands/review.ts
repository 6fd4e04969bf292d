/** `omoi review`: what shall be changed of a pull request, without the console. */
import type { Command } from 'commander';
import { z } from 'zod';
import type { ReviewPull } from '#core/api/requests.ts';
import { BadUsage, exitCode } from '../exit.ts';
import { readOptions, readText, TextFlag } from '../options.ts';
import { commandLine } from '../paste.ts';
import { type Context, command, urlOption } from './context.ts';
import { clientOf } from './tickets.ts';

type Note = ReviewPull['notes'][number];

/** `src/cart.ts:12 Round up`, or without the line. */
const NoteFlag = z.string().transform((text, context): Note => {
  const [, path = '', line, words = ''] = /^(\S+?)(?::([1-9]\d*))?:?\s+(\S[\s\S]*)$/.exec(text.trim()) ?? [];
  if (path === '') context.addIssue('must be a path and what you say of it, as in "src/cart.ts:12 Round up"');
  return { path, line: line === undefined ? null : Number(line), text: words };
});

const ReviewFlags = z.object({
  comment: TextFlag.optional(),
  file: TextFlag.optional(),
  note: z.array(NoteFlag).default([]),
  url: TextFlag.optional(),
});

export function reviewCommand({ world, done }: Context): Command {
  return command('review', 'Ask for changes to a pull request, which is updated in place', [
    'omoi review TKT-1 --comment "Say in the error which coupon it was"',
    'omoi review TKT-1 --note "src/cart.ts:12 Round up" --note "README.md Name the new flag"',
  ])
    .argument('<ticket>', 'TKT-1, a number or an id')
    .option('--comment <text>', 'what shall be changed')
    .option('--file <path>', 'file with what shall be changed, - for what is piped in')
    .option(
      '--note <place text>',
      'of one file, or one line of it; again for each',
      (text, before: string[] = []) => [...before, text],
    )
    .addOption(urlOption())
    .action(async (reference: string, raw: unknown) => {
      const { comment, file, note: notes, url } = readOptions(ReviewFlags, raw);
      if (comment !== undefined && file !== undefined)
        throw new BadUsage('--comment and --file exclude each other.');
      const text = file === undefined ? (comment ?? '') : await readText(world, file, '--file');
      if (text.trim() === '' && notes.length === 0)
        throw new BadUsage('Say what shall be changed, with --comment, --file or --note.');
      const client = clientOf(world, { url });
      const pull = await client.call('reviewPull', { params: { ticket: reference }, body: { text, notes } });
      const { status } = await client.call('getTicket', { params: { ticket: reference } });
      const line = (verb: string) => `\`${commandLine(client.url, `omoi ${verb} ${pull.ticketName}`)}\``;
      world.out.write(
        status === 'paused'
          ? `Noted. ${pull.ticketName} is paused, and does it when it goes on: ${line('resume')}.\n`
          : `${pull.ticketName} is at work on it, and updates pull request #${pull.number}. Watch it with ${line('watch')}.\n`,
      );
      done(exitCode.ok);
    });
}
