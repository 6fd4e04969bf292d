/** The command line of the harness: how the place that it was started in keeps its commands apart. No secrets here. */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { Jail } from './commands/run.ts';

const Options = z.object({
  /** The run's own folder. */
  dir: z.string().min(1),
  /** `bubblewrap`, `plain`, or `user:<uid>:<gid>`. */
  jail: z
    .union([z.literal('bubblewrap'), z.literal('plain'), z.string().regex(/^user:\d+:\d+$/)])
    .default('plain')
    .transform((text): Jail => {
      if (text === 'bubblewrap' || text === 'plain') return { kind: text };
      const [, uid, gid] = text.split(':').map(Number);
      return { kind: 'user', uid: uid ?? 0, gid: gid ?? 0 };
    }),
  /** Ends with its standard input: its host has died. */
  tethered: z.boolean().default(false),
});
export type HarnessOptions = z.infer<typeof Options>;

/** Throws an error that names the option. */
export function parseOptions(args: readonly string[]): HarnessOptions {
  const { values } = parseArgs({
    args: [...args],
    options: { dir: { type: 'string' }, jail: { type: 'string' }, tethered: { type: 'boolean' } },
  });
  return Options.parse(values);
}
