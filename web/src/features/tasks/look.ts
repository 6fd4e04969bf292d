import type { DiscoveryView, TaskView } from '#core/api/views.ts';
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

/** What became of a discovery, in a word or two. */
export function discoveryLook({ status, taskKey, guard }: DiscoveryView): {
  readonly word: string;
  readonly tone: 'quiet' | 'warn' | 'good';
} {
  switch (status) {
    case 'accepted':
      return { word: taskKey ?? 'accepted', tone: 'good' };
    case 'proposed':
      return { word: 'needs you', tone: 'warn' };
    case 'asked':
      return { word: 'asked', tone: 'warn' };
    case 'noted':
      return { word: 'noted', tone: 'quiet' };
    case 'refused':
      return { word: `refused: ${(guard ?? 'rule').replaceAll('-', ' ')}`, tone: 'quiet' };
    default:
      return status satisfies never;
  }
}
