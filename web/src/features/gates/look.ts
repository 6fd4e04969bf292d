import type { GateView } from '#core/api/views.ts';
import type { Look } from '../../ui/glyph.tsx';

export const gateLooks: Readonly<Record<GateView['status'], Look>> = {
  open: { shape: 'diamond', tone: 'warn', word: 'Open' },
  approved: { shape: 'check', tone: 'good', word: 'Approved' },
  rejected: { shape: 'cross', tone: 'bad', word: 'Rejected' },
  superseded: { shape: 'slash', tone: 'quiet', word: 'Superseded' },
  expired: { shape: 'slash', tone: 'quiet', word: 'Expired' },
};

export const gateWords: Readonly<Record<GateView['phase'], string>> = {
  explore: 'Exploration',
  requirements: 'Requirements',
  design: 'Design',
  tasks: 'Task plan',
};

/** What a gate is on, in words. */
export const gateTitle = ({ phase, tamper }: GateView): string =>
  tamper === null ? gateWords[phase] : onlyPolicy(tamper) ? 'Protected paths' : 'Tamper report';

/** Whether the policy alone wants a person to look: nothing was done to the checks. */
export const onlyPolicy = ({ findings }: NonNullable<GateView['tamper']>): boolean =>
  findings.every(({ kind }) => kind === 'protected-path');
