/**
 * A run: one agent, or one platform check, in one sandbox.
 *
 * `round` counts runs of the same purpose (each with feedback from the one before); `attempt` counts sandboxes of the
 * same run: when a sandbox dies, the next attempt continues from journal and checkpoint, and writes of the old one are
 * refused (fencing).
 */
import { z } from 'zod';
import { Diagnosis } from '../discovery/diagnosis.ts';
import { IllegalTransition, StaleAttempt } from '../errors.ts';
import { DocumentId, Instant, RunId, Sha, TaskId, TicketId } from '../id.ts';
import { Phase } from '../ticket/ticket.ts';
import { CheckPlan, CheckResult } from '../verify/check.ts';
import { PropertyTests } from '../verify/properties/independent.ts';

/** What an agent is in a run. A `verifier` of kind `agent` writes property tests; of kind `check` it is the platform's own. */
export const Role = z.enum([
  'explorer',
  'analyst',
  'architect',
  'planner',
  'builder',
  'verifier',
  'integrator',
  'diagnostician',
]);
export type Role = z.infer<typeof Role>;

/** Why a run has no sandbox: it waits for a person, or (`dependency`) for a task that it found and needs. */
export const HoldReason = z.enum(['question', 'paused', 'budget', 'dependency']);
export type HoldReason = z.infer<typeof HoldReason>;

/** Every end of a run has exactly one of these codes. */
export const EndReason = z.enum([
  'submitted',
  'stuck',
  'turn-limit',
  'time-limit',
  'money-limit',
  'no-submission',
  /** A verifier: the work does not build or start, so that no test could run. */
  'untestable',
  'refusal',
  'format-errors',
  'model-unavailable',
  'model-rejected',
  'setup-failed',
  'source-failed',
  'sandbox-lost',
  'cancelled',
]);
export type EndReason = z.infer<typeof EndReason>;

/** What a builder says of one criterion; what it took it to mean, where it cannot hold as it is written. */
export const Claim = z.object({
  criterion: z.string().max(40),
  how: z.string().max(2000),
  interpretation: z.string().max(1000).optional(),
  /** Shows what no test can see: exits 0 only where the criterion holds. */
  command: z.string().max(500).optional(),
});
export type Claim = z.infer<typeof Claim>;

/** What a builder or integrator hands in: commits as a bundle, and a claim for each criterion (a request to verify, never a fact). */
export const Submission = z.object({
  tip: Sha,
  bundle: z.string(),
  summary: z.string().max(8000),
  claims: z.array(Claim).max(100),
  /** The same work without the author's tests, for a verifier; only where the task has property criteria. */
  blind: z.object({ tip: Sha, bundle: z.string() }).optional(),
  /** Nothing had to change: the summary answers whoever asked. Only of a task that may be answered so. */
  unchanged: z.literal(true).optional(),
});
export type Submission = z.infer<typeof Submission>;

/** How a run ended. */
export const RunOutcome = z.discriminatedUnion('type', [
  z.object({ type: z.literal('document'), documentId: DocumentId }),
  z.object({ type: z.literal('work'), submission: Submission }),
  z.object({ type: z.literal('tests'), tests: PropertyTests }),
  z.object({ type: z.literal('check'), result: CheckResult }),
  z.object({ type: z.literal('diagnosis'), diagnosis: Diagnosis }),
  z.object({ type: z.literal('failed'), reason: EndReason, message: z.string().max(8000) }),
]);
export type RunOutcome = z.infer<typeof RunOutcome>;

/** Where a run stands; `ended` is final. */
export const RunState = z.discriminatedUnion('status', [
  /** Its sandbox was asked for. */
  z.object({ status: z.literal('requested'), at: Instant }),
  /**
   * Its harness has spoken to the gateway; it must speak again before `leaseUntil`. Heartbeats renew that in the agent
   * registry (core/agent/ports.ts) alone: it lives while either says so.
   */
  z.object({ status: z.literal('running'), startedAt: Instant, leaseUntil: Instant }),
  /** No sandbox; waits. */
  z.object({ status: z.literal('held'), reason: HoldReason, at: Instant, startedAt: Instant.nullable() }),
  z.object({ status: z.literal('ended'), outcome: RunOutcome, at: Instant, startedAt: Instant.nullable() }),
]);
export type RunState = z.infer<typeof RunState>;

/** A run as it is stored. */
export const Run = z.object({
  id: RunId,
  ticketId: TicketId,
  taskId: TaskId.nullable(),
  phase: Phase,
  kind: z.enum(['agent', 'check']),
  role: Role,
  round: z.number().int().positive(),
  attempt: z.number().int().positive(),
  /** Sandboxes lost in a row without a new journal step between; bounds relaunching. */
  lost: z.number().int().nonnegative(),
  state: RunState,
  /** The commit that its checkout starts from. */
  baseCommit: Sha,
  /** What the round before left for this one: an evaluator's findings, a person's comment, a failing log. */
  feedback: z.string().nullable(),
  /** Only for `kind: check`. */
  check: CheckPlan.nullable(),
  /** The workflow token that waits for it; null while none does. Never shown. */
  token: z.string().nullable(),
  /** The sandbox adapter's name for the sandbox of this attempt; null before the launch. */
  sandbox: z.string().nullable(),
  turns: z.number().int().nonnegative(),
  version: z.number().int().nonnegative(),
  createdAt: Instant,
});
export type Run = z.infer<typeof Run>;

/** How events name a run. */
export function aboutRun({ id: runId, taskId, kind, role, attempt }: Run) {
  return { runId, taskId, kind, role, attempt };
}

/** A sandbox that was silent this long has died; three missed heartbeats of 20 s. */
export const leaseSeconds = 60;
/** After this many sandboxes lost in a row without a new step, the cause is not chance. */
export const maxLost = 3;

/** What may be asked of a run. */
export type RunCommand =
  | { readonly type: 'claim'; readonly leaseUntil: Instant }
  | { readonly type: 'hold'; readonly reason: HoldReason }
  | { readonly type: 'resume'; readonly token: string }
  | { readonly type: 'lose' }
  | { readonly type: 'end'; readonly outcome: RunOutcome };

/** The run after a command. Throws `IllegalTransition`; `lose` past `maxLost` ends the run with `sandbox-lost`. */
export function decideRun(run: Run, command: RunCommand, at: Instant): Run {
  const { state } = run;
  if (state.status === 'ended') {
    throw new IllegalTransition(`The run has ended; it cannot ${command.type}.`, { runId: run.id });
  }
  const startedAt = 'startedAt' in state ? state.startedAt : null;
  switch (command.type) {
    case 'claim':
      if (state.status === 'held') throw new IllegalTransition('The run is held.', { runId: run.id });
      return {
        ...run,
        state: { status: 'running', startedAt: startedAt ?? at, leaseUntil: command.leaseUntil },
      };
    case 'hold':
      return { ...run, state: { status: 'held', reason: command.reason, at, startedAt }, sandbox: null };
    case 'resume':
      if (state.status !== 'held') throw new IllegalTransition('The run is not held.', { runId: run.id });
      return {
        ...run,
        state: { status: 'requested', at },
        attempt: run.attempt + 1,
        lost: 0,
        token: command.token,
        sandbox: null,
      };
    case 'lose': {
      if (state.status === 'held')
        throw new IllegalTransition('The run has no sandbox to lose.', { runId: run.id });
      const lost = run.lost + 1;
      if (lost < maxLost)
        return { ...run, state: { status: 'requested', at }, attempt: run.attempt + 1, lost, sandbox: null };
      const message = `Its sandbox died ${lost} times in a row without a new step.`;
      return {
        ...run,
        lost,
        state: {
          status: 'ended',
          outcome: { type: 'failed', reason: 'sandbox-lost', message },
          at,
          startedAt,
        },
      };
    }
    case 'end':
      return { ...run, state: { status: 'ended', outcome: command.outcome, at, startedAt } };
    default:
      return command satisfies never;
  }
}

/** Refuses a write of another attempt than the current one, or to a run that is not live. Throws `StaleAttempt`. */
export function fence(run: Run, attempt: number): void {
  if (attempt !== run.attempt || run.state.status === 'ended' || run.state.status === 'held') {
    throw new StaleAttempt(`Attempt ${attempt} of the run is over.`, {
      runId: run.id,
      attempt,
      current: run.attempt,
      status: run.state.status,
    });
  }
}
