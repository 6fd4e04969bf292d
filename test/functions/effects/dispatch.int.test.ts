import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { newId } from '#adapters/ids/ids.ts';
import type { LoggedEvent } from '#core/events/catalogue.ts';
import { eventOf } from '#core/events/event.ts';
import type { TicketId } from '#core/id.ts';
import { createDispatcher, type Dispatcher, type Handle, notifying } from '#functions/effects/dispatch.ts';
import { openTestStore, type TestStore } from '#test/support/store.ts';

let opened: TestStore;
const running: Dispatcher[] = [];
beforeAll(async () => {
  opened = await openTestStore();
});
afterAll(() => opened.close());
afterEach(async () => {
  for (const dispatcher of running.splice(0)) await dispatcher.stop();
  await opened.store.transaction(async (tx) => {
    const left = await tx.outbox.unpublished(1000);
    await tx.outbox.markPublished(
      left.map(({ id }) => id),
      clock(),
    );
  });
});

const clock = () => new Date().toISOString();
const projectId = newId('project');

/** Two consumers read it: `scheduler`, then `console`. */
const done = (ticketId: TicketId, key: string) =>
  eventOf(
    { newId, projectId, ticketId, actor: 'platform', at: clock() },
    key,
    'ticket.execution_started.v1',
    {},
  );

const write = (...events: ReturnType<typeof done>[]) =>
  opened.store.transaction((tx) => tx.outbox.append(events));
const unpublished = async () => (await opened.store.view.outbox.unpublished(1000)).length;

function dispatcher(handle: Handle, log: string[] = []): Dispatcher {
  const made = createDispatcher({
    store: opened.store,
    handle,
    clock,
    log: (message) => log.push(message),
    // No test waits for a backoff.
    sleep: () => new Promise((resolve) => setImmediate(resolve)),
  });
  running.push(made);
  return made;
}

/** Writes down who got what, in order. */
function recorder() {
  const seen: string[] = [];
  const handle: Handle = async (consumer, event: LoggedEvent) => {
    seen.push(`${consumer} ${event.subject}`);
  };
  return { seen, handle };
}

it('delivers what was left before the start, in order, to each consumer once', async () => {
  const ticket = newId('ticket');
  await write(done(ticket, 'a'), done(ticket, 'b'));
  const { seen, handle } = recorder();
  const one = dispatcher(handle);
  one.notify();
  await one.idle();
  expect(seen).toEqual(['scheduler a', 'console a', 'scheduler b', 'console b']);
  expect(await unpublished()).toBe(0);
});

it('delivers after each commit when the store tells it, and is quiet otherwise', async () => {
  const { seen, handle } = recorder();
  const one = dispatcher(handle);
  const store = notifying(opened.store, one.notify);
  await store.transaction((tx) => tx.outbox.append([done(newId('ticket'), 'x')]));
  await one.idle();
  expect(seen).toHaveLength(2);
  await expect(store.transaction(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await one.idle();
  expect(seen).toHaveLength(2);
});

it('is told of a commit only when it has an event in it', async () => {
  let told = 0;
  const store = notifying(opened.store, () => {
    told += 1;
  });
  await store.transaction((tx) => tx.tickets.list({ limit: 1 }));
  await store.transaction((tx) => tx.outbox.append([]));
  expect(told).toBe(0);
  await store.transaction((tx) => tx.outbox.append([done(newId('ticket'), 'y')]));
  expect(told).toBe(1);
});

it('delivers again what a crash left between the effect and its mark', async () => {
  const ticket = newId('ticket');
  await write(done(ticket, 'a'));
  const before = recorder();
  // The host dies in the effect: the promise never comes back, and nothing is marked.
  const dead = createDispatcher({
    store: opened.store,
    handle: async (consumer, event) => {
      await before.handle(consumer, event);
      if (consumer === 'console') await new Promise(() => undefined);
    },
    clock,
    log: () => undefined,
  });
  dead.notify();
  while (before.seen.length < 2) await new Promise((resolve) => setImmediate(resolve));
  expect(await unpublished()).toBe(1);
  const { seen, handle } = recorder();
  const next = dispatcher(handle);
  next.notify();
  await next.idle();
  expect(seen).toEqual(['scheduler a', 'console a']);
  expect(await unpublished()).toBe(0);
});

it('tries a failing effect again without holding up other tickets or mixing up its own', async () => {
  const [bad, good] = [newId('ticket'), newId('ticket')];
  const { seen, handle } = recorder();
  const log: string[] = [];
  let failures = 0;
  let healed = false;
  const one = dispatcher(async (consumer, event) => {
    if (event.subject === 'bad 1' && !healed) {
      failures += 1;
      throw new Error('not yet');
    }
    await handle(consumer, event);
  }, log);
  await write(done(bad, 'bad 1'), done(bad, 'bad 2'), done(good, 'good'));
  one.notify();
  while (!seen.includes('console good') || failures < 3)
    await new Promise((resolve) => setImmediate(resolve));
  expect(seen).toEqual(['scheduler good', 'console good']);
  healed = true;
  await one.idle();
  expect(seen.slice(2)).toEqual(['scheduler bad 1', 'console bad 1', 'scheduler bad 2', 'console bad 2']);
  expect(log[0]).toBe('An effect failed and is tried again.');
});

it('reaches every ticket behind a long queue that does not move', async () => {
  const [stuck, free] = [newId('ticket'), newId('ticket')];
  const { seen, handle } = recorder();
  let release = () => {};
  const wait = new Promise<void>((resolve) => {
    release = resolve;
  });
  const one = dispatcher(async (consumer, event) => {
    if (event.ticketId === stuck) await wait;
    await handle(consumer, event);
  });
  await write(...Array.from({ length: 450 }, (_, index) => done(stuck, `s${index}`)), done(free, 'free'));
  one.notify();
  while (!seen.includes('console free')) await new Promise((resolve) => setImmediate(resolve));
  expect(seen).toEqual(['scheduler free', 'console free']);
  release();
  await one.idle();
  expect(seen).toHaveLength(902);
});

it('delivers each of many concurrent commits exactly once', async () => {
  const tickets = Array.from({ length: 5 }, () => newId('ticket'));
  const { seen, handle } = recorder();
  const one = dispatcher(handle);
  const store = notifying(opened.store, one.notify);
  const events = tickets.flatMap((ticket, t) =>
    Array.from({ length: 20 }, (_, i) => done(ticket, `${t}/${i}`)),
  );
  await Promise.all(events.map((event) => store.transaction((tx) => tx.outbox.append([event]))));
  await one.idle();
  expect(seen).toHaveLength(200);
  expect(new Set(seen).size).toBe(200);
});
