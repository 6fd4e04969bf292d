import { describe, expect, it } from 'vitest';
import { byPerson, draftRefusal, draftStanding, draftWish, lacking, undone } from '#core/forge/draft.ts';
import type { Task } from '#core/task/task.ts';
import { minute, sha, taskRow } from '../rows.ts';

const proof = (criterion: string, state: 'proven' | 'weak' | 'verified' | 'open') => ({ criterion, state });
const untouched = { draft: false, draftNote: null, draftBy: null };
const lacks = lacking([proof('REQ-1.1', 'proven'), proof('REQ-1.2', 'open')]);

describe('what is lacking', () => {
  it('is nothing when all is proven, or nothing was asked', () => {
    expect(lacking([])).toBeNull();
    expect(lacking([proof('REQ-1.1', 'proven')])).toBeNull();
  });

  it('names the criteria by how far they are, twelve of each at most', () => {
    expect(lacks).toBe('1 of 2 criteria is not proven on the delivered commit: REQ-1.2 (not built).');
    const many = Array.from({ length: 15 }, (_, index) => proof(`REQ-1.${index + 1}`, 'weak'));
    const said = lacking([proof('REQ-2.1', 'open'), ...many, proof('REQ-2.2', 'open')]);
    expect(said).toContain('17 of 17 criteria are not proven');
    expect(said).toContain(': REQ-2.1, REQ-2.2 (not built); REQ-1.1, ');
    expect(said).toMatch(/, REQ-1\.12 and 3 more \(weak[^)]*\)\.$/);
  });
});

describe('what was asked for in a review and nobody could do', () => {
  const of = (number: number, origin: string, state: Task['state']) => taskRow(number, { origin, state });
  const failed = { status: 'failed' as const, reason: 'no', at: minute(1) };

  it('is lacking, too; what an agent found and nobody could do is not', () => {
    const tasks = [
      of(1, 'review:1', failed),
      of(2, 'ci:1', { status: 'blocked', by: taskRow(1).key, reason: 'no' }),
      of(3, 'review:2', { status: 'done', commit: sha('a'), at: minute(1) }),
      of(4, 'plan', failed),
    ];
    expect(undone(tasks)).toEqual(['T1', 'T2']);
    expect(lacking([proof('REQ-1.1', 'proven')], [], undone(tasks))).toBe(
      'T1, T2 were asked for in its review and are not done.',
    );
    expect(lacking([], [], ['T1'])).toBe('T1 was asked for in its review and is not done.');
  });
});

describe('a draft', () => {
  it('is wanted while something is lacking, and never where the policy says so', () => {
    expect(draftWish('unproven', lacks, null)).toEqual({ wanted: true, left: null });
    expect(draftWish('unproven', null, { ...untouched, draft: true })).toEqual({ wanted: false, left: true });
    expect(draftWish('never', lacks, null)).toEqual({ wanted: false, left: null });
  });

  it('says why it is one, and a ready one has nothing to say', () => {
    const wish = draftWish('unproven', lacks, null);
    expect(draftStanding(wish, lacks, null, null)).toEqual({ draft: true, draftNote: lacks, draftBy: null });
    expect(draftStanding(draftWish('unproven', null, null), null, null, null)).toEqual(untouched);
  });

  it('that the forge refused is a normal one that says so', () => {
    const wish = draftWish('unproven', lacks, null);
    const standing = draftStanding(wish, lacks, null, { draft: false, draftsRefused: true });
    expect(standing).toMatchObject({ draft: false, draftBy: null });
    expect(standing.draftNote).toContain('REQ-1.2');
    expect(standing.draftNote).toContain('takes no draft pull requests');
  });

  it('that a person made ready stays so, whatever is lacking later', () => {
    const before = byPerson(false, 'Ada');
    const wish = draftWish('unproven', lacks, before);
    expect(wish).toEqual({ wanted: false, left: false });
    expect(draftStanding(wish, lacks, before, null)).toEqual(before);
    expect(before.draftNote).toBe('Made ready by Ada; it stays so.');
  });

  it('that is not as it was left on the forge was turned by a person there', () => {
    const before = { draft: true, draftNote: lacks, draftBy: null };
    const found = { draft: false, draftsRefused: false };
    const standing = draftStanding(draftWish('unproven', lacks, before), lacks, before, found);
    expect(standing).toMatchObject({ draft: false, draftBy: 'a person on the forge' });
  });

  it('is not merged, and the refusal says why and what to do', () => {
    expect(draftRefusal({ number: 3, draftNote: lacks })).toMatch(
      /^Pull request #3 is a draft\. 1 of 2 .* Mark it ready first/,
    );
  });
});
