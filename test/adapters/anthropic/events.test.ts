import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEventSplitter } from '#adapters/anthropic/events.ts';
import { createUsageMeter, usageOfMessage } from '#adapters/anthropic/usage.ts';

const event = (name: string, data: unknown, end = '\n') =>
  `event: ${name}${end}data: ${JSON.stringify(data)}${end}${end}`;

describe('cutting a stream into events', () => {
  it('gives the same events and keeps every byte, wherever the pieces end', () => {
    const data = fc.record({ text: fc.string({ unit: 'grapheme' }) });
    const stream = fc.array(fc.tuple(data, fc.constantFrom('\n', '\r\n')), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(
        stream,
        fc.string({ maxLength: 5 }),
        fc.array(fc.nat(400), { maxLength: 20 }),
        (events, rest, cuts) => {
          const tail = rest.replaceAll('\n', '').replaceAll('\r', '');
          const bytes = Buffer.from(events.map(([data, end]) => event('delta', data, end)).join('') + tail);
          const at = [
            0,
            ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b),
            bytes.length,
          ];
          const splitter = createEventSplitter();
          const found = at
            .slice(1)
            .flatMap((end, index) => splitter.push(bytes.subarray(at[index] ?? 0, end)));
          expect(found.map(({ data }) => JSON.parse(data))).toEqual(events.map(([data]) => data));
          expect(Buffer.concat([...found.map(({ bytes }) => bytes), splitter.rest()])).toEqual(bytes);
        },
      ),
    );
  });

  it('takes comments, a missing name and data on several lines', () => {
    const events = createEventSplitter().push(Buffer.from(': ping\n\ndata: a\ndata: b\n\n'));
    expect(events.map(({ name, data }) => [name, data])).toEqual([
      ['message', ''],
      ['message', 'a\nb'],
    ]);
  });
});

describe('usage', () => {
  it('of a stream is its beginning with the last totals', () => {
    const meter = createUsageMeter();
    expect(meter.usage()).toBeNull();
    const text =
      event('message_start', {
        type: 'message_start',
        message: {
          usage: {
            input_tokens: 5,
            cache_read_input_tokens: 90,
            cache_creation_input_tokens: 7,
            output_tokens: 1,
          },
        },
      }) +
      event('content_block_delta', { type: 'content_block_delta' }) +
      event('message_delta', { type: 'message_delta', usage: { output_tokens: 40, input_tokens: null } });
    for (const one of createEventSplitter().push(Buffer.from(text))) meter.see(one);
    expect(meter.usage()).toEqual({ input: 5, output: 40, cacheRead: 90, cacheWrite: 7 });
  });

  it('of a message in one piece, or null of anything else', () => {
    const message = { type: 'message', usage: { input_tokens: 3, output_tokens: 4 } };
    expect(usageOfMessage(JSON.stringify(message))).toEqual({
      input: 3,
      output: 4,
      cacheRead: 0,
      cacheWrite: 0,
    });
    for (const body of ['<html>', '{}', '{"type":"message"}']) expect(usageOfMessage(body)).toBeNull();
  });
});
