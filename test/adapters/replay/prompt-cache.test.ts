import { describe, expect, it } from 'vitest';
import { createPromptCache } from '#adapters/replay/prompt-cache.ts';
import { MessagesRequest } from '#adapters/replay/request.ts';

/** 2,000 tokens: longer than the shortest prompt that is cached. */
const long = 'x'.repeat(7200);
const mark = { cache_control: { type: 'ephemeral' } };
const text = (words: string, more: object = {}) => ({ type: 'text', text: words, ...more });
const ask = (more: object) =>
  MessagesRequest.parse({
    model: 'claude-sonnet-5-5',
    max_tokens: 1,
    messages: [{ role: 'user', content: 'Go.' }],
    ...more,
  });
const system = [text(long, mark)];

/** A conversation of so many turns, marked at its end, of one block a message. */
const grown = (turns: number, blocks = 1) =>
  ask({
    system: [text(long)],
    messages: Array.from({ length: turns * 2 - 1 }, (_, at) => ({
      role: at % 2 === 0 ? 'user' : 'assistant',
      content: Array.from({ length: blocks }, (_, block) =>
        text(`message ${at}, block ${block}`, at === turns * 2 - 2 && block === blocks - 1 ? mark : {}),
      ),
    })),
  });

function open() {
  let now = 0;
  const cache = createPromptCache(() => now);
  return {
    read: (request: MessagesRequest) => {
      const { usage, commit } = cache.read(request);
      commit();
      return usage;
    },
    look: (request: MessagesRequest) => cache.read(request).usage,
    wait: (ms: number) => {
      now += ms;
    },
  };
}

describe('the prompt cache', () => {
  it('reads what the call before wrote, and counts every token once', () => {
    const cache = open();
    expect(cache.read(ask({ system }))).toEqual({ input: 1, cacheRead: 0, cacheWrite: 2000 });
    expect(cache.read(ask({ system }))).toEqual({ input: 1, cacheRead: 2000, cacheWrite: 0 });
  });

  it('writes only at breakpoints', () => {
    const cache = open();
    cache.read(ask({ system: [text(long)] }));
    expect(cache.read(ask({ system: [text(long)] }))).toMatchObject({ cacheRead: 0, cacheWrite: 0 });
  });

  it('reads tools, then system, then messages: a change drops what comes after', () => {
    const cache = open();
    const tools = [{ name: 'read', input_schema: {}, ...mark }];
    cache.read(ask({ system, tools }));
    expect(cache.look(ask({ system, tools: [] })).cacheRead).toBe(0);
    expect(cache.look(ask({ system, tools: [{ name: 'write', input_schema: {} }] })).cacheRead).toBe(0);
    expect(
      cache.look(ask({ system, tools, messages: [{ role: 'user', content: 'Else.' }] })).cacheRead,
    ).toBeGreaterThan(2000);
  });

  it('is not shared between models and drops messages when thinking changes', () => {
    const cache = open();
    cache.read(grown(1));
    expect(cache.look({ ...grown(1), model: 'claude-other' }).cacheRead).toBe(0);
    expect(cache.look({ ...grown(1), thinking: { type: 'enabled' } }).cacheRead).toBe(0);
  });

  it('looks back over 20 blocks and no further', () => {
    const near = open();
    near.read(grown(1, 9));
    expect(near.read(grown(2, 9)).cacheRead).toBeGreaterThan(2000);
    const far = open();
    far.read(grown(1, 10));
    expect(far.read(grown(2, 10)).cacheRead).toBe(0);
  });

  it('keeps an entry five minutes from its last use', () => {
    const cache = open();
    cache.read(ask({ system }));
    cache.wait(299_000);
    expect(cache.read(ask({ system })).cacheRead).toBe(2000);
    cache.wait(299_000);
    expect(cache.read(ask({ system })).cacheRead).toBe(2000);
    cache.wait(300_000);
    expect(cache.read(ask({ system })).cacheRead).toBe(0);
  });

  it('keeps an entry an hour where that is asked for', () => {
    const cache = open();
    const hour = [text(long, { cache_control: { type: 'ephemeral', ttl: '1h' } })];
    cache.read(ask({ system: hour }));
    cache.wait(3_599_000);
    expect(cache.read(ask({ system: hour })).cacheRead).toBe(2000);
  });

  it('caches nothing short', () => {
    const cache = open();
    expect(cache.read(ask({ system: [text('short', mark)] })).cacheWrite).toBe(0);
    expect(cache.read(ask({ system, model: 'claude-haiku-5-5' })).cacheWrite).toBe(0);
  });

  it('finds nearly all of a conversation that only grows', () => {
    const cache = open();
    const usages = Array.from({ length: 100 }, (_, turn) => cache.read(grown(turn + 1)));
    const sum = (kind: 'input' | 'cacheRead' | 'cacheWrite') =>
      usages.reduce((all, usage) => all + usage[kind], 0);
    const total = sum('input') + sum('cacheRead') + sum('cacheWrite');
    expect(sum('cacheRead') / total).toBeGreaterThan(0.98);
  });

  it('counts a picture by its size on the screen and not by its bytes', () => {
    const image = { type: 'image', source: { type: 'base64', data: long.repeat(10) } };
    expect(open().read(ask({ messages: [{ role: 'user', content: [image] }] })).input).toBe(1500);
  });
});
