import { describe, expect, it } from 'vitest';
import {
  callsMade,
  contextStep,
  type Message,
  messagesOf,
  minutesBefore,
  withBreakpoints,
} from '#agent/loop/history.ts';
import { requestBody } from '#agent/loop/loop.ts';
import { RunBrief } from '#core/run/protocol.ts';
import type { Step, StepBody } from '#core/run/step.ts';
import { briefFor } from '../scene.ts';

const usage = { input: 1, output: 1, cacheRead: 0, cacheWrite: 0 };
const user = (text: string): StepBody => ({ kind: 'user', content: [{ type: 'text', text }] });
const assistant = (text: string): StepBody => ({
  kind: 'assistant',
  content: [{ type: 'text', text }],
  stopReason: 'end_turn',
  usage,
});
const context = (text: string): StepBody => ({ kind: 'context', content: [{ type: 'text', text }] });

describe('messagesOf', () => {
  it('is what the model saw: the newest context, without notes and without empty text', () => {
    const bodies = [
      context('old'),
      assistant('x'),
      context('new'),
      { kind: 'note', text: 'n' } as const,
      assistant(' '),
      user('u'),
      assistant('a'),
    ];
    expect(messagesOf(bodies).map(({ role, content }) => [role, content[0]?.text])).toEqual([
      ['user', 'new'],
      ['user', 'u'],
      ['assistant', 'a'],
    ]);
    expect(callsMade(bodies)).toBe(3);
  });
});

const marked = (messages: readonly Message[]) =>
  messages.flatMap(({ content }, index) =>
    content.some((block) => 'cache_control' in block) ? [index] : [],
  );

describe('withBreakpoints', () => {
  const conversation = (turns: number) =>
    messagesOf([
      context('c'),
      ...Array.from({ length: turns }, (_, turn) => [assistant(`a${turn}`), user(`u${turn}`)]).flat(),
    ]);

  it('marks the last two messages of the user', () => {
    expect(marked(withBreakpoints(conversation(0)))).toEqual([0]);
    expect(marked(withBreakpoints(conversation(1)))).toEqual([0, 2]);
    expect(marked(withBreakpoints(conversation(9)))).toEqual([16, 18]);
  });

  it('keeps the mark after what other runs share: with the system prompt four at most', () => {
    const opening = contextStep(['conventions', 'documents'], ['task', 'begin']);
    const bodies = [opening, assistant('a'), user('u'), assistant('b'), user('v')];
    for (let length = 1; length <= bodies.length; length += 2) {
      const requests = withBreakpoints(messagesOf(bodies.slice(0, length)));
      const marks = requests.flatMap(({ content }) => content.filter((block) => 'cache_control' in block));
      expect(marks.length).toBeLessThanOrEqual(3);
      expect(requests[0]?.content[1]).toMatchObject({
        text: 'documents',
        cache_control: { type: 'ephemeral' },
      });
    }
  });

  it('always marks again where the request before wrote its entry', () => {
    for (let turns = 1; turns < 30; turns++) {
      const before = marked(withBreakpoints(conversation(turns - 1))).at(-1);
      expect(marked(withBreakpoints(conversation(turns)))).toContain(before);
    }
  });

  it('only appends: without the marks each request begins with the one before', () => {
    const brief = RunBrief.parse(briefFor('a'.repeat(40)));
    const bodyAt = (turns: number) => {
      const bodies = [
        context('c'),
        ...Array.from({ length: turns }, (_, turn) => [assistant(`a${turn}`), user(`u${turn}`)]).flat(),
      ];
      const journal = {
        bodies,
        last: () => 0,
        lastAnswer: () => 0,
        post: async () => {},
        observe: async () => {},
        note: async () => {},
      };
      return JSON.stringify(requestBody({ brief, system: 's', tools: [], journal })).replaceAll(
        ',"cache_control":{"type":"ephemeral"}',
        '',
      );
    };
    for (let turns = 1; turns < 10; turns++)
      expect(bodyAt(turns).startsWith(bodyAt(turns - 1).replace(/\]}$/, ''))).toBe(true);
  });
});

describe('minutesBefore', () => {
  it('counts what attempts worked, not what lay between them', () => {
    const step = (attempt: number, at: string): Step => ({ seq: 1, attempt, at, body: user('') });
    const steps = [
      step(1, '2026-01-01T00:00:00.000Z'),
      step(1, '2026-01-01T00:04:00.000Z'),
      step(2, '2026-01-03T00:00:00.000Z'),
      step(2, '2026-01-03T00:01:30.000Z'),
    ];
    expect(minutesBefore(steps)).toBe(5.5);
  });
});
