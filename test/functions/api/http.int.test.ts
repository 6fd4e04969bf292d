import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { StoreUnavailable } from '#adapters/postgres/errors.ts';
import { routes } from '#core/api/routes.ts';
import { InvalidInput } from '#core/errors.ts';
import type { Store } from '#core/store.ts';
import { connected, type FrontDoor, openFrontDoor, submitted } from './front-door.ts';

let door: FrontDoor;
beforeAll(async () => {
  door = await openFrontDoor();
});
beforeEach(() => door.clear());
afterAll(() => door.close());

const post = (path: string, body: string) => door.fetch(path, { method: 'POST', body });

test('the same key with the same request gets the same answer, and one row', async () => {
  const { id } = await connected(door);
  const ask = { body: { projectId: id, title: 'Coupons' }, key: 'one' };
  const first = await door.ask('submitTicket', ask);
  const again = await door.ask('submitTicket', ask);
  expect([first.status, again.status]).toEqual([201, 201]);
  expect(await again.json()).toEqual(await first.json());
  expect((await door.ok('listTickets')).items).toHaveLength(1);
});

test('twins that come at once make one row, and the loser can only be told to ask again', async () => {
  const { id } = await connected(door);
  const ask = { body: { projectId: id, title: 'Coupons' }, key: 'one' };
  const answers = await Promise.all([1, 2, 3].map(() => door.ask('submitTicket', ask)));
  expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
  expect((await door.ok('listTickets')).items).toHaveLength(1);
  expect((await door.ask('submitTicket', ask)).status).toBe(201);
});

test('a key that was used for another request, or by another person, is refused', async () => {
  const { id } = await connected(door);
  await door.ok('submitTicket', { body: { projectId: id, title: 'One' }, key: 'one' });
  const other = { body: { projectId: id, title: 'Two' }, key: 'one' };
  expect(await door.refused('submitTicket', other)).toMatchObject({ status: 422, code: 'key-reused' });
  const person = { body: { projectId: id, title: 'One' }, key: 'one', as: 'Grace' };
  expect((await door.refused('submitTicket', person)).code).toBe('key-reused');
  expect((await door.ok('listTickets')).items).toHaveLength(1);
});

test('a key is forgotten with a request that failed', async () => {
  const key = 'one';
  expect((await door.refused('connectProject', { body: { name: 'X', repo: '/srv/gone' }, key })).status).toBe(
    422,
  );
  expect((await door.ok('connectProject', { body: { name: 'X', repo: '/srv/shop' }, key })).name).toBe('X');
});

test('a repeated connection gets its answer, though the repository is gone by now', async () => {
  const ask = { body: { name: 'Shop', repo: '/srv/shop' }, key: 'one' };
  const first = await door.ok('connectProject', ask);
  const known = door.forge.repos.get('/srv/shop');
  door.forge.repos.clear();
  expect(await door.ok('connectProject', ask)).toEqual(first);
  if (known) door.forge.repos.set('/srv/shop', known);
});

test.each(['{', 'null', '[]', '"text"', '{"name":', 'name=Shop'])('the body %s is refused', async (body) => {
  const response = await post('/v1/projects', body);
  expect(response.status).toBe(422);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(await response.json()).toMatchObject({ code: 'invalid-input' });
});

test('text that no database can hold is refused', async () => {
  const { id } = await connected(door);
  for (const title of ['a\u0000b', 'half \ud800 pair']) {
    const body = JSON.stringify({ projectId: id, title });
    expect((await post('/v1/tickets', body)).status).toBe(422);
  }
  const whole = await door.ok('submitTicket', { body: { projectId: id, title: 'A whole 🛒 and \\u0000' } });
  expect(whole.title).toBe('A whole 🛒 and \\u0000');
});

test('a body of more than 1 MB is too large', async () => {
  const response = await post('/v1/projects', JSON.stringify({ name: 'x'.repeat(1_000_001) }));
  expect(response.status).toBe(413);
  expect(await response.json()).toMatchObject({ code: 'too-large', status: 413 });
});

test('a route that takes no body takes none, or an empty object', async () => {
  const { id } = await submitted(door);
  expect((await post(`/v1/tickets/${id}/pause`, '')).status).toBe(200);
  expect((await post(`/v1/tickets/${id}/pause`, '{}')).status).toBe(200);
  expect((await post(`/v1/tickets/${id}/pause`, '{"minutes": 5}')).status).toBe(422);
  expect((await post(`/v1/tickets/${id}/pause`, '{')).status).toBe(422);
});

test.each(['/v1/nothing', '/v1', '/v1/tickets/TKT-1/nothing', '/nothing'])(
  'there is no %s, says a problem',
  async (path) => {
    const response = await door.fetch(path, { method: 'DELETE' });
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ code: 'not-found', detail: `There is no DELETE ${path}.` });
  },
);

test('health tells the version, the model and where a live view begins', async () => {
  await submitted(door);
  const health = await door.ok('health');
  expect(health).toMatchObject({ status: 'ok', version: '1.2.3', model: { replayed: true } });
  expect(health.cursor).toBe(await door.store.view.outbox.lastCursor());
});

test('the description is OpenAPI 3.1 with every route, and every reference in it leads somewhere', async () => {
  const response = await door.fetch('/openapi.json');
  expect(response.status).toBe(200);
  const text = await response.text();
  const description = JSON.parse(text);
  expect(description).toMatchObject({ openapi: '3.1.0', info: { title: 'OmoiOS', version: '1.2.3' } });
  const operations = Object.values<Record<string, { operationId: string }>>(description.paths)
    .flatMap((path) => Object.values(path))
    .map(({ operationId }) => operationId);
  expect(operations.sort()).toEqual(Object.keys(routes).sort());
  for (const [, ref = ''] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
    const target = ref.split('/').reduce((node, step) => node?.[step], description);
    expect(target, ref).toBeDefined();
  }
  for (const [path, verbs] of Object.entries<Record<string, { parameters?: { name: string; in: string }[] }>>(
    description.paths,
  )) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    for (const { parameters = [] } of Object.values(verbs))
      expect(parameters.filter(({ in: where }) => where === 'path').map(({ name }) => name)).toEqual(named);
  }
  expect(description.paths['/v1/tickets'].post.responses).toHaveProperty('201');
  expect(description.paths['/v1/tickets'].get.responses).toHaveProperty('200');
});

/** The store with a fault in one of its reads. */
async function withFault(fault: () => never, check: (broken: FrontDoor) => Promise<void>): Promise<void> {
  const projects = { list: fault, get: fault, byRepo: fault };
  const store = (whole: Store): Store => ({ ...whole, view: { ...whole.view, projects } });
  const broken = await openFrontDoor({ store });
  try {
    await check(broken);
  } finally {
    await broken.close();
  }
}

test('a store that is away is 503 with the time to come again, and is logged', async () => {
  const fault = () => {
    throw new StoreUnavailable('The database is starting.');
  };
  await withFault(fault, async (broken) => {
    const response = await broken.ask('listProjects');
    expect(response.status).toBe(503);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await response.json()).toMatchObject({ code: 'store-unavailable' });
    expect(broken.logged).toHaveLength(1);
  });
});

test('an error of ours is 500 without a word of what it was, and is logged', async () => {
  const fault = () => {
    throw new Error('password=hunter2');
  };
  await withFault(fault, async (broken) => {
    const response = await broken.ask('listProjects');
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('hunter2');
    expect(broken.logged).toHaveLength(1);
  });
});

test('a refusal is not logged as an error', async () => {
  await door.refused('getTicket', { params: { ticket: 'nope' } });
  expect(door.logged).toEqual([]);
});

test('data of an outcome never takes the place of the members of its problem', async () => {
  const fault = () => {
    throw new InvalidInput('No.', {
      status: 'asleep',
      type: 'x',
      code: 'y',
      title: 'z',
      detail: 'w',
      extra: 1,
    });
  };
  await withFault(fault, async (broken) => {
    expect(await broken.refused('listProjects')).toEqual({
      type: 'about:blank#invalid-input',
      title: 'Invalid input',
      status: 422,
      detail: 'No.',
      code: 'invalid-input',
      extra: 1,
    });
  });
});
