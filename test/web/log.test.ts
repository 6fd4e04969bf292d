import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventView } from '#core/api/views.ts';
import { createLog } from '../../web/src/api/log.ts';

const event = (cursor: number): EventView => ({ cursor }) as unknown as EventView;
const cursors = (events: readonly EventView[]): number[] => events.map(({ cursor }) => cursor);

describe('the log of a page', () => {
  it('tells what comes next, once, and nothing from before the page was read', () => {
    const log = createLog(3);
    expect(cursors(log.pushed(event(3)).told)).toEqual([]);
    expect(cursors(log.pushed(event(4)).told)).toEqual([4]);
    expect(log.pushed(event(4))).toEqual({ told: [], gap: false });
    expect(log.cursor()).toBe(4);
  });

  it('asks for what is missing before it tells what came too early', () => {
    const log = createLog(0);
    expect(log.pushed(event(3))).toEqual({ told: [], gap: true });
    expect(cursors(log.fetched([1, 2, 3].map(event)))).toEqual([1, 2, 3]);
    expect(log.pushed(event(2))).toEqual({ told: [], gap: false });
    expect(log.cursor()).toBe(3);
  });

  it('tells one that was committed after a later one', () => {
    const log = createLog(0);
    log.fetched([1, 3].map(event));
    expect(cursors(log.pushed(event(2)).told)).toEqual([2]);
    expect(log.cursor()).toBe(3);
  });

  it('tells all of them once, however they are reordered, doubled and lost', () => {
    const all = Array.from({ length: 12 }, (_, at) => at + 1);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 40 }), (pushes) => {
        const log = createLog(0);
        const told: number[] = [];
        const fetch = () =>
          told.push(...cursors(log.fetched(all.filter((at) => at > log.cursor()).map(event))));
        for (const at of pushes) {
          const answer = log.pushed(event(at));
          told.push(...cursors(answer.told));
          if (answer.gap) fetch();
        }
        fetch();
        expect(told).toEqual(all);
      }),
    );
  });
});
