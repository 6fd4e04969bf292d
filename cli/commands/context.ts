import { Command, Option } from 'commander';
import type { ExitCode } from '../exit.ts';
import type { World } from '../world.ts';

/** What a command is made with: the world, and where its exit code goes. */
export interface Context {
  readonly world: World;
  readonly done: (code: ExitCode) => void;
}

/** A command with an example under its help. */
export function command(name: string, summary: string, examples: readonly string[]): Command {
  const shown = examples.map((example) => `  $ ${example}`).join('\n');
  return new Command(name)
    .description(summary)
    .addHelpText('after', `\nExample${examples.length === 1 ? '' : 's'}:\n${shown}`);
}

/** The flags of every command that hosts. */
export function hosting(target: Command): Command {
  return target
    .option('--data <dir>', 'folder that keeps everything (OMOI_DATA; default .omoi)')
    .option('--replay <cassette>', 'play recorded answers instead of asking a model')
    .option('--record <file>', "write the model's answers into a cassette")
    .option('--model <id>', 'model for every role (OMOI_MODEL)')
    .option('--database-url <url>', 'a Postgres with pgvector instead of the embedded one (DATABASE_URL)')
    .addOption(toolsOption())
    .option('--verbose', 'show what the host does');
}

/** The flag of every command that has to do with sandboxes of this machine. */
export const toolsOption = (): Option =>
  new Option(
    '--tools <folder>',
    'toolchain outside the system’s folders that sandboxes may use, read only; may be repeated (OMOI_TOOLS)',
  ).argParser((folder: string, before: string[] | undefined) => [...(before ?? []), folder]);

/** The flag of every command that talks to a host. */
export const urlOption = (): Option =>
  new Option('--url <url>', 'address of the host (OMOI_URL; default http://127.0.0.1:18000)');
