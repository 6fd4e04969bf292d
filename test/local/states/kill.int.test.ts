import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('./kill.child.ts', import.meta.url));

/** Runs the host until it ends, or until it has said a number of lines: then it is killed without warning. */
async function host(folder: string, killAfter: number): Promise<{ lines: string[]; ended: boolean }> {
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', script, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = new Promise((resolve) => child.once('close', resolve));
  const lines: string[] = [];
  let rest = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
    const done = lines.some((line) => line.startsWith('end '));
    if (done || lines.length >= killAfter) child.kill('SIGKILL');
  });
  await closed;
  return { lines, ended: lines.some((line) => line.startsWith('end ')) };
}

describe('kill -9 of the host', () => {
  it('in the middle of each call loses nothing', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'states-'));
    try {
      const all: string[] = [];
      let ended = false;
      // The first line after each start, then the second, and at last to the end.
      for (const killAfter of [1, 1, 2, 2, 99]) {
        if (ended) break;
        const round = await host(folder, killAfter);
        all.push(...round.lines);
        ended = round.ended;
      }
      expect(all.filter((line) => line.startsWith('end '))).toEqual(['end succeeded ["One","Four"]']);
      expect(all.filter((line) => line.startsWith('error'))).toEqual([]);
      const keys = new Set(all.filter((line) => line.startsWith('call ')).map((line) => line.trim()));
      // Called again, yes; under a new key or with a new token, never.
      expect([...keys].map((line) => line.split(' ')[1])).toEqual(['One', 'Two', 'Four']);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
