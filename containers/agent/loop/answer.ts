/** Puts one streamed answer of the Messages API together, block by block, exactly as it was sent. */
import type { RawMessageStreamEvent } from '@anthropic-ai/sdk/resources/messages';
import type { Usage } from '#core/cost/ledger.ts';
import { Block } from '#core/run/step.ts';

/** One full answer of the model. */
export interface Answer {
  readonly content: readonly Block[];
  readonly stopReason: string | null;
  readonly usage: Usage;
}

/** The key that holds a tool's input when the model wrote something that is no JSON; the schema then refuses it in words. */
export const malformedInput = 'malformed_json';

/** Takes events in order; `answer` is null until the stream said that it is complete. */
export function collectAnswer() {
  const blocks: Record<string, unknown>[] = [];
  const partial = new Map<number, string>();
  let stopReason: string | null = null;
  let usage: Usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  let complete = false;
  const take = (event: RawMessageStreamEvent): void => {
    switch (event.type) {
      case 'message_start': {
        const start = event.message.usage;
        usage = {
          input: start.input_tokens,
          output: start.output_tokens,
          cacheRead: start.cache_read_input_tokens ?? 0,
          cacheWrite: start.cache_creation_input_tokens ?? 0,
        };
        return;
      }
      case 'content_block_start':
        blocks[event.index] = { ...event.content_block };
        return;
      case 'content_block_delta':
        if (event.delta.type === 'input_json_delta') {
          partial.set(event.index, (partial.get(event.index) ?? '') + event.delta.partial_json);
        } else applyDelta(blocks[event.index], event.delta);
        return;
      case 'content_block_stop': {
        const json = partial.get(event.index);
        const block = blocks[event.index];
        if (json !== undefined && json !== '' && block) block.input = parseInput(json);
        return;
      }
      case 'message_delta':
        stopReason = event.delta.stop_reason;
        usage = {
          input: event.usage.input_tokens ?? usage.input,
          output: event.usage.output_tokens,
          cacheRead: event.usage.cache_read_input_tokens ?? usage.cacheRead,
          cacheWrite: event.usage.cache_creation_input_tokens ?? usage.cacheWrite,
        };
        return;
      case 'message_stop':
        complete = true;
        return;
      default:
        // A kind of event that this code does not know yet carries nothing that it needs.
        return;
    }
  };
  return {
    take,
    answer: (): Answer | null =>
      complete ? { content: blocks.map((block) => Block.parse(block)), stopReason, usage } : null,
  };
}

type Delta = Extract<RawMessageStreamEvent, { type: 'content_block_delta' }>['delta'];

function applyDelta(block: Record<string, unknown> | undefined, delta: Delta): void {
  if (!block) return;
  switch (delta.type) {
    case 'text_delta':
      block.text = `${block.text ?? ''}${delta.text}`;
      return;
    case 'thinking_delta':
      block.thinking = `${block.thinking ?? ''}${delta.thinking}`;
      return;
    case 'signature_delta':
      block.signature = delta.signature;
      return;
    case 'citations_delta':
      block.citations = [...(Array.isArray(block.citations) ? block.citations : []), delta.citation];
      return;
    default:
      return;
  }
}

function parseInput(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError) return { [malformedInput]: json };
    throw error;
  }
}
