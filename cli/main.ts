#!/usr/bin/env node
/** The entry of `omoi`: the real world, one command line, an exit code. */
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { readEnv } from './env.ts';
import { exitCode, Told } from './exit.ts';
import { omoi } from './program.ts';
import type { Input, Output, World } from './world.ts';

/** What a terminal that does not tell its size is taken for. */
const usualSize = { columns: 80, rows: 24 };

function outputTo(stream: NodeJS.WriteStream): Output {
  return {
    write: (chunk) => void stream.write(chunk),
    isTerminal: stream.isTTY === true,
    size: () => ({
      columns: stream.columns ?? usualSize.columns,
      rows: stream.rows ?? usualSize.rows,
    }),
  };
}

const input: Input = {
  isTerminal: process.stdin.isTTY === true,
  async ask(question, signal) {
    const reader = createInterface({ input: process.stdin, output: process.stdout });
    // In a terminal, readline swallows Ctrl-C: hand it on to whoever listens for the signal.
    reader.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
    try {
      return await reader.question(question, { signal });
    } finally {
      reader.close();
    }
  },
  readAll: () => text(process.stdin),
};

function onInterrupt(fn: () => void): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, fn);
  return () => {
    for (const signal of signals) process.off(signal, fn);
  };
}

function realWorld(): World {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return {
    env: readEnv(),
    cwd: process.cwd(),
    version: z.object({ version: z.string() }).parse(JSON.parse(manifest)).version,
    distDir: fileURLToPath(new URL('../dist', import.meta.url)),
    person: userInfo().username,
    out: outputTo(process.stdout),
    err: outputTo(process.stderr),
    input,
    now: Date.now,
    // Loaded only by the commands that host: the others start in a fraction of the time.
    openHost: async (config, log) => (await import('#local/host.ts')).openHost(config, log),
    onInterrupt,
    die: (code) => process.exit(code),
  };
}

async function main(): Promise<number> {
  try {
    return await omoi(process.argv.slice(2), realWorld());
  } catch (error) {
    if (error instanceof Told) {
      process.stderr.write(`${error.message}\n`);
      return error.exit;
    }
    process.stderr.write(
      `This should not have happened; please report it.\n${error instanceof Error ? error.stack : error}\n`,
    );
    return exitCode.trouble;
  }
}

/** Whoever reads our output has left, as `head` does: nothing to say any more, and nothing wrong. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitCode.ok);
  throw error;
});

const code = await main();
// A pipe takes what was written only bit by bit; leaving before would cut the last lines off.
await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
process.exit(code);
