import type { RunView } from '#core/api/views.ts';
import { title } from '../../ui/format.ts';
import type { Look } from '../../ui/glyph.tsx';

const held: Readonly<Record<string, string>> = {
  question: 'Waits for an answer',
  paused: 'Paused',
  budget: 'Waits for budget',
};

/** A run that ended has one reason; `submitted` is the good one. */
export function runLook({ kind, status, reason }: Pick<RunView, 'kind' | 'status' | 'reason'>): Look {
  switch (status) {
    case 'requested':
      return { shape: 'ring', tone: 'quiet', word: 'Starting' };
    case 'running':
      return { shape: 'half', tone: 'active', word: 'Running' };
    case 'held':
      return { shape: 'pause', tone: 'warn', word: held[reason ?? ''] ?? 'Held' };
    case 'ended':
      // A check that went through says nothing of its verdict: that stands in the evidence.
      if (reason === 'submitted' && kind === 'check')
        return { shape: 'ring', tone: 'quiet', word: 'Measured' };
      if (reason === 'submitted') return { shape: 'check', tone: 'good', word: 'Submitted' };
      if (reason === 'cancelled') return { shape: 'slash', tone: 'quiet', word: 'Cancelled' };
      return { shape: 'cross', tone: 'bad', word: title((reason ?? 'ended').replaceAll('-', ' ')) };
  }
}

/** What a run was for, in a few words: `Builder of T3, round 2`. */
export function runTitle({
  kind,
  role,
  taskKey,
  phase,
  round,
}: Pick<RunView, 'kind' | 'role' | 'taskKey' | 'phase' | 'round'>): string {
  const who = kind === 'check' ? 'Check' : title(role);
  const what =
    taskKey ?? (kind === 'check' ? (phase === 'explore' ? 'the base commit' : 'the branch') : null);
  return `${who}${what === null ? '' : ` of ${what}`}${round > 1 ? `, round ${round}` : ''}`;
}
