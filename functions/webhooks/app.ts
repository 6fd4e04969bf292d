/** The door for GitHub's webhooks: looks at the signature of the raw body, hands the delivery on, and answers at once. */
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Delivery } from '#adapters/github/listener.ts';
import { isGenuine } from '#adapters/github/webhooks.ts';

/** What the door needs. */
export interface WebhookDeps {
  /** Null: none is set, and every delivery is refused. */
  readonly secret: () => Promise<string | null>;
  /** Keeps the delivery and returns; it is worked on afterwards, at least once. On AWS a queue, on one machine a folder. */
  readonly handOn: (delivery: Delivery) => Promise<void>;
  /** Of a body. @default 25 MB, the most that GitHub sends; what we read of it is small */
  readonly maxBytes?: number;
}

const mostOfGitHub = 25 * 1024 * 1024;

/** Signed, and yet nothing that can be read. */
const notJson =
  'This webhook sends forms. Set its content type to application/json in the settings of the repository.';

function isJson(body: string): boolean {
  try {
    JSON.parse(body);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** `POST /webhooks/github`. 202 when it was taken, 401 when it is not GitHub's. */
export function createWebhooks({ secret, handOn, maxBytes = mostOfGitHub }: WebhookDeps): Hono {
  const app = new Hono();
  app.post('/webhooks/github', bodyLimit({ maxSize: maxBytes }), async (context) => {
    const body = await context.req.text();
    // What signs nothing cannot be looked at.
    if (body === '') return context.json({ detail: 'The body is empty.' }, 400);
    const known = await secret();
    const signature = context.req.header('x-hub-signature-256');
    if (known === null || !(await isGenuine(known, body, signature)))
      return context.json({ detail: 'The signature does not fit.' }, 401);
    if (context.req.header('content-type')?.startsWith('application/x-www-form-urlencoded'))
      return context.json({ detail: notJson }, 415);
    const id = context.req.header('x-github-delivery') ?? '';
    const event = context.req.header('x-github-event') ?? '';
    if (!/^[A-Za-z0-9-]{1,100}$/.test(id) || !/^[a-z_]{1,50}$/.test(event))
      return context.json({ detail: 'This is no delivery of GitHub.' }, 400);
    if (!isJson(body)) return context.json({ detail: 'The body is not JSON.' }, 400);
    if (event === 'ping') return context.json({ detail: 'Here we are.' }, 200);
    await handOn({ id, event, body });
    return context.json({ detail: 'Taken.' }, 202);
  });
  return app;
}
