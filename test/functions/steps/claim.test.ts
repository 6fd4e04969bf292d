import { describe, expect, it } from 'vitest';
import { together } from '#functions/steps/claim.ts';

/** An act that waits until it is let go, and counts how often it was started. */
function held() {
  const waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const act = () => new Promise<void>((resolve, reject) => waiting.push({ resolve, reject }));
  return { waiting, act };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('claims of one process', () => {
  it('share the next one while one is under way', async () => {
    const { waiting, act } = held();
    const claim = together(act);
    const first = claim();
    await turn();
    const rest = [claim(), claim(), claim()];
    await turn();
    expect(waiting).toHaveLength(1);
    waiting[0]?.resolve();
    await first;
    await turn();
    expect(waiting).toHaveLength(2);
    waiting[1]?.resolve();
    await Promise.all(rest);
    const later = claim();
    await turn();
    waiting[2]?.resolve();
    await later;
    expect(waiting).toHaveLength(3);
  });

  it('go on after one that failed, which fails for those who shared it alone', async () => {
    const { waiting, act } = held();
    const claim = together(act);
    const first = claim().catch((error: Error) => error.message);
    await turn();
    const second = claim();
    waiting[0]?.reject(new Error('no database'));
    expect(await first).toBe('no database');
    await turn();
    waiting[1]?.resolve();
    await second;
  });
});
