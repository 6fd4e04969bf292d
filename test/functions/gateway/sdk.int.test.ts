/** The plain SDK, through the gateway on a real socket, against an upstream on another: what a sandbox really meets. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Anthropic from '@anthropic-ai/sdk';
import { serve } from '@hono/node-server';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { createAnthropicUpstream } from '#adapters/anthropic/upstream.ts';
import { openTestStore, type TestStore } from '#test/support/store.ts';
import { openScene } from './scene.ts';
import { streamedAnswer, streamedText } from './upstreams.ts';

let db: TestStore;
beforeAll(async () => {
  db = await openTestStore();
});
afterAll(() => db.close());

const apiKey = 'sk-ant-of-the-platform';
const ask = {
  model: 'claude-sonnet-5-5',
  max_tokens: 500,
  messages: [{ role: 'user' as const, content: 'Grüße' }],
};

async function portOf(server: Server): Promise<number> {
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return port;
}

/** An upstream that answers with `listener`, a gateway before it, and an SDK that holds nothing but a run token. */
async function openRoad(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  const upstream = createAnthropicUpstream({ baseUrl: `http://127.0.0.1:${await portOf(server)}/`, apiKey });
  const scene = await openScene(db.store, { upstream });
  const gateway = serve({ fetch: scene.app.fetch, port: 0, hostname: '127.0.0.1' }) as Server;
  const client = new Anthropic({
    baseURL: `http://127.0.0.1:${await portOf(gateway)}`,
    apiKey: await scene.tokenOf(),
    maxRetries: 0,
  });
  return { scene, client };
}

it('the SDK streams a message through the gateway, whose key it never sees', async () => {
  const seen: { key: unknown; url: unknown; body: string }[] = [];
  const { scene, client } = await openRoad(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    seen.push({ key: request.headers['x-api-key'], url: request.url, body });
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    // In pieces that break events and characters apart.
    const bytes = Buffer.from(streamedText);
    for (let at = 0; at < bytes.length; at += 7) response.write(bytes.subarray(at, at + 7));
    response.end();
  });
  const pieces: string[] = [];
  const stream = client.messages.stream(ask).on('text', (text) => pieces.push(text));
  const message = await stream.finalMessage();
  expect(message.content).toEqual([{ type: 'text', text: 'Grüße 🌱\u2028line' }]);
  expect(pieces.join('')).toBe('Grüße 🌱\u2028line');
  expect(seen).toHaveLength(1);
  expect(seen[0]).toMatchObject({ key: apiKey, url: '/v1/messages' });
  expect(JSON.parse(seen[0]?.body ?? '')).toEqual({ ...ask, stream: true });
  expect(await scene.store.view.ledger.balance(scene.ticket.id)).toMatchObject({
    spent: streamedAnswer.costMicros,
    reserved: 0,
  });
});

it('the SDK gets a message in one piece', async () => {
  const message = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: ask.model,
    content: [{ type: 'text', text: 'Hello' }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 10, output_tokens: 5 },
  };
  const { client } = await openRoad((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(message));
  });
  expect(await client.messages.create(ask)).toMatchObject(message);
});

it('the SDK gets the API’s own errors as they are', async () => {
  const { client } = await openRoad((_, response) => {
    const error = { type: 'rate_limit_error', message: 'Slow down' };
    response.writeHead(429, { 'content-type': 'application/json', 'retry-after': '3' });
    response.end(JSON.stringify({ type: 'error', error }));
  });
  const error = await client.messages.create(ask).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(Anthropic.RateLimitError);
  if (error instanceof Anthropic.RateLimitError) {
    expect(error.headers.get('retry-after')).toBe('3');
    expect(error.error).toMatchObject({ error: { message: 'Slow down' } });
  }
});

it('a stream that breaks off breaks off for the SDK, and its repetition is charged once', async () => {
  let nth = 0;
  const { scene, client } = await openRoad((_, response) => {
    nth += 1;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    if (nth > 1) response.end(streamedText);
    else response.write(streamedAnswer.start, () => response.destroy());
  });
  const send = () => client.messages.stream(ask, { headers: { 'x-omoi-call': '1' } }).finalMessage();
  await expect(send()).rejects.toThrow(/terminated|Connection error/);
  expect((await send()).stop_reason).toBe('end_turn');
  expect(await scene.store.view.ledger.balance(scene.ticket.id)).toMatchObject({
    spent: streamedAnswer.costMicros,
    reserved: 0,
  });
});

it('a client that is killed in the middle finds its answer when it comes again', async () => {
  let finish = () => {};
  let requests = 0;
  const { scene, client } = await openRoad((_, response) => {
    requests += 1;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(streamedAnswer.start);
    finish = () => response.end(streamedAnswer.middle + streamedAnswer.stop);
  });
  const headers = { 'x-omoi-call': '1' };
  const killed = client.messages.stream(ask, { headers });
  killed.on('connect', () => killed.abort());
  await expect(killed.finalMessage()).rejects.toThrow(Anthropic.APIUserAbortError);
  finish();
  const again = await client.messages.stream(ask, { headers }).finalMessage();
  expect(again.stop_reason).toBe('end_turn');
  expect(requests).toBe(1);
  expect(await scene.store.view.ledger.balance(scene.ticket.id)).toMatchObject({
    spent: streamedAnswer.costMicros,
    reserved: 0,
  });
});

it('a redirect is passed on and not followed, or the key would go with it', async () => {
  const { client } = await openRoad((_, response) => {
    response.writeHead(307, { location: 'http://127.0.0.1:1/elsewhere' }).end();
  });
  await expect(client.messages.create(ask)).rejects.toThrow();
});
