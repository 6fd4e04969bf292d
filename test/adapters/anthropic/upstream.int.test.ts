import { createServer, type RequestListener } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createAnthropicUpstream, UpstreamUnreachable } from '#adapters/anthropic/upstream.ts';
import type { UpstreamRequest } from '#core/agent/upstream.ts';

const request = (
  headers: Record<string, string> = {},
  signal = new AbortController().signal,
): UpstreamRequest => ({
  path: '/v1/messages',
  body: '{"model": "m"}',
  headers,
  context: { runId: 'run', role: 'builder', task: null, round: 1, call: 1 },
  signal,
});

async function open(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}/base/`;
}

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

describe('the Anthropic API as upstream', () => {
  it('gets the body, the key and the headers that a client may choose, and no others', async () => {
    let seen: Record<string, unknown> = {};
    const baseUrl = await open(async (request, response) => {
      let body = '';
      for await (const piece of request) body += piece;
      seen = { ...request.headers, url: request.url, body };
      response.writeHead(418, { 'request-id': 'req_1', connection: 'close', 'x-other': '1' }).end('teapot');
    });
    const upstream = createAnthropicUpstream({ baseUrl, apiKey: 'sk-key' });
    const chosen = {
      'Anthropic-Beta': 'x',
      authorization: 'Bearer run-token',
      'x-api-key': 'run-token',
      cookie: 'c',
    };
    const response = await upstream.send(request(chosen));
    expect(response.status).toBe(418);
    expect(await textOf(response.body)).toBe('teapot');
    expect(response.headers).toMatchObject({ 'request-id': 'req_1' });
    expect(response.headers).not.toHaveProperty('connection');
    expect(seen).toMatchObject({
      url: '/base/v1/messages',
      body: '{"model": "m"}',
      'x-api-key': 'sk-key',
      'anthropic-version': '2023-06-01',
      'anthropic-beta': 'x',
      'accept-encoding': 'identity',
    });
    expect(JSON.stringify(seen)).not.toContain('run-token');
    expect(seen).not.toHaveProperty('cookie');
  });

  it('tells that nobody answered, without the key', async () => {
    const upstream = createAnthropicUpstream({ baseUrl: 'http://127.0.0.1:1', apiKey: 'sk-key' });
    const error = await upstream.send(request()).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(UpstreamUnreachable);
    expect(JSON.stringify(error)).not.toContain('sk-key');
  });

  it('stops when it is told to', async () => {
    const baseUrl = await open((_, response) => {
      response.writeHead(200).write('first');
    });
    const controller = new AbortController();
    const upstream = createAnthropicUpstream({ baseUrl, apiKey: 'sk-key' });
    const { body } = await upstream.send(request({}, controller.signal));
    const pieces = body[Symbol.asyncIterator]();
    await pieces.next();
    controller.abort();
    await expect(pieces.next()).rejects.toThrow();
  });
});
