import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** A process that has opened a data folder. */
export interface Holder {
  readonly pid: number;
  /** Its first line: `open`, or the name of the error. */
  readonly outcome: string;
  /** Waits until it has said this many lines more. */
  lines(count: number): Promise<void>;
  /** Kills it and returns all that it said. */
  kill(): Promise<string[]>;
}

/** Starts `hold.ts` with these arguments and waits for its first line; killed at the end of the test. */
export async function startHolder(...args: string[]): Promise<Holder> {
  const script = fileURLToPath(new URL('./hold.ts', import.meta.url));
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', script, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  const kill = async (): Promise<string[]> => {
    child.kill('SIGKILL');
    await closed;
    return said;
  };
  onTestFinished(async () => {
    await kill();
  });
  const said: string[] = [];
  const { stdout } = child;
  if (stdout === null) throw new Error('the holder has no output');
  const reader = createInterface({ input: stdout });
  reader.on('line', (line) => said.push(line));
  const lines = async (count: number): Promise<void> => {
    const goal = said.length + count;
    while (said.length < goal) await once(reader, 'line');
  };
  await lines(1);
  return { pid: child.pid ?? 0, outcome: said[0] ?? '', lines, kill };
}
