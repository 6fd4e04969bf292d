/**
 * What an evaluator says of a document, and how its score is made.
 *
 * Blockers are facts: any one of them fails the document. Findings are matters of degree: each costs its weight, and
 * the score is what is left of 1. The weights of all findings that one kind of document can have add up to 1, so the
 * score never leaves [0, 1].
 */
import { z } from 'zod';
import type { DocumentKind } from './document.ts';

/** A broken hard rule. `at` is a JSON pointer into the document (RFC 6901), empty for the document as a whole. */
export const Blocker = z.object({ code: z.string(), message: z.string(), at: z.string() });
export type Blocker = z.infer<typeof Blocker>;

/**
 * A weakness. `weight` is what it took from the score; `at` is a pointer as a blocker's, empty where the message names
 * the items that it is about.
 */
export const Finding = z.object({
  code: z.string(),
  message: z.string(),
  // Evaluations that were stored before findings had places have none.
  at: z.string().default(''),
  weight: z.number().min(0).max(1),
});
export type Finding = z.infer<typeof Finding>;

/** What an evaluator found: a score, and blockers that no score outweighs. */
export const Evaluation = z.object({
  score: z.number().min(0).max(1),
  pass: z.boolean(),
  blockers: z.array(Blocker),
  findings: z.array(Finding),
});
export type Evaluation = z.infer<typeof Evaluation>;

/**
 * The score a document needs. No single weakness weighs more than 0.3, so one that is total is let through and left to
 * the gate; two heavy ones send the document back to its author.
 */
export const PASS_SCORE = 0.7;

/**
 * Which versions a document was written from, and which are in force. An approval by policy (`auto`, `off`) counts:
 * `approved` holds whatever later phases may build on.
 */
export interface Provenance {
  readonly upstream: Partial<Record<DocumentKind, string>>;
  readonly approved: Partial<Record<DocumentKind, string>>;
}

/** The ticket's words, by which a document is measured. */
export interface TicketText {
  readonly title: string;
  readonly description: string;
}

/** Three decimals: enough to order documents, few enough that sums of weights compare as written. */
function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

/** Makes the verdict. Findings that cost nothing are dropped. */
export function conclude(blockers: readonly Blocker[], findings: readonly Finding[]): Evaluation {
  const costly = findings.filter((finding) => finding.weight > 0);
  const cost = costly.reduce((sum, finding) => sum + finding.weight, 0);
  const score = rounded(Math.min(1, Math.max(0, 1 - cost)));
  const pass = blockers.length === 0 && score >= PASS_SCORE;
  return { score, pass, blockers: [...blockers], findings: costly };
}

/** A finding whose cost is its full weight when it holds, else nothing. */
export function when(holds: boolean, at: string, code: string, weight: number, message: string): Finding[] {
  return holds ? [{ code, message, at, weight }] : [];
}

/** A finding whose cost is its weight times the share of items that have it; names the first five, to be mended. */
export function share(
  bad: readonly string[],
  of: number,
  code: string,
  weight: number,
  message: string,
): Finding[] {
  if (bad.length === 0 || of === 0) return [];
  const named = bad.slice(0, 5).join(', ') + (bad.length > 5 ? ` and ${bad.length - 5} more` : '');
  const cost = rounded(weight * Math.min(1, bad.length / of));
  return [{ code, message: `${message}: ${named}`, at: '', weight: cost }];
}
