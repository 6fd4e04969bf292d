/** What may go wrong on AWS, done to a ticket on its road: in the end nothing of it is to be seen. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createEventBus } from '#adapters/eventbridge/bus.ts';
import { createStore } from '#adapters/postgres/store.ts';
import { bellOf, createDoorbells } from '#adapters/sqs/doorbells.ts';
import { type Installation, tell } from './installation.ts';

export interface Faults {
  /** What was done, for the report. */
  readonly done: { doubled: number; throttled: number; timedOut: number; killed: number };
  close(): Promise<void>;
}

/** Begins to do harm; `close` ends it. */
export async function openFaults(installation: Installation): Promise<Faults> {
  const done = { doubled: 0, throttled: 0, timedOut: 0, killed: 0 };
  const door = await openDoor(installation.emulator.url, async (action) => {
    if (action.endsWith('.RunTask') && done.throttled < refusals) {
      done.throttled += 1;
      return { __type: 'ThrottlingException', message: 'Rate exceeded' };
    }
    if (action.endsWith('.PutEvents') && done.timedOut === 0) {
      // The steps publish what they have committed: the function is gone before its call comes back.
      done.timedOut += 1;
      await sleep((stepSeconds + 3) * 1000);
    }
    return null;
  });
  await tell(installation.aws, 'effects', { AWS_ENDPOINT_URL_ECS: door.url });
  await tell(installation.aws, 'steps', { AWS_ENDPOINT_URL_EVENTBRIDGE: door.url }, stepSeconds);
  const over = new AbortController();
  const loops = [
    repeat(over.signal, async () => {
      done.doubled += await double(installation, done.doubled);
    }),
    repeat(over.signal, async () => {
      // One sandbox, once it has begun to work.
      if (done.killed > 0 || installation.fargate.started < 4) return;
      if (await installation.fargate.kill()) done.killed += 1;
    }),
  ];
  return {
    done,
    async close() {
      over.abort();
      await Promise.all(loops);
      const { aws, emulator } = installation;
      await tell(aws, 'effects', { AWS_ENDPOINT_URL_ECS: emulator.url });
      await tell(aws, 'steps', { AWS_ENDPOINT_URL_EVENTBRIDGE: emulator.url }, usualSeconds);
      await door.close();
    },
  };
}

/** Milliseconds between two acts: some act falls into each phase. */
const pauseMs = 2500;

async function repeat(signal: AbortSignal, act: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await act();
    await sleep(pauseMs);
  }
}

/** The newest events once more, the last first: on the bus, and as doorbells that SQS does not know for the same. */
async function double({ aws, database }: Installation, time: number): Promise<number> {
  const { view } = createStore(database, { clock: () => new Date().toISOString() });
  const last = await view.outbox.lastCursor();
  const events = (await view.outbox.list({ after: Math.max(0, last - 3), limit: 3 })).reverse();
  if (events.length === 0) return 0;
  await createEventBus(new EventBridgeClient(aws), { name: 'omoios-dev' }).publish(events);
  const sqs = new SQSClient(aws);
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand());
  const queue = QueueUrls.find((url) => url.includes('WakeupsQueue')) ?? '';
  const bells = createDoorbells(sqs, queue);
  for (const event of events) await bells.ringAgain(bellOf(event), `again-${time}`);
  return events.length * 2;
}

/** How many of the first calls of RunTask are refused. The SDK tries three times: two doorbells come again for it. */
const refusals = 7;

/** What a function may take while the emulator is disturbed: a cold start on a busy machine fits in. */
const stepSeconds = 15;
/** What the stack gives a step. */
const usualSeconds = 120;

type Refusal = { readonly __type: string; readonly message: string };

/** The emulator behind a door that refuses or holds up some calls. */
async function openDoor(target: string, stop: (action: string) => Promise<Refusal | null>) {
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(Buffer.from(piece));
    const action = String(request.headers['x-amz-target'] ?? '');
    const refusal = await stop(action);
    if (refusal) {
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(refusal));
      return;
    }
    const headers = Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
      value === undefined || /^(host|connection|content-length)$/.test(name) ? [] : [[name, String(value)]],
    );
    const through = await fetch(`${target}${request.url ?? '/'}`, {
      method: request.method ?? 'POST',
      headers,
      body: Buffer.concat(pieces),
    });
    response.writeHead(through.status, { 'content-type': through.headers.get('content-type') ?? '' });
    response.end(Buffer.from(await through.arrayBuffer()));
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) =>
      response.destroy(error instanceof Error ? error : undefined),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
