import type { Blocker, Evaluation, Finding, Provenance } from '../evaluation.ts';
import { conclude, share, when } from '../evaluation.ts';
import type { Exploration } from '../exploration.ts';
import { provenance } from './provenance.ts';
import { vagueWords } from './words.ts';

/** An exploration, and what it is measured by. */
export interface ExplorationInput extends Provenance {
  readonly document: Exploration;
}

/** Blocks a `direct` exploration that leaves nothing to build or check; a repository without tests only costs score. */
export function evaluateExploration({ document, upstream, approved }: ExplorationInput): Evaluation {
  return conclude(
    [...provenance('exploration', { upstream, approved }), ...direct(document)],
    findings(document),
  );
}

function direct({ size, direct: work }: Exploration): Blocker[] {
  if (size !== 'direct') return [];
  if (!work) {
    return [{ code: 'direct-missing', message: "size is 'direct', but 'direct' is missing", at: '/direct' }];
  }
  const blockers: Blocker[] = [];
  if (work.criteria.length === 0) {
    const message = 'a direct change needs at least one criterion';
    blockers.push({ code: 'criterion-missing', message, at: '/direct/criteria' });
  }
  if (work.writes.length === 0) {
    const message = 'a direct change needs at least one glob of what it writes';
    blockers.push({ code: 'empty-writes', message, at: '/direct/writes' });
  }
  return blockers;
}

/**
 * Weights: what later phases read most (summary, key files) weighs most. A repository that holds next to nothing (no
 * tests, no habits, no stack) can still reach 0.7, because that is not the explorer's fault.
 */
function findings({
  summary,
  size,
  sizeReason,
  stack,
  keyFiles,
  conventions,
  commands,
  direct: work,
}: Exploration): Finding[] {
  const criteria = size === 'direct' ? (work?.criteria ?? []) : [];
  const vague = criteria.filter(({ text }) => vagueWords(text).length > 0).map(({ text }) => `"${text}"`);
  return [
    // 40 characters are less than one full sentence.
    ...when(
      summary.trim().length < 40,
      '/summary',
      'thin-summary',
      0.25,
      'The summary is too short to work from',
    ),
    ...when(
      keyFiles.length === 0,
      '/keyFiles',
      'no-key-files',
      0.2,
      'No file is named that the change builds on',
    ),
    ...when(
      commands.test === undefined,
      '/commands/test',
      'no-test-command',
      0.15,
      'Without a test command the ticket stays unverified',
    ),
    ...when(
      sizeReason.trim().length < 15,
      '/sizeReason',
      'thin-size-reason',
      0.15,
      'The size needs a reason',
    ),
    ...when(stack.length === 0, '/stack', 'no-stack', 0.1, 'The stack is not named'),
    // One of these two at most: they exclude each other and share their weight.
    ...share(vague, criteria.length, 'vague-words', 0.1, 'Say it so that a check can answer'),
    ...when(
      size !== 'direct' && work !== undefined,
      '/direct',
      'needless-direct',
      0.1,
      `'direct' is not used at size '${size}'`,
    ),
    ...when(
      conventions.length === 0,
      '/conventions',
      'no-conventions',
      0.05,
      'No convention is named that new code must follow',
    ),
  ];
}
