import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { assemble } from '#adapters/replay/assemble.ts';
import type { Cassette } from '#adapters/replay/cassette.ts';
import { createReplay } from '#adapters/replay/replay.ts';
import type { CallContext, UpstreamResponse } from '#core/agent/upstream.ts';
import { contextOf, requestOf, textOf, tool } from './calls.ts';

const cassette: Cassette = {
  name: 'test',
  model: 'claude-sonnet-5-5',
  responses: {
    explorer: [
      [{ type: 'text', text: 'I look.' }, tool('toolu_1', { path: 'a' })],
      [{ type: 'text', text: 'Done.' }],
    ],
    'builder/T1': [[{ type: 'text', text: 'First round.' }]],
    'builder/T1/2': [{ content: [{ type: 'text', text: 'Second' }], stopReason: 'max_tokens' }, null],
  },
};
const user = (content: unknown) => ({ role: 'user', content });
const first = [user('Look.')];
const second = [
  ...first,
  { role: 'assistant', content: [tool('toolu_1', { path: 'a' })] },
  user([{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'a file' }]),
];

async function play(
  context: Partial<CallContext>,
  messages: unknown,
  more: object = {},
): Promise<UpstreamResponse> {
  const body = { model: 'claude-sonnet-5-5', max_tokens: 100, messages, ...more };
  return createReplay(cassette).send(requestOf(body, contextOf(context)));
}
const jsonOf = async (response: UpstreamResponse) => JSON.parse(await textOf(response.body));
const errorOf = async (response: UpstreamResponse) =>
  z
    .object({ type: z.literal('error'), error: z.object({ type: z.string(), message: z.string() }) })
    .parse(await jsonOf(response)).error;

describe('playing a cassette', () => {
  it('answers by role and turn, which it reads from the request', async () => {
    expect(await jsonOf(await play({}, first))).toMatchObject({
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-5-5',
      content: cassette.responses.explorer?.[0],
      stop_reason: 'tool_use',
    });
    expect(await jsonOf(await play({}, second))).toMatchObject({
      content: [{ text: 'Done.' }],
      stop_reason: 'end_turn',
    });
  });

  it('answers by task and round', async () => {
    const builder = { role: 'builder', task: 'T1' } as const;
    expect(await jsonOf(await play(builder, first))).toMatchObject({ content: [{ text: 'First round.' }] });
    expect(await jsonOf(await play({ ...builder, round: 2 }, first))).toMatchObject({
      content: [{ text: 'Second' }],
      stop_reason: 'max_tokens',
    });
  });

  it('takes the number of the call where the context was restarted', async () => {
    expect(await jsonOf(await play({ call: 2 }, first))).toMatchObject({ content: [{ text: 'Done.' }] });
  });

  it('gives the same request the same bytes, in another process too', async () => {
    const stream = { stream: true };
    const [one, two] = await Promise.all([play({}, first, stream), play({}, first, stream)]);
    expect(await textOf(one.body)).toBe(await textOf(two.body));
  });

  it('names cassette, key, turn and what there is when it has no answer', async () => {
    const response = await play({ role: 'builder', task: 'T9' }, second);
    expect([response.status, response.headers['x-should-retry']]).toEqual([404, 'false']);
    const { type, message } = await errorOf(response);
    expect(type).toBe('not_found_error');
    expect(message).toContain('cassette "test" has no answer for "builder/T9", turn 2');
    expect(message).toContain('explorer (turns 1-2), builder/T1 (turns 1-1)');
    expect((await play({ role: 'builder', task: 'T1', round: 2 }, second)).status).toBe(404);
  });

  it('refuses what the API would refuse', async () => {
    const mark = { cache_control: { type: 'ephemeral' } };
    const marked = Array.from({ length: 5 }, () => ({ type: 'text', text: 'x', ...mark }));
    const cases: [unknown, string][] = [
      [[user(marked)], 'maximum of 4 blocks'],
      [[...second.slice(0, 2), user('no result')], 'without `tool_result`'],
      [[user([{ type: 'tool_result', tool_use_id: 'toolu_9', content: '' }])], 'unexpected `tool_use_id`'],
      [[{ role: 'assistant', content: 'Me first' }], 'first message'],
      [[], 'messages'],
    ];
    for (const [messages, words] of cases) {
      const response = await play({}, messages);
      expect(response.status).toBe(400);
      expect((await errorOf(response)).message).toContain(words);
    }
  });

  it('streams what can be put together again, whatever the content', async () => {
    const value = fc.dictionary(
      fc.string({ unit: 'grapheme' }),
      fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer()),
    );
    const block = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 1500 }).map((text) => ({ type: 'text', text })),
      value.map((input) => tool('toolu_7', JSON.parse(JSON.stringify(input)))),
      fc.string().map((thinking) => ({ type: 'thinking', thinking, signature: 'sig' })),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(block, { maxLength: 4 }), async (content) => {
        const replay = createReplay({ ...cassette, responses: { explorer: [content] } });
        const body = { model: 'm', max_tokens: 1, stream: true, messages: first };
        const response = await replay.send(requestOf(body, contextOf({})));
        const bytes = Buffer.from(await textOf(response.body));
        expect(assemble(response.headers['content-type'] ?? '', bytes)?.content).toEqual(content);
        expect(assemble('text/event-stream', bytes.subarray(0, bytes.length - 20))).toBeNull();
      }),
    );
  });

  it('says that it is a replay, and counts tokens', async () => {
    const replay = createReplay(cassette);
    expect(replay).toMatchObject({ name: 'replay: test', replayed: true });
    const body = { model: 'm', messages: [user('x'.repeat(36))] };
    const request = { ...requestOf(body, contextOf({})), path: '/v1/messages/count_tokens' as const };
    expect(await jsonOf(await replay.send(request))).toEqual({ input_tokens: 10 });
  });

  it('stops waiting when the call is given up', async () => {
    const controller = new AbortController();
    const replay = createReplay(cassette, { latencyMs: 60_000 });
    const body = { model: 'm', max_tokens: 1, messages: first };
    const answer = replay.send({ ...requestOf(body, contextOf({})), signal: controller.signal });
    controller.abort();
    await expect(answer).rejects.toThrow();
  });
});
