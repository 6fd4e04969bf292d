/**
 * What a cold start of each Lambda costs before its first line of work: how large its bundle is, and how long a fresh
 * Node takes to load it, beside one that loads nothing.
 *
 * How it is measured: the bundle's folder is loaded in a process of its own as Lambda's runtime does it (`import`), with
 * an environment that its schema takes. Of some starts in turn with bare ones the fastest counts: what is slower is the
 * machine's doing. The bare Node runs the same script without the import. Times are of this machine's Node and
 * processor; a Lambda of 1,769 MB has one processor to itself, one of 512 MB less than a third of it.
 */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { type Bench, rounded } from './figure.ts';
import { built, distDir } from './folder.ts';

const run = promisify(execFile);
const starts = 7;

/** The functions that people or sandboxes wait for have a goal; the others have none. */
const waitedFor = new Set(['api', 'gateway', 'steps']);
const goals = { megabytes: '<= 1.5', milliseconds: '<= 250' };

/** Every variable that any function asks for. */
const environment: Readonly<Record<string, string>> = {
  AWS_REGION: 'eu-west-1',
  AWS_LAMBDA_FUNCTION_NAME: 'bench',
  POWERTOOLS_SERVICE_NAME: 'bench',
  POWERTOOLS_METRICS_NAMESPACE: 'bench',
  DATABASE_URL: 'postgres://omoi@127.0.0.1/omoi',
  DATABASE_AUTH: 'iam',
  EVENT_BUS_NAME: 'bus',
  BLOB_BUCKET: 'bucket',
  TABLE_NAME: 'table',
  MODEL: 'claude-sonnet-5-5',
  MODEL_UPSTREAM: 'bedrock',
  VERSION: '0',
  FORGE_FUNCTION: 'forge',
  AUTHORIZER_FUNCTION: 'authorizer',
  STEPS_FUNCTION: 'steps',
  WAKE_QUEUE_URL: 'https://sqs.invalid/q.fifo',
  DELIVERY_QUEUE_URL: 'https://sqs.invalid/d.fifo',
  WEBSOCKET_ENDPOINT: 'https://sockets.invalid/run',
  GATEWAY_URL: 'https://gateway.invalid/run',
  GITHUB_API_URL: 'https://api.github.com',
  SANDBOX_TASK_DEFINITION: 'sandbox',
  NETWORK_POLICIES: 'registries,open,none',
  SANDBOX_SUBNETS: 'subnet-1',
  SANDBOX_SECURITY_GROUPS: 'sg-1',
  SANDBOX_SUBNETS_OPEN: 'subnet-2',
  SANDBOX_SECURITY_GROUPS_OPEN: 'sg-2',
  SANDBOX_SUBNETS_NONE: 'subnet-3',
  SANDBOX_SECURITY_GROUPS_NONE: 'sg-3',
  USER_POOL_ID: 'eu-west-1_aaaaaaaaa',
  USER_POOL_CLIENT_ID: 'client',
  ...Object.fromEntries(
    [
      ...['TOKEN_SECRET_ARN', 'GITHUB_SECRET_ARN', 'CLUSTER_ARN'],
      ...['TICKET', 'PHASE', 'TASK', 'MONITOR'].map((machine) => `${machine}_MACHINE_ARN`),
    ].map((name) => [name, 'arn:aws:service:eu-west-1:1:thing']),
  ),
};

/** Sizes and start times of every Lambda that was built. */
export const cold: Bench = {
  name: 'cold',
  summary: "each Lambda's bundle, and its init beside a bare Node's",
  async run(desk) {
    await built();
    const root = join(distDir, 'functions');
    const names = readdirSync(root).filter((name) => existsSync(join(root, name, 'index.mjs')));
    for (const name of names) {
      const folder = join(root, name);
      const goal = waitedFor.has(name);
      const sizes = sizesOf(folder);
      desk.report({
        metric: `${name} bundle`,
        value: rounded(sizes.all / 1_000_000, 2),
        unit: 'MB',
        ...(goal && { goal: goals.megabytes }),
        against: { what: 'of which every start reads', value: rounded(sizes.entry / 1_000_000, 2) },
      });
      const { loaded, bare } = await timed(join(folder, 'index.mjs'));
      desk.report({
        metric: `${name} init`,
        value: rounded(loaded, 0),
        unit: 'ms',
        ...(goal && { goal: goals.milliseconds }),
        against: { what: 'a whole Node process that loads nothing', value: rounded(bare, 0) },
      });
      desk.progress(name);
    }
  },
};

/** Bytes of code: of all files, and of the entry with the files that it imports at once. */
function sizesOf(folder: string): { readonly all: number; readonly entry: number } {
  const code = readdirSync(folder).filter((file) => /\.m?js$/.test(file));
  const bytes = (file: string) => statSync(join(folder, file)).size;
  return { all: code.reduce((sum, file) => sum + bytes(file), 0), entry: bytes('index.mjs') };
}

async function timed(entry: string): Promise<{ readonly loaded: number; readonly bare: number }> {
  // Lambda's Node has it since 21; without it pg looks for Cloudflare's `Response`, and so loads all of fetch.
  const navigator = "globalThis.navigator ??= { userAgent: 'Node.js' };";
  const script = `${navigator} const began = performance.now(); await import(${JSON.stringify(pathToFileURL(entry).href)}); process.stdout.write(String(performance.now() - began)); process.exit(0)`;
  let [loaded, bare] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let start = 0; start < starts; start += 1) {
    const began = performance.now();
    await node('process.exit(0)');
    bare = Math.min(bare, performance.now() - began);
    loaded = Math.min(loaded, Number(await node(script)));
  }
  return { loaded, bare };
}

/** Runs a module in a fresh Node; what it wrote. */
async function node(script: string): Promise<string> {
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { env: environment });
  return stdout;
}
