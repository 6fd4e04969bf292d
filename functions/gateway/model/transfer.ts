/**
 * Carries an answer from the upstream to a relay, byte for byte. The last bytes of a full answer wait until `settle` is
 * through, so that no client ever holds an answer that was not charged and kept.
 */
import { createEventSplitter, type StreamEvent } from '#adapters/anthropic/events.ts';
import { createUsageMeter, usageOfMessage } from '#adapters/anthropic/usage.ts';
import type { UpstreamResponse } from '#core/agent/upstream.ts';
import type { Spent } from './account.ts';
import type { Relay } from './relay.ts';

/** 64 MB: an answer of a model has less than one; what is longer is no answer. */
const maxAnswerBytes = 64 * 1024 * 1024;

/**
 * How an answer ended. A broken one leaves the relay open: `billed` tells whether it had said what it used, `told`
 * whether the stream itself ended with an error that says so.
 */
export type Transferred =
  | { readonly type: 'settled' }
  | { readonly type: 'passed' }
  | { readonly type: 'broken'; readonly billed: boolean; readonly told: boolean };

/** Passes an answer that costs nothing, such as an error. */
export async function pass(response: UpstreamResponse, relay: Relay): Promise<Transferred> {
  for await (const piece of bounded(response.body)) relay.push(piece);
  relay.end();
  return { type: 'passed' };
}

/** Passes a success, settles it, and only then lets it end. Throws what the upstream's body or `settle` throws. */
export async function passSettled(
  response: UpstreamResponse,
  relay: Relay,
  settle: (spent: Spent) => Promise<void>,
): Promise<Transferred> {
  const contentType = response.headers['content-type'] ?? '';
  const answer = { status: response.status, contentType };
  if (contentType.includes('text/event-stream')) return streamed(response, answer, relay, settle);
  const pieces: Uint8Array[] = [];
  for await (const piece of bounded(response.body)) pieces.push(piece);
  const bytes = Buffer.concat(pieces);
  const body = bytes.toString('utf8');
  await settle({ ...answer, body, usage: usageOfMessage(body) });
  relay.push(bytes);
  relay.end();
  return { type: 'settled' };
}

async function streamed(
  response: UpstreamResponse,
  answer: Pick<Spent, 'status' | 'contentType'>,
  relay: Relay,
  settle: (spent: Spent) => Promise<void>,
): Promise<Transferred> {
  const meter = createUsageMeter();
  const all: Uint8Array[] = [];
  const tail: Uint8Array[] = [];
  let refused = false;
  const take = (event: StreamEvent) => {
    meter.see(event);
    if (event.name === 'error') refused = true;
    if (tail.length > 0 || event.name === 'message_stop') tail.push(event.bytes);
    else relay.push(event.bytes);
  };
  const rest = await split(response.body, all, take);
  if (rest === null || tail.length === 0) {
    if (rest) relay.push(rest);
    return { type: 'broken', billed: meter.usage() !== null, told: rest !== null && refused };
  }
  await settle({ ...answer, body: Buffer.concat(all).toString('utf8'), usage: meter.usage() });
  for (const bytes of [...tail, rest]) relay.push(bytes);
  relay.end();
  return { type: 'settled' };
}

/** Feeds every event to `take`; gives what was left over, or null when the connection broke. */
async function split(
  body: AsyncIterable<Uint8Array>,
  all: Uint8Array[],
  take: (event: StreamEvent) => void,
): Promise<Uint8Array | null> {
  const splitter = createEventSplitter();
  try {
    for await (const piece of bounded(body)) {
      all.push(piece);
      for (const event of splitter.push(piece)) take(event);
    }
    return splitter.rest();
  } catch (error) {
    // Whatever broke it off (a socket, a time limit), the client learns by being cut off itself.
    if (error instanceof Error) return null;
    throw error;
  }
}

async function* bounded(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.length;
    if (bytes > maxAnswerBytes) throw new Error(`The answer is longer than ${maxAnswerBytes} bytes.`);
    yield piece;
  }
}
