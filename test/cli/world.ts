import { type Env, readEnv } from '#cli/env.ts';
import { omoi } from '#cli/program.ts';
import type { World } from '#cli/world.ts';

/** A terminal-less world that keeps what is written, and lets a test press Ctrl-C. */
export interface TestWorld extends World {
  readonly written: { out: string; err: string };
  interrupt(): void;
}

export function testWorld(
  changes: Partial<World> & { readonly vars?: Record<string, string> } = {},
): TestWorld {
  const { vars, ...given } = changes;
  const env: Env = readEnv(vars ?? {});
  const written = { out: '', err: '' };
  const listeners = new Set<() => void>();
  const size = () => ({ columns: 80, rows: 24 });
  return {
    env,
    cwd: '/work/place',
    version: '1.2.3',
    distDir: '/nowhere',
    person: 'ada',
    out: {
      isTerminal: false,
      size,
      write: (text) => {
        written.out += text;
      },
    },
    err: {
      isTerminal: false,
      size,
      write: (text) => {
        written.err += text;
      },
    },
    input: { isTerminal: false, ask: async () => 'l', readAll: async () => 'piped in' },
    now: Date.now,
    openHost: async () => {
      throw new Error('this test opens no host');
    },
    onInterrupt: (fn) => {
      listeners.add(fn);
      return () => listeners.delete(fn);
    },
    die: () => undefined,
    ...given,
    written,
    interrupt: () => {
      for (const listener of listeners) listener();
    },
  };
}

/** One command line in that world. */
export async function type(world: TestWorld, ...args: string[]) {
  const code = await omoi(args, world);
  return { code, ...world.written };
}
