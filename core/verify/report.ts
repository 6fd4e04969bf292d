/** What a check is asked beyond its commands, and what it found: named tests, properties, tampering, mutations, former tests. */
import { z } from 'zod';
import { Sha, TaskId } from '../id.ts';
import { NamedClaim, NamedProof, UnrunClaim } from './claims.ts';
import { FormerTests } from './former.ts';
import { MutationRun } from './mutate.ts';
import { IndependentProof, PropertyPlan } from './properties/independent.ts';
import { PropertyRun } from './properties/run.ts';
import { Finding } from './tamper/finding.ts';

/** The findings in one task's work; the store keeps the gravest. */
export const TamperedWork = z.object({ taskId: TaskId, findings: z.array(Finding).max(100) });
export type TamperedWork = z.infer<typeof TamperedWork>;

/** What to look for. */
export const ProofPlan = z.object({
  /** Claims of all work that is in the checked commit. */
  claims: z.array(NamedClaim).max(5000),
  /** Findings that a person has accepted, by task: they stop nothing any more. */
  accepted: z.array(TamperedWork).max(100),
  /** Commits of finished tasks whose lines are to be mutated. */
  mutate: z.array(z.object({ taskId: TaskId, commit: z.string() })).max(5000),
  /** Property tests by another run than the author's, of each task that has property criteria. */
  properties: z.array(PropertyPlan).max(500).optional(),
  /** Files of tests that verifiers wrote for any task of the ticket: whoever changes one has read it, and a person decides. */
  written: z.array(z.string().max(1000)).max(2000).optional(),
  /** Globs of paths that no work changes without a person's yes. */
  protected: z.array(z.string()).max(200).optional(),
  /** The commit whose tests are to be run as they were; left out where the ticket is not finished. */
  former: Sha.optional(),
  /** Tasks of whose claims a named test has to have run: those that may still mend it in another round. */
  insist: z.array(z.string()).max(100).optional(),
  /** Tests that fail without the work, by name: that they fail is no news. */
  failing: z.array(z.string().max(500)).max(50).optional(),
  /** Tests that failed and passed on one commit in an earlier check: whether they fail says nothing. */
  flaky: z.array(z.string().max(500)).max(200).optional(),
  /** Tests that failed in every run of an earlier check with some of this work. */
  certain: z.array(z.string().max(500)).max(200).optional(),
});
export type ProofPlan = z.infer<typeof ProofPlan>;

/** What was found. */
export const ProofReport = z.object({
  named: z.array(NamedProof).max(5000),
  tamper: z.array(TamperedWork).max(100),
  mutations: z.array(MutationRun).max(2000),
  /** Properties that the tests tried; left out where it was not looked for. */
  properties: z.array(PropertyRun).max(100).optional(),
  /** What property tests by another run said, by criterion; left out where none was asked for. */
  independent: z.array(IndependentProof).max(2000).optional(),
  /** Of the tasks that were insisted on: claims of which no test ran. */
  unrun: z.array(UnrunClaim).max(100).optional(),
  /** How the tests as they were before the ticket went; left out where it was not tried. */
  former: FormerTests.optional(),
  /** What it ran in: system, architecture, walls. */
  sandbox: z.string().max(200),
});
export type ProofReport = z.infer<typeof ProofReport>;

const rank = { high: 0, medium: 1, low: 2 } as const;

/** The gravest findings first, as many as are kept, with hunks that fit a page. */
export function gravest(findings: readonly Finding[]): Finding[] {
  return [...findings]
    .sort((a, b) => rank[a.severity] - rank[b.severity])
    .slice(0, 100)
    .map((one) => ({ ...one, hunk: one.hunk.slice(0, 4000), message: one.message.slice(0, 1000) }));
}

/** Whether all of them are about paths that the policy protects, and none about what proves the work. */
export function onlyProtected(findings: readonly Pick<Finding, 'kind'>[]): boolean {
  return findings.every(({ kind }) => kind === 'protected-path');
}

/** An assertion that is gone or proves less is grave however many are left; other findings are by their severity. */
export function isGrave({ kind, severity }: Pick<Finding, 'kind' | 'severity'>): boolean {
  return severity === 'high' || (severity === 'medium' && /^(?:removed|weakened)-assertion$/.test(kind));
}

/** What a person has to decide about: grave findings that nobody has accepted yet. */
export function toDecide(findings: readonly Finding[], accepted: readonly Finding[]): Finding[] {
  const known = new Set(accepted.map(nameOf));
  return findings.filter((one) => isGrave(one) && !known.has(nameOf(one)));
}

/** Lines move when the head does; what was done to the proof stays the same. */
const nameOf = ({ file, kind, hunk }: Finding) => `${kind}\n${file}\n${hunk}`;
