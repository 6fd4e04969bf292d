import { describe, expect, it, vi } from 'vitest';
import { newId } from '#adapters/ids/ids.ts';
import { createDisplay } from '#cli/progress/display.ts';
import { testWorld } from '../world.ts';
import { at, planned, run, runIds, start, told } from './events.ts';

/** What a terminal shows after all that was written: it knows the three movements that a live view makes. */
function screen(written: string): string[] {
  const code = '\u001b';
  const known = new RegExp(`${code}\\[(\\d+)A|(${code}\\[J)|${code}\\[\\?25[hl]|(\\n)|([^\\p{Cc}]+)`, 'gu');
  const lines = [''];
  let row = 0;
  for (const [, up, erase, feed, text] of written.matchAll(known)) {
    if (up !== undefined) row -= Number(up);
    if (erase !== undefined) lines.splice(row, lines.length, '');
    if (feed !== undefined) row += 1;
    if (text !== undefined) lines[row] = (lines[row] ?? '') + text;
  }
  return lines.filter((line) => line !== '');
}

/** A row of the registry: somebody at work since the beginning. */
const worker = (kind: 'agent' | 'check', task: string | null, doing: string) => {
  const times = { since: at, at, until: at, turn: 3 };
  const [runId = newId('run')] = kind === 'check' ? runIds : [];
  return {
    ...{
      runId,
      attempt: 1,
      kind,
      role: kind === 'check' ? ('verifier' as const) : ('builder' as const),
      task,
      doing,
      ...times,
    },
    ...{ ticketId: newId('ticket'), ticket: 'TKT-1' },
  } as const;
};

function terminal(changes: { rows?: number; vars?: Record<string, string>; now?: () => number } = {}) {
  let written = '';
  const write = (text: string) => {
    written += text;
  };
  const size = () => ({ columns: 80, rows: changes.rows ?? 24 });
  const out = { isTerminal: true, size, write };
  const world = testWorld({
    out,
    now: changes.now ?? (() => Date.parse(at) + 5000),
    vars: { NO_COLOR: '1', ...changes.vars },
  });
  return { display: createDisplay(world, start), screen: () => screen(written), written: () => written };
}

describe('a live display', () => {
  it('redraws in place, with other lines above', () => {
    const { display, screen } = terminal();
    display.print('first');
    display.event(planned(1));
    display.print('second');
    display.stop();
    const shown = screen();
    expect(shown.slice(0, 2)).toEqual(['first', 'second']);
    expect(shown.filter((line) => line.startsWith('TKT-1'))).toHaveLength(1);
    expect(shown.filter((line) => line.includes('Title 1'))).toHaveLength(1);
  });

  it('draws a burst of events once', () => {
    vi.useFakeTimers();
    const { display, written } = terminal();
    for (let number = 1; number <= 20; number += 1) display.event(planned(number));
    vi.advanceTimersByTime(150);
    expect(written().split('\u001b[J')).toHaveLength(2);
    display.stop();
    vi.useRealTimers();
  });

  it('draws nothing while somebody is asked', () => {
    const { display, screen, written } = terminal();
    display.print('first');
    const goOn = display.pause();
    expect(screen()).toEqual(['first']);
    const before = written();
    display.event(planned(1));
    expect(written()).toBe(before);
    goOn();
    expect(screen().join('\n')).toContain('Title 1');
    display.stop();
  });

  it('shows what a check is at, which no event tells', () => {
    const { display, screen } = terminal();
    expect(display.asksForWork()).toBe(false);
    display.event(told('run.requested.v1', { ...run(1, null, 'verifier', 'check'), round: 1 }));
    expect(display.asksForWork()).toBe(true);
    display.working([worker('check', null, 'mutation of src/a.ts:12'), worker('agent', 'T1', 'thinking')]);
    display.stop();
    expect(screen().at(-1)).toMatch(/check +mutation of src\/a\.ts:12/);
    expect(screen().join()).not.toContain('thinking');
  });

  it('never fills the whole screen, and gives the cursor back', () => {
    const { display, screen, written } = terminal({ rows: 4 });
    for (let number = 1; number <= 9; number += 1) display.event(planned(number));
    display.stop();
    expect(screen().map((line) => line.slice(0, 6))).toEqual(['TKT-1 ', '● expl']);
    expect(written().endsWith('\u001b[?25h')).toBe(true);
  });
});

describe('a display of lines', () => {
  it('is what a build server gets, terminal or not', () => {
    const { display, written } = terminal({ vars: { CI: 'true' } });
    display.event(told('ticket.paused.v1', { by: 'ada' }));
    display.event(planned(1), true);
    display.stop();
    expect(written()).toMatch(/^\d\d:\d\d:\d\d {2}Paused by ada\.\n$/);
    expect(display.state().tasks).toHaveLength(1);
  });

  it('says after a minute of silence who is at work with what, and again after another', () => {
    let now = Date.parse(at);
    const { display, written } = terminal({ vars: { CI: 'true' }, now: () => now });
    now += 59_000;
    expect(display.asksForWork()).toBe(false);
    now += 1000;
    expect(display.asksForWork()).toBe(true);
    display.working([worker('check', null, 'test: npm test'), worker('agent', 'T1', 'thinking')]);
    expect(written().replace(/^\S+ +/gm, '')).toBe(
      'The check is still at work, after 1:00: test: npm test\nThe builder of T1 is still at work, after 1:00: thinking\n',
    );
    expect(display.asksForWork()).toBe(false);
    now += 30_000;
    display.event(told('ticket.paused.v1', { by: 'ada' }));
    now += 30_000;
    expect(display.asksForWork()).toBe(false);
  });
});
