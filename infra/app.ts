/** The entry of `cdk`: reads the context, adds the stacks, and says in one sentence what is wrong. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { App } from 'aws-cdk-lib';
import { z } from 'zod';
import { MissingBundle } from './constructs/function.ts';
import { deploy } from './deployment.ts';
import { readEnv } from './env.ts';
import { readSettings } from './stages.ts';
import { WrongContext } from './wrong-context.ts';

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const Manifest = z.object({ version: z.string() });

try {
  const app = new App();
  const settings = readSettings(
    z.record(z.string(), z.unknown()).parse(app.node.getAllContext()),
    readEnv().region,
  );
  const { version } = Manifest.parse(JSON.parse(readFileSync(`${root}/package.json`, 'utf8')));
  deploy(app, settings, { root, bundles: `${root}/dist/functions`, files: `${root}/dist/web`, version });
  app.synth();
} catch (error) {
  if (!(error instanceof WrongContext || error instanceof MissingBundle)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
