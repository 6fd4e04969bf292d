import type { AgentView, RunView } from '#core/api/views.ts';
import { title } from '../../ui/format.ts';
import type { Look } from '../../ui/glyph.tsx';

const held: Readonly<Record<string, string>> = {
  question: 'Waits for an answer',
  paused: 'Paused',
  budget: 'Waits for budget',
};

const outcomes: Readonly<Record<NonNullable<RunView['measured']>, Look>> = {
  passed: { shape: 'check', tone: 'good', word: 'Passed' },
  failed: { shape: 'cross', tone: 'bad', word: 'Failed' },
  conflict: { shape: 'cross', tone: 'warn', word: 'Conflict' },
  empty: { shape: 'slash', tone: 'warn', word: 'No change' },
};

/** A run that ended has one reason; `submitted` is the good one. */
export function runLook({ status, reason, measured }: Pick<RunView, 'status' | 'reason' | 'measured'>): Look {
  switch (status) {
    case 'requested':
      return { shape: 'ring', tone: 'quiet', word: 'Starting' };
    case 'running':
      return { shape: 'half', tone: 'active', word: 'Running' };
    case 'held':
      return { shape: 'pause', tone: 'warn', word: held[reason ?? ''] ?? 'Held' };
    case 'ended':
      if (measured !== null) return outcomes[measured];
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
  // Checks are counted over the whole ticket, rounds by task: “Check of T3, round 9” would tell of nine tries at T3.
  const again = round > 1 && kind !== 'check' ? `, round ${round}` : '';
  return `${who}${what === null ? '' : ` of ${what}`}${again}`;
}

/** The same of who is at work: `Builder of T3`. */
export function agentTitle({ kind, role, task }: Pick<AgentView, 'kind' | 'role' | 'task'>): string {
  return `${kind === 'check' ? 'Check' : title(role)}${task === null ? '' : ` of ${task}`}`;
}
