/** What an answer of the Messages API says it used, streamed or not. */
import { z } from 'zod';
import type { Usage } from '#core/cost/ledger.ts';
import { jsonIn } from '#core/json.ts';
import type { StreamEvent } from './events.ts';

const count = z.number().int().nonnegative().nullish();

const UsageBlock = z.object({
  input_tokens: count,
  output_tokens: count,
  cache_read_input_tokens: count,
  cache_creation_input_tokens: count,
});
type UsageBlock = z.infer<typeof UsageBlock>;

const MessageStart = z.object({ type: z.literal('message_start'), message: z.object({ usage: UsageBlock }) });
const MessageDelta = z.object({ type: z.literal('message_delta'), usage: UsageBlock });
const Message = z.object({ type: z.literal('message'), usage: UsageBlock });

/** Adds up the usage of a stream from its events. */
export interface UsageMeter {
  /** Takes one event; those that say nothing about usage are passed over. */
  see(event: StreamEvent): void;
  /** What was used as far as is known; null before the first word about it. */
  usage(): Usage | null;
}

/** `message_start` tells the prompt's part; `message_delta` tells running totals, so the last one counts. */
export function createUsageMeter(): UsageMeter {
  let seen: UsageBlock | null = null;
  return {
    see: ({ name, data }) => {
      if (name !== 'message_start' && name !== 'message_delta') return;
      const event = jsonIn(data);
      const start = MessageStart.safeParse(event);
      const delta = MessageDelta.safeParse(event);
      if (start.success) seen = start.data.message.usage;
      else if (delta.success) seen = { ...seen, ...stated(delta.data.usage) };
    },
    usage: () => (seen === null ? null : usageFrom(seen)),
  };
}

/** The usage of an answer that came in one piece; null when it is no message. */
export function usageOfMessage(body: string): Usage | null {
  const message = Message.safeParse(jsonIn(body));
  return message.success ? usageFrom(message.data.usage) : null;
}

function stated(block: UsageBlock): UsageBlock {
  return Object.fromEntries(Object.entries(block).filter(([, value]) => typeof value === 'number'));
}

function usageFrom(block: UsageBlock): Usage {
  return {
    input: block.input_tokens ?? 0,
    output: block.output_tokens ?? 0,
    cacheRead: block.cache_read_input_tokens ?? 0,
    cacheWrite: block.cache_creation_input_tokens ?? 0,
  };
}
