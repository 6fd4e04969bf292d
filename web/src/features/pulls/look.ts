import type { PullView } from '#core/api/views.ts';
import type { Look } from '../../ui/glyph.tsx';

/** A draft is open, and nobody is to merge it. */
const draft: Look = { shape: 'ring', tone: 'quiet', word: 'Draft' };

export const pullLook = (pull: Pick<PullView, 'state' | 'draft'>): Look =>
  pull.state === 'open' && pull.draft ? draft : pullLooks[pull.state];

const pullLooks: Readonly<Record<PullView['state'], Look>> = {
  open: { shape: 'ring', tone: 'active', word: 'Open' },
  merged: { shape: 'check', tone: 'good', word: 'Merged' },
  closed: { shape: 'slash', tone: 'quiet', word: 'Closed' },
};
