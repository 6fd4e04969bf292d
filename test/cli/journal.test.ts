import { describe, expect, it } from 'vitest';
import { actionOf, stepLines } from '#cli/journal.ts';
import { Step } from '#core/run/step.ts';

const usage = { input: 1, output: 1, cacheRead: 0, cacheWrite: 0 };
const step = (body: unknown) => Step.parse({ seq: 1, attempt: 1, at: '2026-05-01T10:00:00.000Z', body });
const said = (...content: unknown[]) => step({ kind: 'assistant', content, stopReason: null, usage });
const text = (words: string) => ({ type: 'text', text: words });
const tool = (name: string, input: unknown) => ({ type: 'tool_use', id: 'x', name, input });
const answer = (content: unknown, is_error = false) => ({
  type: 'tool_result',
  tool_use_id: 'x',
  content,
  is_error,
});

describe('the action of a step', () => {
  it('is its last tool call, by the field that says most', () => {
    const both = said(
      text('I look.'),
      tool('read', { path: 'a.ts' }),
      tool('bash', { timeout: 9, command: 'npm\ntest' }),
    );
    expect(actionOf(both)).toBe('bash npm test');
  });

  it('is the input itself where no field says more', () => {
    expect(actionOf(said(tool('plan', { items: [1] })))).toBe('plan {"items":[1]}');
    expect(actionOf(said(tool('submit_work', {})))).toBe('submit_work');
    expect(actionOf(said(tool('odd', 'no object')))).toBe('odd');
  });

  it('is what was said where no tool was called', () => {
    expect(actionOf(said(text('I am\u001b[2J done.')))).toBe('I am [2J done.');
  });

  it('is nothing for what the agent did not do', () => {
    expect(actionOf(step({ kind: 'note', text: 'setup finished' }))).toBeNull();
    expect(actionOf(step({ kind: 'user', content: [answer('ok')] }))).toBeNull();
  });
});

describe('a step in lines', () => {
  const long = Array.from({ length: 9 }, (_, at) => `line ${at + 1}`).join('\n');

  it('shows the beginning of what a tool answered, and how much more there is', () => {
    const lines = stepLines(step({ kind: 'user', content: [answer(long, true)] }), false);
    expect(lines[0]).toBe('  ✗ error');
    expect(lines).toHaveLength(8);
    expect(lines.at(-1)).toBe('  … and 3 lines more');
  });

  it('shows everything when asked to', () => {
    const blocks = [{ type: 'text', text: long }];
    expect(stepLines(step({ kind: 'user', content: [answer(blocks)] }), true)).toHaveLength(9);
    expect(stepLines(said(tool('bash', { command: 'ls' })), true)).toEqual([
      '▸ bash',
      '  {',
      '    "command": "ls"',
      '  }',
    ]);
  });

  it('keeps text of many lines, and marks notes', () => {
    expect(stepLines(said(text('one\n\ttwo')), false)).toEqual(['one', '  two']);
    expect(stepLines(step({ kind: 'note', text: 'setup\nfinished' }), false)).toEqual([
      '· setup',
      '· finished',
    ]);
  });
});
