/** The entry of the sandbox: environment and command line in, exit code out. */
import { setTimeout as sleep } from 'node:timers/promises';
import { takeEnvironment, toldInLine } from './env.ts';
import { runHarness } from './harness.ts';
import { parseOptions } from './options.ts';

const { dir, jail, tethered, spare } = parseOptions(process.argv.slice(2));

/** Whoever started this has ended it, or has ended itself: commands end with it. */
const over = new AbortController();
const end = () => {
  over.abort();
  process.exit(3);
};
process.on('SIGTERM', end);
if (tethered) {
  // The host holds the other end and writes nothing but the run: its end means that the host is gone.
  process.stdin.resume().on('end', end).on('error', end);
}

/** The first line of what the host writes; there is no other. */
function line(): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    process.stdin.setEncoding('utf8').on('data', (chunk) => {
      text += String(chunk);
      if (text.includes('\n')) resolve(text);
    });
  });
}

/** Node loads what `fetch` is made of when it is first used; this reaches no network. */
async function warmFetch(): Promise<void> {
  const response = await fetch('data:,');
  await response.text();
}

/** While nobody needs it yet, it loads what an agent will. */
async function ahead() {
  const [told] = await Promise.all([line(), import('./loop/model.ts'), warmFetch()]);
  const { sandbox, path } = toldInLine(told);
  // Whoever looks at the machine's processes sees which run it is.
  process.title = `omoi ${sandbox.OMOI_RUN_ID}`;
  return { sandbox, path };
}

const { sandbox, path } = spare ? await ahead() : takeEnvironment();

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
