import type { PullView } from '#core/api/views.ts';
import type { Look } from '../../ui/glyph.tsx';

export const pullLooks: Readonly<Record<PullView['state'], Look>> = {
  open: { shape: 'ring', tone: 'active', word: 'Open' },
  merged: { shape: 'check', tone: 'good', word: 'Merged' },
  closed: { shape: 'slash', tone: 'quiet', word: 'Closed' },
};
