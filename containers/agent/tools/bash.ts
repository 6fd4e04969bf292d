/** bash: one command, in its own place, with a time limit; what it prints is cut in the middle, and kept in full. */
import { join } from 'node:path';
import { z } from 'zod';
import type { NetworkPolicy } from '#core/project/project.ts';
import { exitInWords } from '#core/verify/exit-code.ts';
import type { CommandEnd, RunCommand } from '../commands/run.ts';
import type { Folders } from '../folders.ts';
import type { Gateway } from '../gateway.ts';
import { defineTool, observed, refused, type Tool, type ToolAnswer } from './tool.ts';

/** Two minutes, unless the model asks for more. */
const defaultSeconds = 120;
/** At each end: 12,000 characters in all, which most test runs fit. */
const keptBytes = 6000;

export interface BashOptions {
  readonly folders: Folders;
  readonly run: RunCommand;
  readonly gateway: Gateway;
  readonly network: NetworkPolicy;
  readonly writable: boolean;
  /** What has to be done before the first command; what is to be said of it comes before that one's output. Null where nothing has to. */
  readonly prepare: (() => Promise<string | null>) | null;
  readonly maxSeconds: number;
  /** What the model's path to the temporary folder is. */
  readonly shownTemporary: string;
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
}

export function bashTool(options: BashOptions): Tool {
  let background = 0;
  let prepared: Promise<string | null> | null = null;
  return defineTool({
    name: 'bash',
    changes: 'anything',
    description: [
      'Runs a command with bash at the root of the repository. Each call is a new shell: nothing but files stays from one call to the next, and what it starts ends with it.',
      `Without a terminal and without input. At most ${options.maxSeconds} seconds (120 unless you say). Of output over 12,000 characters you see the beginning and the end, and a file keeps all of it. The exit code is the last command's of a pipe: set -o pipefail where it matters.`,
      options.writable
        ? ''
        : 'The repository is read-only here: to try what writes, copy it below /tmp first.',
      options.prepare ? 'The setup of the project runs before your first command.' : '',
      '`background: true` starts it and returns at once; other commands cannot reach its ports, so start a server and use it in one command.',
    ]
      .filter((line) => line !== '')
      .join(' '),
    input: z.strictObject({
      command: z.string().min(1).max(50_000),
      timeoutSeconds: z.number().int().min(1).max(options.maxSeconds).optional(),
      background: z.boolean().optional(),
    }),
    run: async ({ command, timeoutSeconds, background: detached }, id) => {
      const seconds = detached
        ? options.maxSeconds
        : (timeoutSeconds ?? Math.min(defaultSeconds, options.maxSeconds));
      const name = detached
        ? `background-${++background}`
        : `command-${id.replace(/[^A-Za-z0-9._-]/g, '').slice(-40)}`;
      const log = join(options.folders.temporary, `${name}.log`);
      const first = prepared === null;
      prepared ??= options.prepare?.() ?? Promise.resolve(null);
      const said = await prepared;
      const running = options.run({
        command,
        timeoutMs: seconds * 1000,
        network: options.network,
        writable: options.writable,
        log,
        keep: keptBytes,
        signal: options.signal,
      });
      const shown = `${options.shownTemporary}/${name}.log`;
      if (!detached) {
        const end = await running;
        // Ended by us because the run stops: that is no result of the command.
        options.signal.throwIfAborted();
        return answer(options, end, { name, shown, seconds, before: first ? (said ?? '') : '' });
      }
      running.catch((error: unknown) => options.log(`${name}: ${String(error)}`));
      return observed(
        `Started as ${name}. Its output goes to ${shown}; it ends with the run, or after ${seconds} s.`,
      );
    },
  });
}

async function answer(
  { gateway, log, maxSeconds }: BashOptions,
  end: CommandEnd,
  { name, shown, seconds, before }: { name: string; shown: string; seconds: number; before: string },
): Promise<ToolAnswer> {
  if (end.omitted > 0) {
    const blob = await gateway.upload('log', `${name}.log`, end.log.path);
    log(`${name}: ${end.log.bytes} bytes of output kept as ${blob}`);
  }
  const output = [before, end.excerpt].map((part) => part.trimEnd()).filter((part) => part !== '');
  const body = output.length === 0 ? '' : `${output.join('\n\n')}\n`;
  const all = end.omitted > 0 ? `(all of it: ${shown})` : '';
  if (end.timedOut)
    return refused(
      `${body}${body && '\n'}Stopped after ${seconds} s; everything it started was ended.${seconds < maxSeconds ? ` With timeoutSeconds it may take up to ${maxSeconds}.` : ''}${all && `\n${all}`}`,
    );
  const code = end.exitCode === null ? 'ended by a signal' : `exit code ${exitInWords(end.exitCode)}`;
  return observed(`${body}${all && `${all}\n`}(${code})`);
}
