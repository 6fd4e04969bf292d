import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { UpstreamUnreachable } from '#adapters/anthropic/upstream.ts';
import { newId } from '#adapters/ids/ids.ts';
import { openTestStore, type TestStore } from '#test/support/store.ts';
import { openScene, runOf, type Scene } from './scene.ts';
import {
  createCassettePlayer,
  handed,
  scripted,
  streamedAnswer,
  streamedText,
  streaming,
  whole,
} from './upstreams.ts';

let db: TestStore;
beforeAll(async () => {
  db = await openTestStore();
});
afterAll(() => db.close());

const ask = {
  model: 'claude-sonnet-5-5',
  max_tokens: 500,
  stream: true,
  messages: [{ role: 'user', content: 'Grüße' }],
};
const call = (number: number) => ({ 'x-omoi-call': String(number) });
const send = (scene: Scene, number = 1, body: unknown = ask) =>
  scene.post('/v1/messages', body, call(number));
const balance = (scene: Scene) => scene.store.view.ledger.balance(scene.ticket.id);
const errorOf = async (response: Response) =>
  z
    .object({ type: z.literal('error'), error: z.looseObject({ type: z.string(), message: z.string() }) })
    .parse(await response.json());

/** Waits for what happens after the answer, such as the settlement of a call whose client is gone. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('a model call', () => {
  it('passes both ways byte for byte, without what names the account', async () => {
    const { upstream, requests } = scripted(async () => ({
      status: 200,
      headers: {
        'content-type': 'text/event-stream; charset=utf-8',
        'request-id': 'req_1',
        'anthropic-organization-id': 'org_secret',
      },
      body: whole(streamedText),
    }));
    const scene = await openScene(db.store, { upstream });
    const text = `{ "model":"claude-sonnet-5-5", "max_tokens":5e2,\n"messages":[{"role":"user","content":"\\u00fc ü \u2028"}]}`;
    const headers = { ...call(1), 'anthropic-version': '2023-06-01', 'anthropic-beta': 'x', cookie: 'c' };
    const response = await scene.post('/v1/messages', text, headers);
    expect(await response.text()).toBe(streamedText);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('request-id')).toBe('req_1');
    expect(response.headers.get('anthropic-organization-id')).toBeNull();
    expect(requests[0]).toMatchObject({
      body: text,
      headers: { 'anthropic-version': '2023-06-01', 'anthropic-beta': 'x' },
      context: { role: 'builder', task: 'T1', round: 1, call: 1 },
    });
    expect(Object.keys(requests[0]?.headers ?? {})).toHaveLength(2);
  });

  it('streams as it arrives, and ends only when it is charged and kept', async () => {
    const hand = handed();
    const { upstream } = scripted(async () => streaming(hand.body));
    const scene = await openScene(db.store, { upstream });
    const reader = (await send(scene)).body?.getReader();
    hand.give(streamedAnswer.start.slice(0, 40));
    hand.give(streamedAnswer.start.slice(40));
    const first = await reader?.read();
    expect(new TextDecoder().decode(first?.value)).toBe(streamedAnswer.start);
    expect((await balance(scene)).spent).toBe(0);
    hand.give(streamedAnswer.middle + streamedAnswer.stop);
    let rest = '';
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
      if (done) break;
      const piece = new TextDecoder().decode(value);
      if (piece.includes('message_stop'))
        expect((await balance(scene)).spent).toBe(streamedAnswer.costMicros);
      else if (rest === '') hand.end();
      rest += piece;
    }
    expect(rest).toBe(streamedAnswer.middle + streamedAnswer.stop);
    expect(await scene.events()).toEqual(['cost.settled.v1']);
  });

  it('counts what an answer in one piece says it used', async () => {
    const scene = await openScene(db.store, {
      upstream: createCassettePlayer([[{ type: 'text', text: 'Hello' }]]),
    });
    const response = await send(scene, 1, { ...ask, stream: false });
    expect(await response.json()).toMatchObject({ content: [{ type: 'text', text: 'Hello' }] });
    const totals = await scene.store.view.calls.totals(scene.ticket.id);
    expect(totals).toMatchObject({ calls: 1, usage: { input: 2, output: 2 }, costMicros: 24 });
    expect(await balance(scene)).toMatchObject({ spent: 24, reserved: 0 });
  });

  it('is charged its worst case when a success does not say what it used', async () => {
    const { upstream } = scripted(async () => ({
      status: 200,
      headers: { 'content-type': 'text/html' },
      body: whole('<html>'),
    }));
    const scene = await openScene(db.store, { upstream });
    expect(await (await send(scene)).text()).toBe('<html>');
    expect((await balance(scene)).spent).toBeGreaterThan(5000);
  });

  it('counts tokens without a charge', async () => {
    const scene = await openScene(db.store);
    const response = await scene.post('/v1/messages/count_tokens', ask);
    expect(await response.json()).toEqual({ input_tokens: 2 });
    expect(await balance(scene)).toMatchObject({ spent: 0, reserved: 0 });
  });
});

describe('the same call again', () => {
  it('gets the stored bytes from a process started anew, and is charged once', async () => {
    const { upstream, requests } = scripted(async () => streaming(whole(streamedText)));
    const scene = await openScene(db.store, { upstream });
    await (await send(scene)).text();
    const headers = { ...call(1), authorization: `Bearer ${await scene.tokenOf()}` };
    const again = await scene
      .restarted()
      .request('/v1/messages', { method: 'POST', headers, body: JSON.stringify(ask) });
    expect(await again.text()).toBe(streamedText);
    expect(again.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(requests).toHaveLength(1);
    expect(await balance(scene)).toMatchObject({ spent: streamedAnswer.costMicros, reserved: 0 });
  });

  it('without a number is known by its body', async () => {
    const { upstream, requests } = scripted(async () => streaming(whole(streamedText)));
    const scene = await openScene(db.store, { upstream });
    for (const _ of [1, 2]) expect(await (await scene.post('/v1/messages', ask)).text()).toBe(streamedText);
    expect(requests).toHaveLength(1);
  });

  it('with another body is refused', async () => {
    const { upstream } = scripted(async () => streaming(whole(streamedText)));
    const scene = await openScene(db.store, { upstream });
    await (await send(scene)).text();
    const other = await send(scene, 1, { ...ask, max_tokens: 501 });
    expect(other.status).toBe(409);
    expect(other.headers.get('x-should-retry')).toBe('false');
    expect((await errorOf(other)).error).toMatchObject({ code: 'key-reused' });
  });

  it('while the first is under way waits for it', async () => {
    const hand = handed();
    const { upstream, requests } = scripted(async () => streaming(hand.body));
    const scene = await openScene(db.store, { upstream });
    const both = [send(scene), send(scene)];
    hand.give(streamedText);
    hand.end();
    const answers = await Promise.all(both.map(async (response) => (await response).text()));
    expect(answers).toEqual([streamedText, streamedText]);
    expect(requests).toHaveLength(1);
    expect(await balance(scene)).toMatchObject({ spent: streamedAnswer.costMicros, reserved: 0 });
  });

  it('after its client hung up finds the answer that went on arriving', async () => {
    const hand = handed();
    const { upstream, requests } = scripted(async () => streaming(hand.body));
    const scene = await openScene(db.store, { upstream });
    const response = await send(scene);
    hand.give(streamedAnswer.start);
    await response.body?.cancel();
    hand.give(streamedAnswer.middle + streamedAnswer.stop);
    hand.end();
    await until(async () => (await balance(scene)).spent > 0);
    expect(await (await send(scene)).text()).toBe(streamedText);
    expect(requests).toHaveLength(1);
    expect(await balance(scene)).toMatchObject({ spent: streamedAnswer.costMicros, reserved: 0 });
  });

  it('after the upstream broke off is sent anew and charged once', async () => {
    const hand = handed();
    const { upstream, requests } = scripted(async (_, nth) =>
      streaming(nth === 1 ? hand.body : whole(streamedText)),
    );
    const scene = await openScene(db.store, { upstream });
    const response = await send(scene);
    hand.give(streamedAnswer.start + streamedAnswer.middle);
    hand.cut();
    await expect(response.text()).rejects.toThrow();
    const { reserved } = await balance(scene);
    expect(reserved).toBeGreaterThan(0);
    expect(await (await send(scene)).text()).toBe(streamedText);
    expect(requests).toHaveLength(2);
    expect(await balance(scene)).toMatchObject({ spent: streamedAnswer.costMicros, reserved: 0 });
  });

  it('that broke off and never came again gives its reservation back when the run ends', async () => {
    const { upstream } = scripted(async () => streaming(whole(streamedAnswer.start)));
    const scene = await openScene(db.store, { upstream });
    await expect((await send(scene)).text()).rejects.toThrow();
    expect((await balance(scene)).reserved).toBeGreaterThan(0);
    await scene.post('/v1/run/end', { reason: 'model-unavailable', message: '' });
    expect(await balance(scene)).toMatchObject({ spent: 0, reserved: 0 });
  });
});

describe('errors of the model', () => {
  it('pass unchanged and cost nothing', async () => {
    const overloaded = '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}';
    const { upstream } = scripted(async () => ({
      status: 529,
      headers: { 'content-type': 'application/json', 'retry-after': '7' },
      body: whole(overloaded),
    }));
    const scene = await openScene(db.store, { upstream });
    const response = await send(scene);
    expect([response.status, response.headers.get('retry-after')]).toEqual([529, '7']);
    expect(await response.text()).toBe(overloaded);
    expect(await balance(scene)).toMatchObject({ spent: 0, reserved: 0 });
  });

  it('told in the stream end it as they came', async () => {
    const error =
      'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"x"}}\n\n';
    const { upstream } = scripted(async () => streaming(whole(streamedAnswer.start + error)));
    const scene = await openScene(db.store, { upstream });
    expect(await (await send(scene)).text()).toBe(streamedAnswer.start + error);
    expect((await balance(scene)).spent).toBe(0);
  });

  it('no answer at all is 502, costs nothing and may be tried again', async () => {
    const { upstream } = scripted(async () => {
      throw new Error('connect ECONNREFUSED with sk-ant-api03-secretsecret');
    });
    const scene = await openScene(db.store, { upstream });
    const response = await send(scene);
    expect([response.status, response.headers.get('x-should-retry')]).toEqual([502, 'true']);
    const { error } = await errorOf(response);
    expect(error.type).toBe('api_error');
    expect(JSON.stringify([error, scene.logged])).not.toContain('secretsecret');
    expect(await balance(scene)).toMatchObject({ spent: 0, reserved: 0 });
  });
});

it('a model that is out of reach is logged with the reason, and without a stack at each try', async () => {
  const { upstream } = scripted(async () => {
    throw new UpstreamUnreachable('The model could not be reached.', { reason: 'ECONNREFUSED' });
  });
  const scene = await openScene(db.store, { upstream });
  expect((await send(scene)).status).toBe(502);
  const line = scene.logged.find((logged) => logged.includes('the model gave no answer'));
  expect(line).toContain('"reason":"ECONNREFUSED"');
  expect(line).not.toContain('   at ');
});

describe('the ceiling', () => {
  it('a call that does not fit is refused in the words of the API, and holds the run', async () => {
    const { upstream, requests } = scripted(async () => streaming(whole(streamedText)));
    const scene = await openScene(db.store, { upstream, budgetMicros: 0 });
    const response = await send(scene);
    expect([response.status, response.headers.get('x-should-retry')]).toEqual([402, 'false']);
    expect((await errorOf(response)).error).toMatchObject({
      type: 'billing_error',
      code: 'budget-exhausted',
    });
    expect(requests).toHaveLength(0);
    expect((await scene.store.view.runs.get(scene.run.id))?.state).toMatchObject({
      status: 'held',
      reason: 'budget',
    });
    expect(await scene.events()).toEqual(['budget.exhausted.v1', 'run.held.v1']);
    expect((await send(scene, 2)).status).toBe(409);
  });

  it.each([401, 403])('a key that the model refuses with %s lets the ticket stand still', async (status) => {
    const error = { type: 'authentication_error', message: 'invalid x-api-key' };
    const body = () => whole(JSON.stringify({ type: 'error', error }));
    const { upstream, requests } = scripted(async () => ({ status, headers: {}, body: body() }));
    const scene = await openScene(db.store, { upstream });
    await scene.get('/v1/run');
    const response = await send(scene);
    expect(response.status).toBe(409);
    expect((await errorOf(response)).error).toMatchObject({ code: 'illegal-transition' });
    const why = `The model cannot be used (${status}): invalid x-api-key. Nothing is lost: once that is mended, resume the ticket.`;
    expect(await scene.store.view.tickets.get(scene.ticket.id)).toMatchObject({
      status: 'paused',
      hold: { why, token: null },
    });
    expect((await scene.store.view.runs.get(scene.run.id))?.state).toMatchObject({
      status: 'held',
      reason: 'paused',
    });
    expect((await balance(scene)).reserved).toBe(0);
    expect(await scene.events()).toEqual(['run.started.v1', 'ticket.paused.v1', 'run.held.v1']);
    expect((await send(scene, 2)).status).toBe(409);
    expect(requests).toHaveLength(1);
  });

  it('a ticket that is over gets no more answers', async () => {
    const scene = await openScene(db.store, { ticket: { status: 'cancelled' } });
    expect((await send(scene)).status).toBe(409);
  });

  it('malformed requests never reach the model', async () => {
    const { upstream, requests } = scripted(async () => streaming(whole(streamedText)));
    const scene = await openScene(db.store, { upstream });
    const bodies = ['{"model":', '{}', { ...ask, max_tokens: -1 }];
    for (const body of bodies) expect((await send(scene, 1, body)).status).toBe(400);
    const numbered = await scene.post('/v1/messages', ask, { 'x-omoi-call': 'seven' });
    expect((await errorOf(numbered)).error.type).toBe('invalid_request_error');
    expect(requests).toHaveLength(0);
  });

  it('holds whatever calls come at once', async () => {
    const calls = fc.array(fc.record({ maxTokens: fc.integer({ min: 1, max: 3000 }), fails: fc.boolean() }), {
      minLength: 1,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(calls, fc.integer({ min: 0, max: 60_000 }), async (calls, budgetMicros) => {
        const over: number[] = [];
        const { upstream, requests } = scripted(async (_, nth) => {
          const { limit, spent, reserved } = await balance(scene);
          if (spent + reserved > limit) over.push(spent + reserved - limit);
          return calls[nth - 1]?.fails
            ? { status: 500, headers: {}, body: whole('{}') }
            : streaming(whole(streamedText));
        });
        const scene = await openScene(db.store, { upstream, budgetMicros });
        // One run each: a refusal holds its run only.
        const runs = calls.map(() => ({ ...runOf(scene.ticket.id, scene.task.id), id: newId('run') }));
        await scene.store.transaction(async (tx) => {
          for (const run of runs) await tx.runs.insert(run);
        });
        // The prompt is long enough that the answer's 1,000 input tokens are within its worst case.
        const prompt = 'x'.repeat(2200);
        const statuses = await Promise.all(
          calls.map(async ({ maxTokens }, at) => {
            const authorization = `Bearer ${await scene.tokenOf(1, runs[at]?.id)}`;
            const body = {
              ...ask,
              max_tokens: 100 + maxTokens,
              messages: [{ role: 'user', content: prompt }],
            };
            const response = await scene.post('/v1/messages', body, { authorization, ...call(1) });
            await response.text();
            return response.status;
          }),
        );
        const { limit, spent, reserved } = await balance(scene);
        expect(over).toEqual([]);
        expect(spent).toBeLessThanOrEqual(limit);
        expect(reserved).toBe(0);
        expect(spent).toBe(statuses.filter((status) => status === 200).length * streamedAnswer.costMicros);
        expect(requests).toHaveLength(statuses.filter((status) => status !== 402).length);
      }),
      { numRuns: 25 },
    );
  });
});

it('neither token nor key appears in any answer or log', async () => {
  const { upstream } = scripted(async () => {
    throw new Error('sk-ant-api03-secretsecret');
  });
  const scene = await openScene(db.store, { upstream });
  const token = await scene.tokenOf();
  const responses = [
    await send(scene),
    await scene.post('/v1/run/steps', 'nonsense'),
    await scene.post('/v1/run/steps', `{"seq": "${token}"}`),
    await scene.post('/v1/messages', `{"model": ${token}}`),
    await scene.request('GET', '/v1/run', undefined, { authorization: `Bearer ${token}x` }),
  ];
  const said =
    (await Promise.all(responses.map((response) => response.text()))).join('\n') + scene.logged.join('\n');
  expect(said).not.toContain(token);
  expect(said).not.toContain('secretsecret');
});
