/** `omoi`: all commands, and how each way of ending is told. */
import { Command, CommanderError, type Option } from 'commander';
import type { Context } from './commands/context.ts';
import { demoCommand } from './commands/demo.ts';
import { doctorCommand } from './commands/doctor.ts';
import { keysCommand } from './commands/keys.ts';
import { logsCommand } from './commands/logs.ts';
import { reviewCommand } from './commands/review.ts';
import { runCommand } from './commands/run.ts';
import { startCommand } from './commands/start.ts';
import { tamperCommand } from './commands/tamper.ts';
import {
  answerCommand,
  approveCommand,
  cancelCommand,
  pauseCommand,
  rejectCommand,
  resumeCommand,
  retryCommand,
  submitCommand,
} from './commands/tickets.ts';
import { traceCommand } from './commands/trace.ts';
import { watchCommand } from './commands/watch.ts';
import { type ExitCode, exitCode, Told } from './exit.ts';
import type { World } from './world.ts';

const commands = [
  startCommand,
  runCommand,
  demoCommand,
  submitCommand,
  watchCommand,
  approveCommand,
  rejectCommand,
  answerCommand,
  pauseCommand,
  resumeCommand,
  reviewCommand,
  retryCommand,
  cancelCommand,
  logsCommand,
  keysCommand,
  doctorCommand,
  traceCommand,
  tamperCommand,
];

/** Runs one command line (without node and script); what it ends with. Throws only what nobody foresaw. */
export async function omoi(args: readonly string[], world: World): Promise<ExitCode> {
  let code: ExitCode = exitCode.ok;
  const done = (ended: ExitCode) => {
    code = ended;
  };
  const program = programOf({ world, done });
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.usage;
    if (!(error instanceof Told)) throw error;
    world.err.write(`${error.message}\n`);
    if (error.exit === exitCode.usage) world.err.write(`${helpHint(program, args)}\n`);
    return error.exit;
  }
}

/** The help of the command that was typed, or of the one of its own (`omoi keys create`). */
function helpHint(program: Command, [name, sub]: readonly string[]): string {
  const known = program.commands.find((one) => one.name() === name);
  const own = known?.commands.find((one) => one.name() === sub);
  return seeHelp(own ?? known ?? program);
}

function seeHelp(command: Command): string {
  const names: string[] = [];
  for (let one: Command | null = command; one; one = one.parent) names.unshift(one.name());
  return `See \`${names.join(' ')} --help\`.`;
}

function programOf(context: Context): Command {
  const { world } = context;
  const program = new Command('omoi')
    .description('From a ticket to a pull request that carries its own proof.')
    .version(world.version)
    .addHelpText(
      'after',
      '\nExamples:\n  $ omoi demo\n  $ omoi run --repo . --title "Add CSV export" --approve ask',
    );
  for (const make of commands) program.addCommand(make(context));
  // What is set on the program does not reach commands that were made apart.
  const every = program.commands.flatMap((one) => [one, ...one.commands]);
  for (const one of [program, ...every]) {
    one.exitOverride().configureOutput({
      writeOut: (text) => world.out.write(text),
      writeErr: (text) => world.err.write(text),
      outputError: (text, write) => write(asSentence(text)),
    });
    one.showHelpAfterError(seeHelp(one));
    askLast(one);
  }
  return program;
}

/**
 * Commander asks for required options before it looks at unknown ones, and says of `--titel` that `--title` is missing.
 * Asked for when all else has been read, the misspelt one is named.
 */
function askLast(command: Command): void {
  const required = command.options.filter(({ mandatory }) => mandatory);
  for (const option of required) option.makeOptionMandatory(false);
  const isMissing = (option: Option) => command.getOptionValue(option.attributeName()) === undefined;
  command.hook('preAction', () => {
    const missing = required.find(isMissing);
    if (missing) command.error(`error: required option '${missing.flags}' not specified`);
  });
}

/** `error: unknown option '--x'` as `Unknown option '--x'.` */
function asSentence(text: string): string {
  const bare = text.replace(/^error: /, '').trimEnd();
  return `${bare.charAt(0).toUpperCase()}${bare.slice(1)}${/[.?!)]$/.test(bare) ? '' : '.'}\n`;
}
