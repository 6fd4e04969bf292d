/** What the tamper report is given, and what it tells. */
import { z } from 'zod';

/**
 * Text files by path (`/` between folders). Only files that differ between two trees need to be there; files with the same
 * text on both sides are never told about, but serve as what the others are understood by (helpers, inputs of tests).
 */
export type Tree = ReadonlyMap<string, string>;

/** What was done to the proof. */
export const FindingKind = z.enum([
  'removed-test',
  'skipped-test',
  'focused-test',
  'removed-assertion',
  'weakened-assertion',
  'widened-tolerance',
  'widened-timeout',
  'lowered-threshold',
  'disabled-lint',
  'test-config-edit',
  'ci-edit',
  'swallowed-failure',
  'rewritten-snapshot',
  'special-cased-test',
  // Not about tests: the project's policy wants a person to look.
  'protected-path',
  // Property tests that another run wrote, so that no author has a hand in them.
  'independent-test',
]);
export type FindingKind = z.infer<typeof FindingKind>;

/** `low` is worth a look, `medium` weakens a check, `high` takes one away. */
export const Severity = z.enum(['low', 'medium', 'high']);
export type Severity = z.infer<typeof Severity>;

/** One place where a change weakens what proves it. */
export const Finding = z.object({
  file: z.string(),
  /** Counted from 1, in the text of `side`. */
  line: z.number().int().positive(),
  /** `before` when what is told about is no longer there. */
  side: z.enum(['before', 'after']),
  /** A few lines, each begun with ` `, `-` or `+`. */
  hunk: z.string(),
  kind: FindingKind,
  severity: Severity,
  message: z.string(),
});
export type Finding = z.infer<typeof Finding>;

/** A place in one of the two trees. */
export interface Place {
  readonly side: 'before' | 'after';
  readonly file: string;
  readonly line: number;
}

/** What a rule finds; the report adds the hunk from `at` and, where something was replaced, from `was`. */
export interface Suspicion {
  readonly at: Place;
  readonly was?: Place;
  readonly kind: FindingKind;
  readonly severity: Severity;
  readonly message: string;
}
