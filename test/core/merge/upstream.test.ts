import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideUpdate, maxUpdates, type Update, upstreamOrigin } from '#core/merge/upstream.ts';
import { sha } from '../rows.ts';

/** Where the branch is each time that the ticket is about to be delivered; what the updates were. */
function follow(base: string, heads: readonly string[], reopened: number, earlier: readonly Update[] = []) {
  const updates = [...earlier];
  const decisions = heads.map((commit) => {
    const decision = decideUpdate({ commit, base, reopened }, updates);
    if (decision !== 'none') updates.push({ commit, origin: upstreamOrigin(reopened) });
    return decision;
  });
  return { decisions, updates };
}

const commits = fc.array(fc.constantFrom(...'abcdef'.split('').map(sha)), { maxLength: 20 });

describe('following the default branch', () => {
  it('does nothing while it stands where the ticket began', () => {
    expect(follow(sha('a'), [sha('a'), sha('a')], 0).decisions).toEqual(['none', 'none']);
  });

  it('brings each new commit in once', () => {
    const heads = [sha('b'), sha('b'), sha('c'), sha('b')];
    expect(follow(sha('a'), heads, 0).decisions).toEqual(['merge', 'none', 'merge', 'none']);
  });

  it('follows a branch that keeps moving so often, notes it once, and then delivers', () => {
    const heads = ['b', 'c', 'd', 'e', 'f'].map(sha);
    expect(follow(sha('a'), heads, 0).decisions).toEqual(['merge', 'merge', 'merge', 'note', 'none']);
  });

  it('follows again when the pull request came back with work', () => {
    const { updates } = follow(sha('a'), ['b', 'c', 'd', 'e'].map(sha), 0);
    expect(follow(sha('a'), [sha('e'), sha('f')], 1, updates).decisions).toEqual(['none', 'merge']);
  });

  it('ends whatever the branch does, and never tries a commit twice', () => {
    fc.assert(
      fc.property(commits, commits, (first, second) => {
        const one = follow(sha('a'), first, 0);
        const two = follow(sha('a'), second, 1, one.updates);
        for (const { decisions } of [one, two]) {
          expect(decisions.filter((decision) => decision === 'merge').length).toBeLessThanOrEqual(maxUpdates);
          expect(decisions.filter((decision) => decision === 'note').length).toBeLessThanOrEqual(1);
        }
        const tried = two.updates.map(({ commit }) => commit);
        expect(new Set(tried).size).toBe(tried.length);
        expect(tried).not.toContain(sha('a'));
      }),
    );
  });
});
