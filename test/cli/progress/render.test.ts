import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { coloured } from '#cli/progress/paint.ts';
import { render } from '#cli/progress/render.ts';
import { acted, begin } from '#cli/progress/state.ts';
import { widthOf } from '#cli/progress/text.ts';
import { at, commit, cost, planned, run, runIds, stateAfter, task, told } from './events.ts';

const now = Date.parse(at) + 65_000;
const busy = acted(
  stateAfter(
    told('ticket.phase_entered.v1', { phase: 'execution' }),
    planned(1),
    planned(2),
    planned(3),
    told('task.done.v1', { ...task(1), commit }),
    told('task.building.v1', { ...task(2), round: 2 }),
    told('run.requested.v1', { ...run(1, 2), kind: 'agent', round: 2 }),
  ),
  runIds[0] ?? '',
  'bash npm test',
);

describe('the live view', () => {
  it('shows phases, tasks and agents', () => {
    expect(render(busy, { width: 100, now })).toEqual([
      `TKT-1  ${'Coupons'.padEnd(63)}  0.00 USD of 10.00 USD · 1:05`,
      '✓ explore ─ ✓ requirements ─ ✓ design ─ ✓ tasks ─ ● execution ─ ○ delivery',
      '',
      '1 of 3 tasks done',
      '✓ T1   done       Title 1',
      '● T2   running    round 2: Title 2',
      '○ T3   pending    Title 3',
      '',
      '▸ builder T2      bash npm test',
    ]);
  });

  it.each([20, 40, 60, 79, 80, 200])('never exceeds %d columns', (width) => {
    const title = '優惠券 for everybody 🎉 '.repeat(9);
    const wide = stateAfter(planned(1, title), told('ticket.waiting.v1', { reason: 'gate' }));
    for (const state of [busy, { ...wide, title }])
      for (const line of render(state, { width, now })) expect(widthOf(line)).toBeLessThanOrEqual(width);
  });

  it('says what it waits for', () => {
    expect(render(stateAfter(told('ticket.waiting.v1', { reason: 'question' })), { width: 80, now })[2]).toBe(
      '! Waits for your answer to a question.',
    );
  });

  it('shows where a failed ticket stopped', () => {
    expect(render(stateAfter(told('ticket.failed.v1', { reason: 'x' })), { width: 80, now })[1]).toMatch(
      /^✗ explore ─ ○/,
    );
  });

  it('keeps of many tasks those where something happens', () => {
    const many = Array.from({ length: 20 }, (_, index) => planned(index + 1));
    const lines = render(stateAfter(...many, told('task.started.v1', { ...task(20), execution: 'x' })), {
      width: 80,
      now,
    });
    expect(lines.filter((line) => /^[○●]/.test(line) && /T\d/.test(line))).toHaveLength(12);
    expect(lines.join('\n')).toContain('● T20  running');
    expect(lines.at(-1)).toBe('  and 8 more');
  });

  it('lets nothing through that would steer the terminal', () => {
    const title = 'a\u001b[2Jb\u0007\nc\u202ed';
    const state = {
      ...begin({ name: 'TKT-1', title, createdAt: at, cost }),
      tasks: stateAfter(planned(1, title)).tasks,
    };
    expect(render(state, { width: 80, now }).join('')).not.toMatch(/[\p{Cc}\u202e]/u);
  });

  it('differs in colour alone where colours are shown', () => {
    const bare = render(busy, { width: 80, now });
    const painted = render(busy, { width: 80, now, paint: coloured });
    expect(painted.map(stripVTControlCharacters)).toEqual(bare);
    expect(painted).not.toEqual(bare);
  });
});
