/** What X-Ray's daemon hears of a traced function. */
import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

const run = promisify(execFile);
const program = fileURLToPath(new URL('./traced.ts', import.meta.url));
const daemon = createSocket('udp4');
const heard: Record<string, unknown>[] = [];
beforeAll(async () => {
  // A line that says the format, then the segment.
  daemon.on('message', (bytes) => heard.push(JSON.parse(bytes.toString().split('\n')[1] ?? '{}')));
  daemon.bind(0, '127.0.0.1');
  await once(daemon, 'listening');
});
afterAll(() => daemon.close());

async function output(more: Readonly<Record<string, string>>): Promise<string[]> {
  heard.length = 0;
  const env = {
    PATH: process.env.PATH,
    POWERTOOLS_SERVICE_NAME: 'steps',
    AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${daemon.address().port}`,
    ...more,
  };
  const { stdout } = await run(process.execPath, ['--import', 'tsx', program], { env });
  return stdout.trim().split('\n');
}

const lambda = {
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_NAME: 'omoios-dev-steps',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  LAMBDA_TASK_ROOT: '/var/task',
  _X_AMZN_TRACE_ID: 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=557abcec3ee5a047;Sampled=1',
};

it('tells step, ticket and run of each call, the cold start, and the error, and nothing else of the input', async () => {
  expect(await output(lambda)).toEqual(['done', 'TypeError']);
  const [first, second] = heard;
  expect(heard).toHaveLength(2);
  const ids = { step: 'run.start', ticketId: 'ticket_1', runId: 'run_1', Service: 'steps' };
  expect(first).toMatchObject({
    ...{ name: '## steps', trace_id: '1-5759e988-bd862e3fe1be46a994272793', parent_id: '557abcec3ee5a047' },
    annotations: { ...ids, ColdStart: true },
  });
  expect(second).toMatchObject({
    annotations: { ...ids, ColdStart: false },
    fault: true,
    cause: { exceptions: [{ type: 'TypeError', message: 'the step failed' }] },
  });
  expect(JSON.stringify(heard)).not.toContain('not-a-secret');
});

it.each([
  ['outside of Lambda', {}],
  ['where it is switched off', { ...lambda, POWERTOOLS_TRACE_ENABLED: 'false' }],
])('says nothing %s', async (_, env) => {
  expect(await output(env)).toEqual(['done', 'TypeError']);
  expect(heard).toEqual([]);
});
