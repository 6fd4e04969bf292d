/** The console as its sources are now, so that no test looks at yesterday's. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';

/** Builds it into a folder that the caller removes. */
export async function builtConsole(): Promise<string> {
  const outDir = await mkdtemp(join(tmpdir(), 'omoi-web-'));
  const configFile = new URL('../../web/vite.config.ts', import.meta.url).pathname;
  await build({ configFile, logLevel: 'error', build: { outDir } });
  return outDir;
}
