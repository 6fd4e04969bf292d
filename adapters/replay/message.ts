/** An answer of a cassette as the Messages API would send it: as one JSON body, or as a stream of events. */
import { createHash } from 'node:crypto';
import type { Usage } from '#core/cost/ledger.ts';
import type { Block } from '#core/run/step.ts';
import type { CassetteAnswer } from './cassette.ts';
import { tokensOf } from './prompt-cache.ts';

/** Characters in a piece of a streamed block: small enough that a client really has to join them, large enough to be few. */
const pieceLength = 400;

/** What an answer is made from. `place` is unique to cassette, key and turn: ids follow from it. */
export interface Played {
  readonly place: string;
  readonly model: string;
  readonly answer: CassetteAnswer;
  readonly usage: Omit<Usage, 'output'>;
}

/** The finished message. */
export function messageOf({ place, model, answer, usage }: Played): Record<string, unknown> {
  const content = answer.content.map((block, index) => identified(block, `${place}/${index}`));
  return {
    ...opened({ place, model, usage }),
    content,
    stop_reason: stopReasonOf(answer),
    usage: wireUsage(usage, outputTokens(content)),
  };
}

/** The events of the message, each as text. */
export function* eventsOf(played: Played): Generator<string> {
  const content = played.answer.content.map((block, index) => identified(block, `${played.place}/${index}`));
  yield event({
    type: 'message_start',
    message: { ...opened(played), content: [], stop_reason: null, usage: wireUsage(played.usage, 1) },
  });
  yield event({ type: 'ping' });
  for (const [index, block] of content.entries()) {
    yield event({ type: 'content_block_start', index, content_block: emptied(block) });
    for (const delta of deltasOf(block)) yield event({ type: 'content_block_delta', index, delta });
    yield event({ type: 'content_block_stop', index });
  }
  yield event({
    type: 'message_delta',
    delta: { stop_reason: stopReasonOf(played.answer), stop_sequence: null },
    usage: wireUsage(played.usage, outputTokens(content)),
  });
  yield event({ type: 'message_stop' });
}

function opened({ place, model }: Pick<Played, 'place' | 'model' | 'usage'>): Record<string, unknown> {
  return { id: idOf('msg', place), type: 'message', role: 'assistant', model, stop_sequence: null };
}

function event(data: Record<string, unknown>): string {
  return `event: ${String(data.type)}\ndata: ${JSON.stringify(data)}\n\n`;
}

function wireUsage(usage: Omit<Usage, 'output'>, output: number): Record<string, number> {
  return {
    input_tokens: usage.input,
    cache_creation_input_tokens: usage.cacheWrite,
    cache_read_input_tokens: usage.cacheRead,
    output_tokens: output,
  };
}

function stopReasonOf({ content, stopReason }: CassetteAnswer): string {
  return stopReason ?? (content.some((block) => block.type === 'tool_use') ? 'tool_use' : 'end_turn');
}

/** Tool calls written without an id get one that is the same each time. */
function identified(block: Block, place: string): Block {
  return block.type === 'tool_use' && block.id === undefined ? { ...block, id: idOf('toolu', place) } : block;
}

function idOf(prefix: string, place: string): string {
  return `${prefix}_${createHash('sha256').update(place).digest('hex').slice(0, 24)}`;
}

function outputTokens(content: readonly Block[]): number {
  const characters = content.reduce((sum, block) => sum + spoken(block).length, 0);
  return Math.max(1, tokensOf(characters));
}

/** What of a block the model had to write. */
function spoken(block: Block): string {
  const text = block.text ?? block.thinking;
  return typeof text === 'string' ? text : JSON.stringify([block.name, block.input]);
}

function emptied(block: Block): Block {
  if (block.type === 'text') return { ...block, text: '' };
  if (block.type === 'tool_use') return { ...block, input: {} };
  if (block.type === 'thinking') return { ...block, thinking: '', signature: '' };
  return block;
}

function deltasOf(block: Block): Record<string, unknown>[] {
  if (block.type === 'text') return pieces(block.text).map((text) => ({ type: 'text_delta', text }));
  if (block.type === 'tool_use') {
    // The API opens with an empty piece: a client that cannot take it should fail here too.
    const input = ['', ...pieces(JSON.stringify(block.input ?? {}))];
    return input.map((json) => ({ type: 'input_json_delta', partial_json: json }));
  }
  if (block.type === 'thinking') {
    const thinking = pieces(block.thinking).map((piece) => ({ type: 'thinking_delta', thinking: piece }));
    return [...thinking, { type: 'signature_delta', signature: block.signature ?? '' }];
  }
  return [];
}

/** By code point: half a surrogate pair is no UTF-8. */
function pieces(text: unknown): string[] {
  const points = [...(typeof text === 'string' ? text : '')];
  const count = Math.ceil(points.length / pieceLength);
  return Array.from({ length: count }, (_, at) =>
    points.slice(at * pieceLength, (at + 1) * pieceLength).join(''),
  );
}
