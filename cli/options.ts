/** Flags as commander hands them over (strings, undefined, true), parsed; what does not parse is bad usage. */
import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { models } from '#core/agent/models.ts';
import { defaultPort, type HostConfig } from '#local/config.ts';
import type { Env } from './env.ts';
import { BadUsage } from './exit.ts';
import { gitHubAddress, gitHubOf } from './github.ts';
import type { World } from './world.ts';

/** Parses; the sentence of the first issue names its flag. */
export function readOptions<S extends z.ZodType>(schema: S, raw: unknown): z.output<S> {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const flag = String(issue?.path[0] ?? '').replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new BadUsage(flag === '' ? (issue?.message ?? '') : `--${flag} ${issue?.message}.`);
}

/** `18000`. 0 takes a free port. */
export const PortFlag = z
  .string()
  .regex(/^\d{1,5}$/, 'must be a number from 0 to 65535')
  .transform(Number)
  .refine((port) => port <= 65_535, 'must be a number from 0 to 65535');

/** `2.50` USD as micro-USD. */
export const UsdFlag = z
  .string()
  .regex(/^\$?\d+(\.\d{1,6})?$/, 'must be an amount in USD, for example 2.50')
  .transform((text) => Math.round(Number(text.replace('$', '')) * 1_000_000))
  .refine((micros) => micros <= 1_000_000_000_000, 'must be an amount that a ticket can cost');

/** Not blank. */
export const TextFlag = z.string().trim().min(1, 'must not be empty');

/** What every command that hosts takes. */
export const HostFlags = z.object({
  data: TextFlag.optional(),
  replay: TextFlag.optional(),
  record: TextFlag.optional(),
  databaseUrl: TextFlag.optional(),
  model: TextFlag.optional(),
  tools: z.array(TextFlag).optional(),
  verbose: z.boolean().optional(),
});
export type HostFlags = z.output<typeof HostFlags>;

/** Flag, then environment, then default; paths are from the folder where the command was typed. */
export function hostConfig(world: World, flags: HostFlags, port: number): HostConfig {
  const { env, cwd } = world;
  const path = (text: string | undefined) => (text === undefined ? undefined : resolve(cwd, text));
  const replay = path(flags.replay);
  const dataDir = resolve(cwd, flags.data ?? env.OMOI_DATA ?? '.omoi');
  if (replay !== undefined) requireFile(replay, '--replay');
  return {
    dataDir,
    port,
    ...given({
      databaseUrl: flags.databaseUrl ?? env.DATABASE_URL,
      replay,
      record: path(flags.record),
      github: gitHubOf(env, cwd),
    }),
    anthropic: {
      ...given({ apiKey: env.ANTHROPIC_API_KEY }),
      baseUrl: env.ANTHROPIC_BASE_URL ?? 'https://api.anthropic.com',
    },
    model: flags.model ?? env.OMOI_MODEL ?? models[0].id,
    tools: (flags.tools ?? env.OMOI_TOOLS?.split(delimiter) ?? []).map((folder) =>
      toolchain(resolve(cwd, folder), dataDir),
    ),
    path: env.PATH ?? '',
    distDir: world.distDir,
    person: world.person,
    version: world.version,
  };
}

/** The address of the host to talk to. */
export function hostUrl(env: Env, flag: string | undefined): string {
  const url = flag ?? env.OMOI_URL ?? `http://127.0.0.1:${env.OMOI_PORT ?? defaultPort}`;
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw new BadUsage(`--url must be an http address, not ${url}.`);
  return url;
}

/** The entries that have a value. */
export function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.assign({}, ...entries.map(([name, value]) => ({ [name]: value })));
}

function requireFile(path: string, flag: string): void {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile())
    throw new BadUsage(`${flag}: there is no file ${path}.`);
}

/** A folder that agents may look into: never one that shows them the home folder, or what the host keeps. */
function toolchain(folder: string, dataDir: string): string {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new BadUsage(`--tools: there is no folder ${folder}.`);
  const shows = [homedir(), dataDir].find((kept) => !relative(folder, kept).startsWith('..'));
  if (shows !== undefined)
    throw new BadUsage(`--tools: ${folder} would show ${shows} to agents. Name the toolchain's own folder.`);
  const holds = (name: string) => statSync(join(folder, name), { throwIfNoEntry: false });
  const named = '`omoi doctor` names the folder of the toolchain itself.';
  const secret = credentials.find((name) => holds(name)?.isFile());
  if (secret !== undefined)
    throw new BadUsage(`--tools: ${folder} would show ${join(folder, secret)} to agents. ${named}`);
  const [manager] = managers.find(([, mark]) => holds(mark) !== undefined) ?? [];
  if (manager !== undefined)
    throw new BadUsage(`--tools: ${folder} is ${manager}'s, whose programs only stand for others. ${named}`);
  return folder;
}

/** What package managers keep beside their programs, and nobody else is to read. */
const credentials = ['credentials', 'credentials.toml', '.npmrc', '.pypirc', 'settings.xml'];
/** What tells the folder of a program that chooses which version of others runs, by what a sandbox does not see. */
const managers = [
  ['rustup', 'bin/rustup'],
  ['rustup', 'toolchains'],
  ['pyenv', 'bin/pyenv'],
  ['rbenv', 'bin/rbenv'],
] as const;

/** A text file that a flag names; `-` is what is piped in. */
export async function readText(world: World, name: string, flag: string): Promise<string> {
  if (name === '-') return world.input.readAll();
  const path = resolve(world.cwd, name);
  requireFile(path, flag);
  return readFileSync(path, 'utf8');
}

/** A repository: a folder as its absolute path, `owner/name` as its address on GitHub, anything git can reach as it is. */
export function repositoryOf(world: World, text: string): string {
  const isUrl = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) || /^[^/\\]+@[^/\\]+:/.test(text);
  return isUrl ? text : (gitHubAddress(world.env, world.cwd, text) ?? resolve(world.cwd, text));
}
