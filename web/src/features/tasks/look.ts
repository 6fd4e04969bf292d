import type { TaskView } from '#core/api/views.ts';
import type { Look } from '../../ui/glyph.tsx';

export const taskLooks: Readonly<Record<TaskView['status'], Look>> = {
  pending: { shape: 'dashed', tone: 'quiet', word: 'Pending' },
  ready: { shape: 'ring', tone: 'quiet', word: 'Ready' },
  running: { shape: 'half', tone: 'active', word: 'Running' },
  verifying: { shape: 'three-quarters', tone: 'active', word: 'Verifying' },
  done: { shape: 'check', tone: 'good', word: 'Done' },
  blocked: { shape: 'pause', tone: 'warn', word: 'Blocked' },
  failed: { shape: 'cross', tone: 'bad', word: 'Failed' },
  cancelled: { shape: 'slash', tone: 'quiet', word: 'Cancelled' },
};
