import { open } from 'node:fs/promises';
import type { Sha } from '#core/id.ts';
import { type ForgeDeps, openDesk, withFile } from './desk.ts';
import type { Run } from './repository.ts';

/** See the port. Nothing of the repository's own configuration shapes it; binary files are only named. */
export async function diff(
  deps: ForgeDeps,
  repo: string,
  base: Sha,
  head: Sha,
  maxBytes: number,
): Promise<{ readonly text: string; readonly cut: boolean }> {
  const { run } = await openDesk(deps, repo);
  return diffIn(run, deps.folder, base, head, maxBytes);
}

/** The same in a repository that is open already; `folder` takes a passing file. */
export function diffIn(
  run: Run,
  folder: string,
  base: Sha,
  head: Sha,
  maxBytes: number,
): Promise<{ readonly text: string; readonly cut: boolean }> {
  return withFile(folder, async (file) => {
    const plain = [
      '--no-color',
      '--no-ext-diff',
      '--no-textconv',
      '--find-renames',
      '--src-prefix=a/',
      '--dst-prefix=b/',
    ];
    // To a file: of a diff larger than memory only the beginning is read.
    await run(['diff', ...plain, `--output=${file}`, `${base}...${head}`, '--']);
    return readHead(file, maxBytes);
  });
}

async function readHead(file: string, maxBytes: number) {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const buffer = Buffer.alloc(Math.min(size, maxBytes));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    const cut = size > maxBytes;
    // Whole lines only: a cut in the middle of a character would show as damage.
    const end = cut ? buffer.lastIndexOf(0x0a, bytesRead - 1) + 1 : bytesRead;
    return { text: buffer.toString('utf8', 0, end), cut };
  } finally {
    await handle.close();
  }
}
