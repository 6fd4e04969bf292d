/** `omoi doctor`: what this machine lacks to host, and what to do about it. */
import type { Command } from 'commander';
import { z } from 'zod';
import { defaultPort } from '#local/config.ts';
import { examine, type Finding } from '../doctor/check.ts';
import { probe } from '../doctor/probe.ts';
import { exitCode } from '../exit.ts';
import { hostConfig, PortFlag, readOptions, TextFlag } from '../options.ts';
import { type Colour, paintFor } from '../progress/paint.ts';
import { type Context, command, toolsOption } from './context.ts';

const Flags = z.object({
  data: TextFlag.optional(),
  port: PortFlag.optional(),
  tools: z.array(TextFlag).optional(),
  online: z.boolean().default(false),
});

const looks: Readonly<Record<Finding['verdict'], readonly [string, Colour]>> = {
  ok: ['✓', 'green'],
  warning: ['!', 'yellow'],
  problem: ['✗', 'red'],
};

export function doctorCommand({ world, done }: Context): Command {
  return command('doctor', 'Look at what this machine needs, and say what to do', ['omoi doctor --online'])
    .option('--data <dir>', 'folder that would keep everything (OMOI_DATA; default .omoi)')
    .option('--port <number>', `port that would be listened on (OMOI_PORT; default ${defaultPort})`)
    .addOption(toolsOption())
    .option('--online', 'ask the model too')
    .action(async (raw: unknown) => {
      const { data, port, tools, online } = readOptions(Flags, raw);
      const config = hostConfig(world, { data, tools }, port ?? world.env.OMOI_PORT ?? defaultPort);
      const paint = paintFor(world.out, world.env);
      const findings = examine(await probe(config, online));
      for (const { verdict, what, advice } of findings) {
        const [glyph, colour] = looks[verdict];
        world.out.write(`${paint(colour, glyph)} ${what}\n`);
        if (advice !== undefined) world.out.write(`  ${paint('dim', advice)}\n`);
      }
      done(findings.some(({ verdict }) => verdict === 'problem') ? exitCode.trouble : exitCode.ok);
    });
}
