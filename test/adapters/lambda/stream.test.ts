import { PassThrough } from 'node:stream';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { requestOf, type StreamingRuntime, streamed, whole } from '#adapters/lambda/stream.ts';

const event = (path: string, more: object = {}) => ({ httpMethod: 'POST', path, headers: {}, ...more });

const app = new Hono();
app.post('/echo', async (c) => c.text(`${c.req.query('q')} ${c.req.header('x-a')} ${await c.req.text()}`));
app.post('/pieces', () => {
  const pieces = ['one ', 'two ', 'three'];
  const body = new ReadableStream({
    pull: (controller) => {
      const next = pieces.shift();
      if (next === undefined) controller.close();
      else controller.enqueue(new TextEncoder().encode(next));
    },
  });
  return new Response(body, { status: 201, headers: { 'content-type': 'text/event-stream' } });
});
app.post('/broken', () => {
  let sent = false;
  const body = new ReadableStream({
    pull: (controller) => {
      if (sent) controller.error(new Error('the model broke off'));
      else controller.enqueue(new TextEncoder().encode('half'));
      sent = true;
    },
  });
  return new Response(body);
});

/** The runtime's side: the metadata it was given, and what a client would read. */
function runtime() {
  const seen: { status: number; type: string | undefined }[] = [];
  const out = new PassThrough();
  const made: StreamingRuntime = {
    streamifyResponse: (handler) => (given) => handler(given, out),
    HttpResponseStream: {
      from: (stream, { statusCode, headers }) => {
        seen.push({ status: statusCode, type: headers['content-type'] });
        return stream;
      },
    },
  };
  return { made, seen, out };
}

async function read(stream: PassThrough): Promise<string> {
  let text = '';
  for await (const piece of stream) text += String(piece);
  return text;
}

describe('a request', () => {
  it('is made of a proxy event, byte for byte', async () => {
    const body = Buffer.from('{"é":1}').toString('base64');
    const given = event('/echo', {
      headers: { 'x-a': 'b' },
      multiValueQueryStringParameters: { q: ['1 2'] },
      body,
      isBase64Encoded: true,
    });
    expect(await (await app.fetch(requestOf(given))).text()).toBe('1 2 b {"é":1}');
  });
});

describe('a streamed answer', () => {
  it('arrives with its status, its headers and every piece', async () => {
    const { made, seen, out } = runtime();
    const reading = read(out);
    await streamed(app, made)(event('/pieces'));
    expect(await reading).toBe('one two three');
    expect(seen).toEqual([{ status: 201, type: 'text/event-stream' }]);
  });

  it('is cut, never ended, where it broke off', async () => {
    const { made, out } = runtime();
    const reading = read(out).catch((error: Error) => error.message);
    await streamed(app, made)(event('/broken'));
    expect(await reading).toBe('the model broke off');
  });
});

describe('a whole answer', () => {
  it('comes as one', async () => {
    const { statusCode, body } = await whole(app)(event('/pieces'));
    expect([statusCode, body]).toEqual([201, 'one two three']);
  });

  it('fails where it broke off', async () => {
    await expect(whole(app)(event('/broken'))).rejects.toThrow('the model broke off');
  });
});
