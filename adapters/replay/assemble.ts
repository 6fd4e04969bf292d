/** The finished answer of a model, put together again from what went over the wire. */
import { z } from 'zod';
import { createEventSplitter } from '#adapters/anthropic/events.ts';
import { Block } from '#core/run/step.ts';
import type { CassetteAnswer } from './cassette.ts';

const Message = z.object({ type: z.literal('message'), content: z.array(Block), stop_reason: z.string() });

const Delta = z.union([
  z.object({ type: z.literal('text_delta'), text: z.string() }),
  z.object({ type: z.literal('input_json_delta'), partial_json: z.string() }),
  z.object({ type: z.literal('thinking_delta'), thinking: z.string() }),
  z.object({ type: z.literal('signature_delta'), signature: z.string() }),
  z.looseObject({ type: z.string() }),
]);

const StreamData = z.discriminatedUnion('type', [
  z.object({ type: z.literal('content_block_start'), content_block: Block }),
  z.object({ type: z.literal('content_block_delta'), delta: Delta }),
  z.object({ type: z.literal('content_block_stop') }),
  z.object({ type: z.literal('message_delta'), delta: z.object({ stop_reason: z.string().nullable() }) }),
  z.object({ type: z.literal('message_stop') }),
]);
type StreamData = z.infer<typeof StreamData>;

interface Assembly {
  readonly content: Block[];
  block: Block | null;
  input: string;
  stopReason: string | null;
  complete: boolean;
}

/** The answer in a body, or null when it is none or broke off. */
export function assemble(contentType: string, body: Uint8Array): CassetteAnswer | null {
  return contentType.includes('text/event-stream') ? fromEvents(body) : fromJson(body);
}

function fromJson(body: Uint8Array): CassetteAnswer | null {
  const message = Message.safeParse(JSON.parse(new TextDecoder().decode(body)));
  return message.success ? { content: message.data.content, stopReason: message.data.stop_reason } : null;
}

function fromEvents(body: Uint8Array): CassetteAnswer | null {
  const assembly: Assembly = { content: [], block: null, input: '', stopReason: null, complete: false };
  for (const { data } of createEventSplitter().push(body)) {
    const event = StreamData.safeParse(JSON.parse(data));
    if (event.success) take(assembly, event.data);
  }
  const { content, stopReason, complete } = assembly;
  return complete ? { content, ...(stopReason === null ? {} : { stopReason }) } : null;
}

function take(assembly: Assembly, event: StreamData): void {
  switch (event.type) {
    case 'content_block_start':
      assembly.block = event.content_block;
      assembly.input = '';
      return;
    case 'content_block_delta':
      if (assembly.block) grow(assembly, assembly.block, event.delta);
      return;
    case 'content_block_stop':
      if (assembly.block) assembly.content.push(finished(assembly.block, assembly.input));
      assembly.block = null;
      return;
    case 'message_delta':
      assembly.stopReason = event.delta.stop_reason;
      return;
    case 'message_stop':
      assembly.complete = true;
      return;
    default:
      event satisfies never;
  }
}

function grow(assembly: Assembly, block: Block, delta: z.infer<typeof Delta>): void {
  if ('partial_json' in delta) {
    assembly.input += String(delta.partial_json);
    return;
  }
  for (const field of ['text', 'thinking', 'signature']) {
    const more = Object.entries(delta).find(([name]) => name === field)?.[1];
    if (typeof more === 'string') block[field] = `${String(block[field] ?? '')}${more}`;
  }
}

/** A tool call's input arrives as text. One that the model could not finish is kept as the API gives it back: empty. */
function finished(block: Block, input: string): Block {
  if (block.type !== 'tool_use' || input === '') return block;
  try {
    return { ...block, input: JSON.parse(input) };
  } catch (error) {
    if (error instanceof SyntaxError) return { ...block, input: {} };
    throw error;
  }
}
