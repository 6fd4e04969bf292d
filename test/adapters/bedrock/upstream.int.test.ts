/** Bedrock's upstream against a server that answers as Bedrock does, event stream and all. */
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { EventStreamCodec } from '@smithy/eventstream-codec';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { UpstreamUnreachable } from '#adapters/anthropic/upstream.ts';
import { createBedrockUpstream } from '#adapters/bedrock/upstream.ts';
import type { UpstreamRequest } from '#core/agent/upstream.ts';

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'not-a-secret');
});
afterEach(() => void vi.unstubAllEnvs());

const asking = (body: object, path: UpstreamRequest['path'] = '/v1/messages'): UpstreamRequest => ({
  path,
  body: JSON.stringify({ model: 'anthropic.claude', max_tokens: 9, messages: [], ...body }),
  headers: { 'anthropic-beta': 'context-1m' },
  context: { runId: 'run', role: 'builder', task: null, round: 1, call: 1 },
  signal: new AbortController().signal,
});

async function open(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  return createBedrockUpstream({ region: 'eu-west-1', baseUrl: `http://127.0.0.1:${port}` });
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const piece of request) text += piece;
  return JSON.parse(text);
}

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === 'string' ? bytes : Buffer.from(bytes as Uint8Array).toString('utf8')),
  (text) => Buffer.from(text, 'utf8'),
);

/** One frame of InvokeModelWithResponseStream: a piece of the Messages API's stream in Base64. */
function frame(event: object): Uint8Array {
  const bytes = Buffer.from(JSON.stringify(event)).toString('base64');
  const header = (value: string) => ({ type: 'string', value }) as const;
  return codec.encode({
    headers: {
      ':event-type': header('chunk'),
      ':content-type': header('application/json'),
      ':message-type': header('event'),
    },
    body: Buffer.from(JSON.stringify({ bytes })),
  });
}

describe('Bedrock as upstream', () => {
  it('asks InvokeModel for the model in the path, signed, with the betas in the body', async () => {
    let seen: Record<string, unknown> = {};
    const upstream = await open(async (request, response) => {
      seen = { url: request.url, ...request.headers, body: await bodyOf(request) };
      response
        .writeHead(200, { 'content-type': 'application/json', 'x-amzn-requestid': 'req-1' })
        .end('{"type": "message"}');
    });
    const response = await upstream.send(asking({}));
    expect(response.status).toBe(200);
    expect(response.headers).toEqual({ 'content-type': 'application/json', 'request-id': 'req-1' });
    expect(await textOf(response.body)).toBe('{"type": "message"}');
    expect(seen.url).toBe('/model/anthropic.claude/invoke');
    expect(seen.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/);
    expect(seen.body).toEqual({
      ...{ max_tokens: 9, messages: [] },
      ...{ anthropic_version: 'bedrock-2023-05-31', anthropic_beta: ['context-1m'] },
    });
  });

  it('gives its event stream as the Messages API gives its own', async () => {
    const events = [
      { type: 'message_start', message: { id: 'msg_1', usage: { input_tokens: 3 } } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'ä' } },
      { type: 'message_stop' },
    ];
    const upstream = await open(async (request, response) => {
      expect(request.url).toBe('/model/anthropic.claude/invoke-with-response-stream');
      await bodyOf(request);
      response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' });
      for (const event of events) response.write(frame(event));
      response.end();
    });
    const response = await upstream.send(asking({ stream: true }));
    expect(response.headers['content-type']).toContain('text/event-stream');
    const text = await textOf(response.body);
    const parsed = text
      .split('\n\n')
      .filter((one) => one.trim() !== '')
      .map((one) => ({
        name: /^event: ?(.*)$/m.exec(one)?.[1],
        data: JSON.parse(/^data: ?(.*)$/m.exec(one)?.[1] ?? 'null'),
      }));
    expect(parsed).toEqual(events.map((data) => ({ name: data.type, data })));
  });

  it.each([
    [400, 'invalid_request_error'],
    [403, 'permission_error'],
    [429, 'rate_limit_error'],
    [500, 'api_error'],
    [503, 'api_error'],
  ])('asks once and tells %i as the Messages API would', async (status, type) => {
    let asked = 0;
    const upstream = await open((_, response) => {
      asked += 1;
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(JSON.stringify({ message: 'Too many requests, please wait.' }));
    });
    const response = await upstream.send(asking({}));
    expect(response.status).toBe(status);
    expect(JSON.parse(await textOf(response.body))).toMatchObject({ type: 'error', error: { type } });
    expect(asked).toBe(1);
  });

  it('throws when no answer came', async () => {
    const upstream = await open((request) => request.socket.destroy());
    await expect(upstream.send(asking({}))).rejects.toBeInstanceOf(UpstreamUnreachable);
  });

  it('cannot count tokens ahead, and says so without asking', async () => {
    const upstream = createBedrockUpstream({ region: 'eu-west-1' });
    const response = await upstream.send(asking({}, '/v1/messages/count_tokens'));
    expect(response.status).toBe(404);
    expect(await textOf(response.body)).toContain('cannot be counted');
  });
});
