/** The real stacks, brought to the emulator by the CDK CLI as to an account. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { credentials, root } from './ground.ts';
import { run } from './programs.ts';

export const account = '000000000000';

/** What the deploy is told. */
export interface Choices {
  readonly databaseUrl: string;
  readonly cassette: string;
  readonly githubApi: string;
}

/** What the stacks tell about themselves. */
export interface Outputs {
  readonly apiId: string;
  readonly liveId: string;
  readonly gatewayId: string;
  readonly githubSecret: string;
  /** Stacks that were deployed. */
  readonly stacks: readonly string[];
}

const Told = z.record(z.string(), z.record(z.string(), z.string()));

/** `http://id.execute-api.…`: the first label names the API, wherever its host is said to be. */
const idOf = (url: string) => new URL(url).hostname.split('.')[0] ?? '';

/** Bootstraps, synthesizes once, deploys every stack. Throws `ProgramFailed` with what the CLI said. */
export async function deployStacks(url: string, folder: string, choices: Choices): Promise<Outputs> {
  const cdk = join(root, 'node_modules/.bin/cdk');
  const env = { ...credentials, AWS_ENDPOINT_URL: url, CDK_DISABLE_VERSION_CHECK: '1', CI: 'true' };
  const assembly = join(folder, 'cdk.out');
  const context = {
    ...choices,
    network: 'none',
    image: 'run-by-the-proof:latest',
    upstream: 'replay',
    console: 'off',
    consoleUrl: 'http://127.0.0.1:1',
    emulated: 'yes',
  };
  const told = Object.entries(context).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  // From a folder without cdk.json: a bootstrap needs no app.
  const bootstrap = run(cdk, ['bootstrap', `aws://${account}/us-east-1`], { env, cwd: folder });
  const synth = run(cdk, ['synth', '--quiet', '--output', assembly, ...told], { env, cwd: root });
  await Promise.all([bootstrap, synth]);
  const file = join(folder, 'outputs.json');
  const how = ['--require-approval', 'never', '--method', 'direct', '--outputs-file', file];
  const said = await run(cdk, ['deploy', '--all', '--app', assembly, ...how], { env, cwd: folder });
  const done = [...said.matchAll(/✅\s+(\S+)/g)].flatMap(([, name]) => name ?? []);
  return { ...readOutputs(await readFile(file, 'utf8')), stacks: done };
}

function readOutputs(text: string): Omit<Outputs, 'stacks'> {
  const stacks = Told.parse(JSON.parse(text));
  const all = Object.assign({}, ...Object.values(stacks));
  const { ApiUrl, LiveUrl, GatewayUrl, GithubSecret } = z
    .object({ ApiUrl: z.string(), LiveUrl: z.string(), GatewayUrl: z.string(), GithubSecret: z.string() })
    .parse(all);
  return {
    apiId: idOf(ApiUrl),
    liveId: idOf(LiveUrl),
    gatewayId: idOf(GatewayUrl),
    githubSecret: GithubSecret,
  };
}
