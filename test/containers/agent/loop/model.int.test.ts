import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createModel } from '#agent/loop/model.ts';
import { type Answer, send, text } from '../model.ts';

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function modelFor(script: readonly Answer[]) {
  let count = 0;
  const pauses: number[] = [];
  const numbers: (string | undefined)[] = [];
  server = createServer((request, response) => {
    numbers.push(request.headers['x-omoi-call']?.toString());
    request.resume();
    request.on('end', () => send(response, script[count++] ?? { status: 400, error: { message: 'over' } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const ask = createModel({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: 't',
    sleep: async (ms) => {
      pauses.push(ms);
    },
    random: () => 0.5,
    log: () => {},
    // Longer than a busy machine takes to answer; one test waits for it.
    idleMs: 2000,
  });
  return {
    ask: () => ask(7, { model: 'm', stream: true, messages: [] }, new AbortController().signal),
    pauses,
    numbers,
  };
}

const busy = (headers: Record<string, string> = {}): Answer => ({
  status: 429,
  error: { type: 'rate_limit_error', message: 'slow' },
  headers,
});
const hello: Answer = { content: [text('Hello.')] };

describe('asking the model', () => {
  it('waits as long as the server says, else longer each time', async () => {
    const { ask, pauses, numbers } = await modelFor([busy({ 'retry-after': '7' }), busy(), busy(), hello]);
    expect((await ask()).content).toEqual([text('Hello.')]);
    expect(pauses).toEqual([7125, 2000, 4000]);
    expect(numbers).toEqual(['7', '7', '7', '7']);
  });

  it('cuts a stream that falls silent, and asks again', async () => {
    const { ask, pauses } = await modelFor([{ ...hello, silentAfter: 2 }, hello]);
    expect((await ask()).stopReason).toBe('end_turn');
    expect(pauses).toHaveLength(1);
  });

  it('does not repeat what is refused for good', async () => {
    const { ask, pauses } = await modelFor([
      { status: 400, error: { type: 'invalid_request_error', message: 'no' } },
    ]);
    await expect(ask()).rejects.toMatchObject({ name: 'ModelRejected', message: 'no (400)' });
    expect(pauses).toEqual([]);
  });

  it('tells a prompt that is too long from other refusals', async () => {
    const { ask } = await modelFor([
      {
        status: 400,
        error: { type: 'invalid_request_error', message: 'prompt is too long: 1200000 tokens' },
      },
    ]);
    await expect(ask()).rejects.toMatchObject({ name: 'ContextTooLong' });
  });
});
