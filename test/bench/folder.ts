/** Where benches work: folders that are gone afterwards, and the build that they measure. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The build. */
export const distDir = join(root, 'dist');

/** Brings the build up to date; what has not changed is left alone. */
export async function built(): Promise<void> {
  await promisify(execFile)(process.execPath, [join(root, 'build.mjs')]);
  for (const part of ['omoi.mjs', 'agent.mjs', 'pglite/template.tar.gz', 'sample/typescript.tgz'])
    if (!existsSync(join(distDir, part))) throw new Error(`The build has no ${part}.`);
}

/** Works in a new folder on disk and removes it, whatever came of it. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'omoi-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
