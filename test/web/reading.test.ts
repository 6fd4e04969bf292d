import { describe, expect, it } from 'vitest';
import { StepView } from '#core/api/views.ts';
import { catalogue } from '#core/events/catalogue.ts';
import { placeOf, tasksOf } from '../../web/src/features/activity/place.ts';
import { sentenceOf } from '../../web/src/features/activity/sentence.ts';
import { burnOf, stepPath } from '../../web/src/features/costs/burn.ts';
import { requirementsIn } from '../../web/src/features/documents/requirement.ts';
import { compareWords } from '../../web/src/features/documents/words.ts';
import { nameFromRepo } from '../../web/src/features/projects/draft.ts';
import { detailOf, entriesOf, subjectOf } from '../../web/src/features/runs/journal.ts';
import { codeSpans } from '../../web/src/ui/code-spans.ts';
import { keptMarks } from '../../web/src/ui/emphasis.ts';
import { foldLines } from '../../web/src/ui/fold-lines.ts';
import { count, duration, microsOf, relative, usd } from '../../web/src/ui/format.ts';

describe('an event', () => {
  const told = (type: string, data: Record<string, unknown>) => sentenceOf({ type, data });

  it('is told as a sentence', () => {
    expect(told('task.refused.v1', { key: 'T3', round: 1, reason: '2 tests failed' })).toEqual({
      text: 'T3 refused in round 1: 2 tests failed',
      weight: 'loud',
    });
    expect(told('task.failed.v1', { key: 'T3', reason: 'A test fails.\n\n=== FAILURES ===\nlog' })).toEqual({
      text: 'T3 failed: A test fails.',
      weight: 'loud',
    });
    expect(told('question.answered.v1', { by: 'Marta' }).text).toBe('Question answered by Marta');
  });

  it('tells an agent that verifies from a check of the platform, from start to end', () => {
    const run = (kind: string, role = 'verifier') => ({ kind, role, attempt: 1, round: 1, taskId: null });
    const lost = { outcome: 'failed', reason: 'sandbox-lost', message: 'It died.' };
    expect(told('run.requested.v1', run('agent')).text).toBe('A verifier was asked for');
    expect(told('run.started.v1', run('agent')).text).toBe('A verifier started');
    expect(told('run.started.v1', run('check')).text).toBe('A check started');
    expect(told('run.started.v1', { ...run('check'), attempt: 2 }).text).toBe(
      'The check continued in sandbox 2',
    );
    expect(told('run.lost.v1', run('agent')).text).toMatch(/^The sandbox of the verifier died/);
    expect(told('run.held.v1', { ...run('agent', 'builder'), reason: 'paused' }).text).toMatch(
      /^The builder waits/,
    );
    expect(told('run.ended.v1', { ...run('check'), ...lost }).text).toMatch(/^The check ended without/);
    expect(told('run.ended.v1', { ...run('agent'), ...lost }).text).toMatch(/^The verifier ended without/);
  });

  it('tells a gate on a document from one on a change that was proposed, and one on a tamper report', () => {
    const opened = (about?: string, phase = 'tasks') =>
      told('gate.opened.v1', { phase, ...(about && { about }) }).text;
    expect(opened()).toBe('The task plan waits for your review');
    expect(opened('document', 'requirements')).toBe('The requirements wait for your review');
    expect(opened('discovery', 'requirements')).toBe('The proposed change waits for your review');
    expect(opened('tamper')).toBe('The tamper report waits for your review');
    const decided = {
      phase: 'tasks',
      about: 'tamper',
      decision: 'rejected',
      by: 'Ada',
      comment: 'Put it back.',
    };
    expect(told('gate.decided.v1', decided).text).toBe(
      'Gate of the tamper report rejected by Ada: “Put it back.”',
    );
  });

  it('names the tasks that its run works on, also those that a check verifies together', () => {
    const events = [
      { type: 'task.planned.v1', data: { taskId: 'a', key: 'T1' } },
      { type: 'task.planned.v1', data: { taskId: 'b', key: 'T2' } },
      { type: 'run.requested.v1', data: { runId: 'built', taskId: 'b' } },
      { type: 'run.requested.v1', data: { runId: 'check', taskId: null } },
      { type: 'task.verifying.v1', data: { taskId: 'a', key: 'T1', runId: 'check' } },
      { type: 'task.verifying.v1', data: { taskId: 'b', key: 'T2', runId: 'check' } },
    ];
    const taskOf = (data: Record<string, unknown>) => tasksOf(events)({ type: 'evidence.stored.v1', data });
    expect(taskOf({ runId: 'built' })).toBe('T2');
    expect(taskOf({ runId: 'check' })).toBe('T1 and T2');
    expect(taskOf({ runId: 'baseline' })).toBe(null);
    expect(sentenceOf({ type: 'question.asked.v1', data: { text: 'Why?' } }, 'T2').text).toBe(
      'Question of T2: Why?',
    );
  });

  it.each([
    ['gate.opened.v1', { gateId: 'g', documentId: 'd' }, 'gates'],
    ['document.written.v1', { documentId: 'd' }, 'documents/d'],
    ['task.done.v1', { taskId: 'a', key: 'T1' }, 'tasks/T1'],
    ['task.refused.v1', { taskId: 'a', key: 'T1' }, 'evidence?task=T1'],
    ['run.lost.v1', { runId: 'r', taskId: 'a' }, 'runs/r'],
    ['question.asked.v1', { questionId: 'q', runId: 'r' }, 'runs/r'],
    ['discovery.accepted.v1', { discoveryId: 'd', key: 'T9' }, 'tasks/T9'],
    ['budget.exhausted.v1', { runId: 'r' }, 'cost'],
    ['ticket.waiting.v1', { reason: 'gate' }, 'gates'],
    ['pull.merged.v1', { by: 'Ada' }, 'pull'],
    ['ticket.paused.v1', { by: 'Ada' }, null],
  ])('%s leads to where it came from', (type, data, place) => {
    expect(placeOf({ type, data })).toBe(place);
  });

  it('of a later version than the page is named, and left out of the feed', () => {
    expect(told('task.split_up.v7', {})).toEqual({ text: 'task split up', weight: 'quiet' });
  });

  it('of every type in the catalogue has a teller', () => {
    for (const type of Object.keys(catalogue)) {
      // A teller reads its own fields and fails on none of them; an unknown type would be told by its name.
      const attempt = (): string => told(type, {}).text;
      const plain = type.replace(/\.v\d+$/, '').replaceAll(/[._]/g, ' ');
      try {
        expect(attempt()).not.toBe(plain);
      } catch (error) {
        expect(error).toBeInstanceOf(TypeError);
      }
    }
  });
});

describe('a sentence that names code', () => {
  const marked = (text: string): string =>
    codeSpans(text)
      .map((span) => (span.kind === 'code' ? `[${span.text}]` : span.text))
      .join('');

  it.each([
    ['`take` and `put` agree', '[take] and [put] agree'],
    ['a * b * c, <b>and</b> **bold**', 'a * b * c, <b>and</b> **bold**'],
    ['one ` alone', 'one ` alone'],
    ['`` a ` b `` holds', '[a ` b] holds'],
    ['``` x `y`', '``` x [y]'],
    ['`<img src=x>`', '[<img src=x>]'],
    ['', ''],
  ])('%j has its code apart and all else as it is', (text, shown) => {
    expect(marked(text)).toBe(shown);
  });
});

describe('the journal', () => {
  const step = (seq: number, body: unknown): StepView =>
    StepView.parse({ seq, attempt: 1, body, at: '2025-01-01T00:00:00.000Z' });
  const usage = { input: 1, output: 1, cacheRead: 0, cacheWrite: 0 };
  const call = {
    type: 'tool_use',
    id: 'a',
    name: 'bash',
    input: { command: 'npm test\nsecond line', timeout: 9 },
  };
  const steps = [
    step(1, { kind: 'context', content: [{ type: 'text', text: 'You are' }] }),
    step(2, {
      kind: 'assistant',
      content: [{ type: 'thinking', thinking: 'Hm' }, call],
      stopReason: 'tool_use',
      usage,
    }),
    step(3, {
      kind: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'a', content: [{ type: 'text', text: 'ok' }] },
        { type: 'text', text: 'Look at the tests.' },
      ],
    }),
  ];

  it('shows a call together with its result, and steering beside', () => {
    expect(entriesOf(steps).map((entry) => [entry.key, entry.kind])).toEqual([
      ['1.0', 'prompt'],
      ['2.0', 'thinking'],
      ['2.1', 'call'],
      ['3.0', 'said'],
    ]);
    expect(entriesOf(steps)[2]).toMatchObject({ name: 'bash', result: { text: 'ok', failed: false } });
  });

  it('shows a call without a result as one at work', () => {
    expect(entriesOf(steps.slice(0, 2))[2]).toMatchObject({ result: null });
  });

  it('tells a restarted context from the first', () => {
    const again = step(4, { kind: 'context', content: [{ type: 'text', text: 'Hand-off' }] });
    expect(entriesOf([...steps, again]).at(-1)).toMatchObject({ kind: 'prompt', reset: true });
    expect(entriesOf(steps)[0]).toMatchObject({ reset: false });
  });

  it('says on one line what a call is about, and the rest below', () => {
    expect(subjectOf(call)).toBe('npm test');
    expect(detailOf(call)).toEqual([
      { name: 'command', text: 'npm test\nsecond line' },
      { name: 'timeout', text: '9' },
    ]);
  });
});

describe('two versions of a text', () => {
  it('differ by words', () => {
    expect(compareWords('the desk shall lend', 'the desk shall refuse to lend')).toEqual([
      { kind: 'same', text: 'the desk shall ' },
      { kind: 'added', text: 'refuse to ' },
      { kind: 'same', text: 'lend' },
    ]);
  });

  it('give both texts back', () => {
    const [before, after] = ['a b  c\nd', 'a x c\nd e'];
    const pieces = compareWords(before, after);
    const side = (kind: string): string =>
      pieces
        .filter((one) => one.kind !== kind)
        .map(({ text }) => text)
        .join('');
    expect([side('added'), side('removed')]).toEqual([before, after]);
  });

  it('are replaced as a whole when they are too long to compare', () => {
    const long = 'word '.repeat(700);
    expect(compareWords(long, 'short')).toEqual([
      { kind: 'removed', text: long },
      { kind: 'added', text: 'short' },
    ]);
  });
});

describe('numbers and texts', () => {
  it('show money with as many digits as it needs', () => {
    expect([0, 420_000, 4200, 300, 12_345_000_000].map(usd)).toEqual([
      '$0.00',
      '$0.42',
      '$0.004',
      '$0.0003',
      '$12,345.00',
    ]);
  });

  it('take a sum as people type it, and nothing else', () => {
    expect(['10', '$2.50', '0,5', ' 3 ', '-1', 'ten', '1e3', ''].map(microsOf)).toEqual([
      10_000_000,
      2_500_000,
      500_000,
      3_000_000,
      null,
      null,
      null,
      null,
    ]);
  });

  it('show spans of time', () => {
    expect([850, 12_400, 200_000, 7_500_000].map(duration)).toEqual([
      '850 ms',
      '12.4 s',
      '3 m 20 s',
      '2 h 5 m',
    ]);
    const now = Date.parse('2025-03-07T12:00:00Z');
    expect(
      ['2025-03-07T11:59:50Z', '2025-03-07T11:55:00Z', '2025-03-06T12:00:00Z'].map((at) => relative(at, now)),
    ).toEqual(['now', '5 min. ago', 'yesterday']);
    expect([999, 12_345, 2_500_000].map(count)).toEqual(['999', '12.3k', '2.50M']);
  });

  it('fold a long text to its head and tail', () => {
    const text = Array.from({ length: 40 }, (_, n) => `${n}`).join('\n');
    expect(foldLines(text)).toMatchObject({ hidden: 27, tail: '35\n36\n37\n38\n39' });
    expect(foldLines('short')).toBeNull();
  });

  it('name a project by its repository', () => {
    expect(['/home/me/shelf/', 'git@host:team/shelf.git', 'C:\\code\\shelf'].map(nameFromRepo)).toEqual([
      'shelf',
      'shelf',
      'shelf',
    ]);
  });

  it('read requirements from any body without failing', () => {
    expect(requirementsIn(null)).toEqual([]);
    expect(
      requirementsIn({ requirements: [{ id: 'REQ-1', criteria: [{ id: 'REQ-1.1', kind: 'property' }] }, 7] }),
    ).toEqual([
      {
        id: 'REQ-1',
        title: '',
        text: '',
        criteria: [{ id: 'REQ-1.1', text: '', kind: 'property', hint: '' }],
      },
    ]);
  });
});

describe('the burn-up', () => {
  const event = (type: string, occurredAt: string, data = {}) => ({ type, occurredAt, data }) as never;

  it('starts with nothing and rises in steps', () => {
    const points = burnOf([
      event('ticket.submitted.v1', '2025-01-01T00:00:00Z'),
      event('cost.settled.v1', '2025-01-01T00:00:10Z', { spentMicros: 50 }),
      event('cost.settled.v1', '2025-01-01T00:00:20Z', { spentMicros: 100 }),
    ]);
    expect(stepPath(points, { width: 20, height: 10 }, 100)).toBe('M0.0 10.0H10.0V5.0H20.0V0.0');
  });

  it('is nothing without events', () => {
    expect(burnOf([])).toEqual([]);
  });
});

describe('stars and underscores in a sentence', () => {
  it.each([
    ['from -10', { type: 'strong', raw: '**33 to 10**' }, '33, dense', '**'],
    ['2', { type: 'em', raw: '*n and 3*' }, 'm', '*'],
    ['src/', { type: 'strong', raw: '__init__' }, '.py', '__'],
    ['- ', { type: 'strong', raw: '**REQ-1.1**' }, ' (example)', null],
    ['', { type: 'em', raw: '*Check:*' }, ' Draw n', null],
  ] as const)('%# are code where they touch a word, else markup', (before, token, after, kept) => {
    expect(keptMarks(token, before, after)).toBe(kept);
  });
});
