import { createHmac } from 'node:crypto';
import { sign } from '@octokit/webhooks-methods';
import { expect, it } from 'vitest';
import type { Delivery } from '#adapters/github/listener.ts';
import { createWebhooks } from '#functions/webhooks/app.ts';

const body = '{"action":"closed"}';

function door(secret: string | null = 's3cret', maxBytes?: number) {
  const taken: Delivery[] = [];
  const app = createWebhooks({
    secret: async () => secret,
    handOn: async (delivery) => void taken.push(delivery),
    ...(maxBytes === undefined ? {} : { maxBytes }),
  });
  const post = async (text: string, headers: Record<string, string> = {}) =>
    app.request('/webhooks/github', {
      method: 'POST',
      body: text,
      headers: {
        'x-hub-signature-256': await sign('s3cret', body),
        'x-github-delivery': 'd-1',
        'x-github-event': 'pull_request',
        ...headers,
      },
    });
  return { taken, post };
}

it('hands a signed delivery on as it came, and answers a ping', async () => {
  const { taken, post } = door();
  expect((await post(body)).status).toBe(202);
  expect((await post(body, { 'x-github-event': 'ping' })).status).toBe(200);
  expect(taken).toEqual([{ id: 'd-1', event: 'pull_request', body }]);
});

it('refuses another body, another secret, no signature, and anything while no secret is set', async () => {
  const { taken, post } = door();
  expect((await post(`${body} `)).status).toBe(401);
  expect((await post(body, { 'x-hub-signature-256': await sign('other', body) })).status).toBe(401);
  expect((await post(body, { 'x-hub-signature-256': '' })).status).toBe(401);
  expect((await door(null).post(body)).status).toBe(401);
  expect((await post(body, { 'x-github-delivery': '../../x' })).status).toBe(400);
  expect(taken).toEqual([]);
});

it('refuses an empty body, and what is signed and no JSON', async () => {
  const { taken, post } = door();
  const signed = async (text: string) =>
    post(text, {
      'x-hub-signature-256': `sha256=${createHmac('sha256', 's3cret').update(text).digest('hex')}`,
    });
  expect((await signed(body)).status).toBe(202);
  for (const text of ['', '{', 'closed']) expect((await signed(text)).status).toBe(400);
  expect(taken).toHaveLength(1);
});

it('refuses what is larger than its place takes, and says what to do about a webhook that sends forms', async () => {
  expect((await door('s3cret', 10).post(body)).status).toBe(413);
  const { taken, post } = door();
  const form = await post(body, { 'content-type': 'application/x-www-form-urlencoded' });
  expect([form.status, await form.text()]).toEqual([415, expect.stringContaining('application/json')]);
  expect(taken).toEqual([]);
});
