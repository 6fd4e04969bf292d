/** The command line of the harness: how the place that it was started in keeps its commands apart. No secrets here. */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { Jail } from './commands/run.ts';

const Options = z.object({
  /** The run's own folder. */
  dir: z.string().min(1),
  /** How commands are kept apart: `nested` or `walled` (bubblewrap, within an outer wall or not), `user:<uid>:<gid>`, `plain`. */
  jail: z.union([z.enum(['nested', 'walled', 'plain']), z.string().regex(/^user:\d+:\d+$/)]).default('plain'),
  /** For `walled`: folders of tools that commands may see. */
  tool: z.array(z.string()).default([]),
  /** Ends with its standard input: its host has died. */
  tethered: z.boolean().default(false),
  /** Started ahead: waits for a line on its standard input that tells its run. */
  spare: z.boolean().default(false),
});

export interface HarnessOptions {
  readonly dir: string;
  readonly jail: Jail;
  readonly tethered: boolean;
  readonly spare: boolean;
}

/** Throws an error that names the option. */
export function parseOptions(args: readonly string[]): HarnessOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      dir: { type: 'string' },
      jail: { type: 'string' },
      tool: { type: 'string', multiple: true },
      tethered: { type: 'boolean' },
      spare: { type: 'boolean' },
    },
  });
  const { dir, jail, tool, tethered, spare } = Options.parse(values);
  return { dir, tethered, spare, jail: jailOf(jail, tool) };
}

function jailOf(name: string, tools: readonly string[]): Jail {
  if (name === 'plain') return { kind: 'plain' };
  if (name === 'nested') return { kind: 'bubblewrap', within: 'outer-wall' };
  if (name === 'walled') return { kind: 'bubblewrap', within: { tools } };
  const [, uid, gid] = name.split(':').map(Number);
  return { kind: 'user', uid: uid ?? 0, gid: gid ?? 0 };
}
