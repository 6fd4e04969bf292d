/** The harness as one file, as the build makes it. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export async function bundleAgent(folder: string): Promise<string> {
  const outfile = join(folder, 'agent.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('../../../containers/agent/main.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner: {
      js: "import { createRequire as __r } from 'node:module';\nconst require = __r(import.meta.url);",
    },
    logLevel: 'warning',
  });
  return outfile;
}
