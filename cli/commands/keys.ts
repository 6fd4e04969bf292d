/** `omoi keys`: keys by which programs call a host. */
import type { Command } from 'commander';
import { z } from 'zod';
import type { KeyView } from '#core/api/views.ts';
import { KeyRole } from '#core/key/key.ts';
import type { Client } from '../client.ts';
import { BadUsage, exitCode } from '../exit.ts';
import { readOptions, TextFlag } from '../options.ts';
import { commandLine } from '../paste.ts';
import { type Context, command, urlOption } from './context.ts';
import { clientOf } from './tickets.ts';

const Url = z.object({ url: TextFlag.optional() });
const CreateFlags = Url.extend({
  role: z.enum(KeyRole.options, 'must be viewer, approver or admin').default('approver'),
  days: z.coerce
    .number('must be a number of days')
    .int('must be a whole number of days')
    .min(1, 'must be from 1 to 366')
    .max(366, 'must be from 1 to 366')
    .default(90),
});

export function keysCommand(context: Context): Command {
  const keys = command('keys', 'Make, list and revoke the keys by which programs call a host', [
    'omoi keys create ci --role approver --days 90',
    'omoi keys list',
    'omoi keys revoke omoi_Ab12x',
  ]);
  for (const make of [createCommand, listCommand, revokeCommand]) keys.addCommand(make(context));
  return keys;
}

function createCommand({ world, done }: Context): Command {
  return command('create', 'Make a key; it is shown this once', ['omoi keys create ci --days 30'])
    .argument('<name>', 'what the key acts as')
    .option('--role <role>', 'viewer, approver or admin (default approver)')
    .option('--days <days>', 'for how long it is good (default 90)')
    .addOption(urlOption())
    .action(async (name: string, raw: unknown) => {
      const { role, days, url } = readOptions(CreateFlags, raw);
      const made = await clientOf(world, { url }).call('createKey', { body: { name, role, days } });
      // The key alone, so that a script can take it; what is for people goes beside.
      world.out.write(`${made.key}\n`);
      world.err.write(
        `This is the only time it is shown. It acts as ${made.name} (${made.role}) until ${day(made.expiresAt)}. Use it as OMOI_API_KEY.\n`,
      );
      done(exitCode.ok);
    });
}

function listCommand({ world, done }: Context): Command {
  return command('list', 'List the keys', ['omoi keys list'])
    .addOption(urlOption())
    .action(async (raw: unknown) => {
      const { items } = await clientOf(world, readOptions(Url, raw)).call('listKeys', {});
      world.out.write(items.length === 0 ? 'No keys.\n' : items.map(line).join(''));
      done(exitCode.ok);
    });
}

function revokeCommand({ world, done }: Context): Command {
  return command('revoke', 'Take a key back', ['omoi keys revoke omoi_Ab12x'])
    .argument('<key>', 'its beginning, its id or its name')
    .addOption(urlOption())
    .action(async (reference: string, raw: unknown) => {
      const client = clientOf(world, readOptions(Url, raw));
      const { id } = await theKey(client, reference);
      const { prefix, name } = await client.call('revokeKey', { params: { id } });
      world.out.write(`${prefix}… (${name}) is revoked.\n`);
      done(exitCode.ok);
    });
}

async function theKey(client: Client, reference: string): Promise<KeyView> {
  const { items } = await client.call('listKeys', {});
  const meant = items.filter(({ id, prefix, name }) => [id, prefix, name].includes(reference));
  const [key, other] = meant;
  if (key === undefined)
    throw new BadUsage(`There is no key ${reference}. See \`${commandLine(client.url, 'omoi keys list')}\`.`);
  if (other !== undefined)
    throw new BadUsage(`${meant.length} keys are called ${reference}. Give the id of one.`);
  return key;
}

const day = (at: string): string => at.slice(0, 10);

function line({ id, prefix, name, role, createdBy, createdAt, lastUsedAt, expiresAt }: KeyView): string {
  const used = lastUsedAt === null ? 'never used' : `used ${day(lastUsedAt)}`;
  const made = `made ${day(createdAt)} by ${createdBy}`;
  return `${prefix}…  ${name}  ${role}  ${made}  ${used}  until ${day(expiresAt)}  ${id}\n`;
}
