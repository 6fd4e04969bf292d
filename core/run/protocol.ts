/**
 * What a sandbox may say to the gateway, and what it hears: the whole of the sandbox's world.
 *
 * Every request carries the run token (`Authorization: Bearer` or, for the Messages API, `x-api-key`), which names run
 * and attempt; a token of an attempt that is over gets 409 `stale-attempt`.
 *
 *   GET  /v1/run                     → RunBrief
 *   POST /v1/run/heartbeat           HeartbeatRequest → HeartbeatReply
 *   POST /v1/run/hold                {} → {}                          (obeys `stop: paused`: the run is held; the sandbox exits)
 *   POST /v1/run/steps               StepRequest → {}                 (idempotent by seq)
 *   POST /v1/run/uploads             UploadRequest → UploadReply      (then PUT the bytes to `url`)
 *   POST /v1/run/checkpoints         CheckpointRequest → {}           (idempotent by seq)
 *   GET  /v1/run/setups/:digest      → SetupReply
 *   PUT  /v1/run/setups/:digest      {blob} → {}                      (platform checks on a base commit only)
 *   POST /v1/run/questions           QuestionRequest → {questionId}   (the run is held; the sandbox exits)
 *   POST /v1/run/discoveries         Finding → DiscoveryReply         (idempotent by its words within the run)
 *   POST /v1/run/memories            MemoryRequest → {}
 *   GET  /v1/run/memories?query=     → {memories}
 *   POST /v1/run/plan                {items} → {}
 *   POST /v1/run/document            {body} → DocumentReply           (schema errors are an answer, not an error)
 *   POST /v1/run/work                Submission → {}                  (ends the run)
 *   POST /v1/run/tests               PropertyTests → {}               (ends the run)
 *   POST /v1/run/diagnosis           Diagnosis → {}                   (ends the run)
 *   POST /v1/run/check               CheckResult → {}                 (ends the run)
 *   POST /v1/run/end                 EndRequest → {}                  (ends the run as failed)
 *   POST /v1/messages                the Messages API, byte-faithful; header `x-omoi-call: <number of the call in the run>`
 *   POST /v1/messages/count_tokens   passed through, never charged
 */
import { z } from 'zod';
import { Digest, Instant, Micros, RunId, Sha } from '../id.ts';
import { Commands, NetworkPolicy } from '../project/project.ts';
import { DocumentKind, Phase } from '../ticket/ticket.ts';
import { CheckPlan, CommandName } from '../verify/check.ts';
import { EndReason, Role, Submission } from './run.ts';
import { Step, StepBody } from './step.ts';

/** Checked before each model call, in one place. */
export const Limits = z.object({
  turns: z.number().int().positive(),
  minutes: z.number().positive(),
  /** Input tokens at which the run restarts its context from a hand-off note. */
  contextTokens: z.number().int().positive(),
  maxOutputTokens: z.number().int().positive(),
  /** Longest that one shell command may be given. */
  commandSeconds: z.number().int().positive(),
  /** Longest that one of the project's own commands may take in a check. */
  checkSeconds: z.number().int().positive(),
  /** What the run may spend by itself, whatever else is free; no bound where left out. */
  micros: Micros.optional(),
});
export type Limits = z.infer<typeof Limits>;

/** A criterion as the builder needs it. */
export const Criterion = z.object({
  id: z.string(),
  text: z.string(),
  kind: z.enum(['example', 'property']),
  hint: z.string().optional(),
});
export type Criterion = z.infer<typeof Criterion>;

/** Everything a harness needs to begin, or to go on. */
export const RunBrief = z.object({
  run: z.object({
    id: RunId,
    attempt: z.number().int(),
    kind: z.enum(['agent', 'check']),
    role: Role,
    phase: Phase,
    round: z.number().int(),
  }),
  ticket: z.object({ name: z.string(), title: z.string(), description: z.string(), tainted: z.boolean() }),
  task: z
    .object({
      key: z.string(),
      title: z.string(),
      goal: z.string(),
      criteria: z.array(Criterion),
      writes: z.array(z.string()),
      doneWhen: z.string(),
      /** Whether another run writes tests for it: then the work is handed in without its own tests, too. */
      independent: z.boolean().default(false),
      /** Files of tests that verifiers wrote for it before it began anew. */
      taken: z.array(z.string()).default([]),
      /** Whether a person asks who may be answered without a change: then work that changes nothing is taken. */
      asked: z.boolean().default(false),
      /** Whether its work is on the branch already and it began anew: then that may stand as it is, and is checked again. */
      stands: z.boolean().default(false),
      /** Tasks whose result it builds on: merged, and in the checkout; with what their authors said of them. */
      after: z.array(z.object({ key: z.string(), title: z.string(), summary: z.string() })).default([]),
    })
    .nullable(),
  /** The approved documents that this run builds on, in order of the road. */
  documents: z.array(
    z.object({
      kind: DocumentKind,
      version: z.number().int(),
      markdown: z.string(),
      /** What the person who approved it added; null when nothing. */
      remark: z.string().nullable().default(null),
    }),
  ),
  /** The newest own document of this phase, when the run is to improve on it. */
  previous: z.object({ version: z.number().int(), body: z.unknown() }).nullable(),
  /** What the task's builder handed in last, when this is another round of it. */
  handedIn: Submission.pick({ summary: true, claims: true }).nullable().default(null),
  feedback: z.string().nullable(),
  /** For a diagnostic run: the tasks that failed, with the end of their journals. */
  failures: z
    .array(z.object({ task: z.string(), title: z.string(), reason: z.string(), journal: z.string() }))
    .default([]),
  /** What runs before found and nobody acts on by itself. */
  notes: z.array(z.object({ kind: z.string(), title: z.string(), detail: z.string() })).default([]),
  memories: z.array(z.object({ kind: z.string(), text: z.string() })),
  /** Answers to questions that the run asked, in order. */
  answers: z.array(z.object({ question: z.string(), answer: z.string() })),
  /** What people answered to other runs that build the ticket. */
  decided: z.array(z.object({ question: z.string(), answer: z.string() })).default([]),
  commands: Commands,
  /** Those of them that failed on the base commit already. */
  failing: z.array(CommandName),
  /** Whether the test command told none of its tests by name there, as the platform reads them. */
  nameless: z.boolean().default(false),
  /** How long each took there, in ms. */
  usualMs: z.partialRecord(CommandName, z.number().nonnegative()).default({}),
  /** What the commands left in the checkout there and git neither tracks nor ignores; folders end in `/`. */
  leaves: z.array(z.string()).default([]),
  /** Tests that failed and passed on one commit in the ticket's checks. */
  flaky: z.array(z.string()).default([]),
  network: NetworkPolicy,
  limits: Limits,
  model: z.string(),
  /** Where the checkout comes from: bundles to fetch in order, the commit to check out, and for an integrator the work to merge (for a verifier without its tests). */
  source: z.object({
    bundles: z.array(z.string()),
    commit: Sha,
    /** The ticket's base commit: what a check hands in is a bundle from there. */
    base: Sha,
    merge: z.object({ bundle: z.string(), tip: Sha }).nullable(),
  }),
  check: CheckPlan.nullable(),
  /** Where the bundles of `check.works` can be fetched, in their order, and then those of their property tests. */
  checkBundles: z.array(z.string()),
  /** The journal so far; empty on a first attempt. */
  journal: z.array(Step),
  checkpoint: z.object({ seq: z.number().int(), commit: Sha, bundle: z.string() }).nullable(),
  /** A replayed model is in use; the harness notes it in the journal. */
  replayed: z.boolean(),
});
export type RunBrief = z.infer<typeof RunBrief>;

/** That the harness lives, and what it is at. */
export const HeartbeatRequest = z.object({
  turn: z.number().int().nonnegative(),
  doing: z.string().max(200),
});
export type HeartbeatRequest = z.infer<typeof HeartbeatRequest>;

/** `stop` says that the sandbox must end now: `cancelled`, or `paused` (checkpoint first; the platform holds the run). */
export const HeartbeatReply = z.object({
  leaseUntil: Instant,
  stop: z.enum(['cancelled', 'paused']).nullable(),
  steering: z.array(z.object({ id: z.string(), text: z.string() })),
});
export type HeartbeatReply = z.infer<typeof HeartbeatReply>;

/** `steered` names steering messages that this step carries; they are then delivered. */
export const StepRequest = z.object({
  seq: z.number().int().positive(),
  body: StepBody,
  steered: z.array(z.string()).max(100).default([]),
});
export type StepRequest = z.infer<typeof StepRequest>;

/** Bytes that a sandbox wants to store. */
export const UploadRequest = z.object({
  what: z.enum(['checkpoint', 'work', 'merge', 'log', 'setup']),
  /** Distinguishes uploads of the same kind in one run, for example a seq or a command's name. */
  name: z.string().regex(/^[A-Za-z0-9._-]{1,80}$/),
  bytes: z.number().int().nonnegative(),
});
export type UploadRequest = z.infer<typeof UploadRequest>;
export const UploadReply = z.object({ blob: z.string(), url: z.string() });
export type UploadReply = z.infer<typeof UploadReply>;

/** A checkpoint whose bundle was uploaded. */
export const CheckpointRequest = z.object({
  seq: z.number().int().positive(),
  commit: Sha,
  bundle: z.string(),
});
export type CheckpointRequest = z.infer<typeof CheckpointRequest>;

/** Names a setup by what it read. */
export const SetupDigest = Digest;
export const SetupReply = z.object({ url: z.string().nullable() });
export type SetupReply = z.infer<typeof SetupReply>;

/** A question to a person; the sandbox exits after it. */
export const QuestionRequest = z.object({
  text: z.string().min(1).max(4000),
  options: z.array(z.string().max(500)).max(10).default([]),
});
export type QuestionRequest = z.infer<typeof QuestionRequest>;

/**
 * What the platform says to a finding. `hold`: the run is held (for a person's answer, or for the task that does the
 * work); the sandbox exits, and the next attempt reports the same again to hear what came of it.
 */
export const DiscoveryReply = z.object({
  accepted: z.boolean(),
  message: z.string(),
  hold: z.enum(['question', 'dependency']).nullable().default(null),
});
export type DiscoveryReply = z.infer<typeof DiscoveryReply>;

/** What later runs of the project should know. */
export const MemoryRequest = z.object({
  kind: z.enum(['error_fix', 'decision', 'learning', 'warning', 'codebase', 'discovery']),
  text: z.string().min(1).max(4000),
});
export type MemoryRequest = z.infer<typeof MemoryRequest>;

/** The agent's checklist as it stands. */
export const PlanRequest = z.object({
  items: z.array(z.object({ text: z.string().max(300), status: z.enum(['todo', 'doing', 'done']) })).max(50),
});
export type PlanRequest = z.infer<typeof PlanRequest>;

/** A document; checked against the schema of the phase. */
export const DocumentRequest = z.object({
  body: z.unknown(),
  /** Hands it in although rules are broken (the schema still holds): for an agent that was told and cannot mend it. */
  asIs: z.boolean().default(false),
});
export type DocumentRequest = z.infer<typeof DocumentRequest>;
export const DocumentReply = z.discriminatedUnion('accepted', [
  z.object({ accepted: z.literal(true) }),
  /** In words, for the model: what is wrong and where. */
  z.object({ accepted: z.literal(false), errors: z.array(z.string()) }),
]);
export type DocumentReply = z.infer<typeof DocumentReply>;

/** The run ends without a submission. */
export const EndRequest = z.object({ reason: EndReason, message: z.string().max(8000) });
export type EndRequest = z.infer<typeof EndRequest>;
