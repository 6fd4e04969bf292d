/** A scripted model: answers as the Messages API streams them. */
import type { ServerResponse } from 'node:http';

export interface Said {
  readonly content: readonly Record<string, unknown>[];
  readonly stop?: string;
  readonly usage?: Partial<
    Record<
      'input_tokens' | 'output_tokens' | 'cache_read_input_tokens' | 'cache_creation_input_tokens',
      number
    >
  >;
  /** Ends the stream after this many events, without a word. */
  readonly cutAfter?: number;
  /** Falls silent after this many events. */
  readonly silentAfter?: number;
}
export interface Refused {
  readonly status: number;
  readonly error: Record<string, unknown>;
  readonly headers?: Record<string, string>;
}
export type Answer = Said | Refused;

export interface AskedRequest {
  readonly call: number;
  readonly body: string;
  readonly json: {
    model: string;
    system: { text: string; cache_control?: unknown }[];
    tools: { name: string }[];
    messages: { role: string; content: Record<string, unknown>[] }[];
  };
}

let ids = 0;
export function use(name: string, input: unknown, id = `toolu_${++ids}`): Record<string, unknown> {
  return { type: 'tool_use', id, name, input };
}
export const text = (words: string): Record<string, unknown> => ({ type: 'text', text: words });
export const calls = (...uses: Record<string, unknown>[]): Said => ({ content: uses });

export function eventsOf({ content, stop, usage }: Said): [string, object][] {
  const stopReason = stop ?? (content.some((block) => block.type === 'tool_use') ? 'tool_use' : 'end_turn');
  const start = {
    input_tokens: 10,
    output_tokens: 1,
    cache_read_input_tokens: 0,
    cache_creation_input_tokens: 0,
    ...usage,
  };
  return [
    [
      'message_start',
      {
        message: {
          id: 'msg',
          type: 'message',
          role: 'assistant',
          model: 'm',
          content: [],
          stop_reason: null,
          usage: start,
        },
      },
    ],
    ...content.flatMap((block, index): [string, object][] => blockEvents(block, index)),
    [
      'message_delta',
      {
        delta: { stop_reason: stopReason, stop_sequence: null },
        usage: { output_tokens: usage?.output_tokens ?? 20 },
      },
    ],
    ['message_stop', {}],
  ];
}

function blockEvents(block: Record<string, unknown>, index: number): [string, object][] {
  const stop: [string, object] = ['content_block_stop', { index }];
  if (block.type === 'tool_use') {
    const json = typeof block.input === 'string' ? block.input : JSON.stringify(block.input);
    const half = Math.ceil(json.length / 2);
    return [
      ['content_block_start', { index, content_block: { ...block, input: {} } }],
      [
        'content_block_delta',
        { index, delta: { type: 'input_json_delta', partial_json: json.slice(0, half) } },
      ],
      ['content_block_delta', { index, delta: { type: 'input_json_delta', partial_json: json.slice(half) } }],
      stop,
    ];
  }
  if (block.type === 'thinking') {
    return [
      ['content_block_start', { index, content_block: { type: 'thinking', thinking: '', signature: '' } }],
      ['content_block_delta', { index, delta: { type: 'thinking_delta', thinking: block.thinking } }],
      ['content_block_delta', { index, delta: { type: 'signature_delta', signature: block.signature } }],
      stop,
    ];
  }
  return [
    ['content_block_start', { index, content_block: { type: 'text', text: '' } }],
    ['content_block_delta', { index, delta: { type: 'text_delta', text: block.text } }],
    stop,
  ];
}

export function send(response: ServerResponse, answer: Answer): void {
  if ('status' in answer) {
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(JSON.stringify({ type: 'error', error: answer.error }));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const events = eventsOf(answer);
  const shown = events.slice(0, answer.cutAfter ?? answer.silentAfter ?? events.length);
  for (const [event, data] of shown) {
    response.write(`event: ${event}\ndata: ${JSON.stringify({ type: event, ...data })}\n\n`);
  }
  if (answer.silentAfter === undefined) response.end();
}
