/** The built `omoi` as a process of its own, with an environment of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { distDir } from './host.ts';

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Started {
  /** Resolves when this stands on stdout; rejects when it ends before. */
  said(words: RegExp): Promise<RegExpExecArray>;
  readonly ended: Promise<Ended>;
  /** Ctrl-C. */
  stop(): Promise<Ended>;
}

/** Starts one command line. Of this process's environment it gets the paths alone. */
export function startOmoi(cwd: string, args: readonly string[], env: Record<string, string> = {}): Started {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [join(distDir, 'omoi.mjs'), ...args], {
    cwd,
    env: { PATH, HOME, CI: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return watch(child);
}

/** Runs one command line to its end. */
export function omoi(cwd: string, args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  return startOmoi(cwd, args, env).ended;
}

function watch(child: ChildProcess): Started {
  let out = '';
  let err = '';
  const looks = new Set<() => void>();
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    for (const look of looks) look();
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, out, err })));
  const said = (words: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const found = words.exec(out);
        if (!found) return;
        looks.delete(look);
        resolve(found);
      };
      looks.add(look);
      look();
      void ended.then((end) => reject(new Error(`omoi ended with ${end.code}: ${end.out}${end.err}`)));
    });
  return {
    said,
    ended,
    stop: () => {
      child.kill('SIGINT');
      return ended;
    },
  };
}
