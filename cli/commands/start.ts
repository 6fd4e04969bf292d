/** `omoi start`: a host that stays, with its console. */
import type { Command } from 'commander';
import type { z } from 'zod';
import type { HealthView } from '#core/api/views.ts';
import { defaultPort } from '#local/config.ts';
import { createClient } from '../client.ts';
import { exitCode } from '../exit.ts';
import { interruptible, logTo, openHere } from '../hosting.ts';
import { HostFlags, hostConfig, PortFlag, readOptions } from '../options.ts';
import { paintFor } from '../progress/paint.ts';
import type { World } from '../world.ts';
import { type Context, command, hosting } from './context.ts';

const Flags = HostFlags.extend({ port: PortFlag.optional() });

export function startCommand({ world, done }: Context): Command {
  const start = command('start', 'Start a host on this machine, with its console', [
    'omoi start',
    'omoi start --port 18080 --data ~/omoi',
  ]);
  return hosting(start)
    .option(
      '--port <number>',
      `port to listen on, 0 for any that is free (OMOI_PORT; default ${defaultPort})`,
    )
    .action(async (raw: unknown) => {
      await serve(world, readOptions(Flags, raw));
      done(exitCode.ok);
    });
}

/** Opens, tells, and stays until Ctrl-C. */
async function serve(world: World, flags: z.output<typeof Flags>): Promise<void> {
  const config = hostConfig(world, flags, flags.port ?? world.env.OMOI_PORT ?? defaultPort);
  await interruptible(world, async (signal) => {
    const host = await openHere(
      world,
      config,
      logTo((line) => world.err.write(`${line}\n`), flags.verbose),
    );
    try {
      const health = await createClient(host.url).call('health', {});
      world.out.write(`${banner(world, host.url, config.dataDir, health).join('\n')}\n`);
      await aborted(signal);
      world.err.write('Stopping; Ctrl-C again ends at once.\n');
    } finally {
      await host.close();
    }
  });
}

function banner(world: World, url: string, data: string, health: HealthView): string[] {
  const paint = paintFor(world.out, world.env);
  const model = health.model.replayed
    ? `${health.model.name} (replayed, no model is asked)`
    : health.model.name;
  const sandbox = `${health.sandbox.kind}${health.sandbox.degraded ? ' (degraded)' : ''}`;
  return [
    `OmoiOS ${health.version}`,
    `  Console  ${paint('cyan', url)}`,
    `  API      ${url}/docs`,
    `  Data     ${data}`,
    `  Model    ${model}`,
    `  Sandbox  ${sandbox}`,
    ...health.warnings.map((warning) => paint('yellow', `! ${warning}`)),
    paint('dim', 'Ctrl-C stops it; tickets go on at the next start.'),
  ];
}

export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
