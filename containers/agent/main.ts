/** The entry of the sandbox: environment and command line in, exit code out. */
import { setTimeout as sleep } from 'node:timers/promises';
import { takeEnvironment } from './env.ts';
import { runHarness } from './harness.ts';
import { parseOptions } from './options.ts';

const { sandbox, path } = takeEnvironment();
const { dir, jail, tethered } = parseOptions(process.argv.slice(2));

/** Whoever started this has ended it, or has ended itself: commands end with it. */
const over = new AbortController();
const end = () => {
  over.abort();
  process.exit(3);
};
process.on('SIGTERM', end);
if (tethered) {
  // The host holds the other end and never writes: its end means that the host is gone.
  process.stdin.resume().on('end', end).on('error', end);
}

process.exit(
  await runHarness({
    environment: sandbox,
    dir,
    jail,
    path,
    sleep: (ms, signal) => sleep(ms, undefined, signal ? { signal } : {}),
    random: Math.random,
    log: (line) => process.stderr.write(`${line}\n`),
    signal: over.signal,
  }),
);
