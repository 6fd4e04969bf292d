/** What the HTTP API takes. Unknown fields are refused, so that a misspelt option is never silently ignored. */
import { z } from 'zod';
import { Digest, Micros, ProjectId } from '../id.ts';
import { KeyRole } from '../key/key.ts';
import {
  Ceremony,
  Commands,
  DraftPolicy,
  GatePolicy,
  IndependentPolicy,
  NetworkPolicy,
} from '../project/project.ts';

/** A repository to connect. What is left out takes the defaults of core/project. */
export const ConnectProject = z.strictObject({
  name: z.string().trim().min(1).max(100),
  /** A folder on this machine, or a URL that git can reach. */
  repo: z.string().trim().min(1).max(1000),
  defaultBranch: z.string().min(1).max(255).optional(),
  commands: Commands.strict().optional(),
  gates: GatePolicy.partial().strict().optional(),
  ceremony: z.union([Ceremony, z.literal('auto')]).optional(),
  budgetMicros: Micros.optional(),
  network: NetworkPolicy.optional(),
  draft: DraftPolicy.optional(),
  independent: IndependentPolicy.optional(),
  protectedPaths: z.array(z.string().min(1).max(300)).max(100).optional(),
  parallelTasks: z.number().int().min(1).max(32).optional(),
  parallelProject: z.number().int().min(1).max(256).optional(),
});
export type ConnectProject = z.infer<typeof ConnectProject>;

/** What can be changed of a project; fields left out stay as they are. */
export const UpdateProject = ConnectProject.omit({ repo: true }).partial();
export type UpdateProject = z.infer<typeof UpdateProject>;

/** A feature request. Gates and budget default to the project's. */
export const SubmitTicket = z.strictObject({
  projectId: ProjectId,
  title: z.string().trim().min(1).max(200),
  description: z.string().max(50_000).default(''),
  gates: GatePolicy.partial().strict().optional(),
  budgetMicros: Micros.optional(),
});
export type SubmitTicket = z.infer<typeof SubmitTicket>;

/** A decision names the hash of the version that the person has read. */
export const ApproveGate = z.strictObject({
  hash: Digest,
  comment: z.string().max(10_000).optional(),
  ceremony: Ceremony.optional(),
});
export type ApproveGate = z.infer<typeof ApproveGate>;

/** A rejection; the phase runs again with the comment. */
export const RejectGate = z.strictObject({ hash: Digest, comment: z.string().trim().min(1).max(10_000) });
export type RejectGate = z.infer<typeof RejectGate>;

/** The ticket's new ceiling. */
export const SetBudget = z.strictObject({ limitMicros: Micros });
export type SetBudget = z.infer<typeof SetBudget>;

/** The answer that the run goes on with. */
export const AnswerQuestion = z.strictObject({ text: z.string().trim().min(1).max(10_000) });
export type AnswerQuestion = z.infer<typeof AnswerQuestion>;

/** What the agent hears in its next turn. */
export const SteerRun = z.strictObject({ text: z.string().trim().min(1).max(10_000) });
export type SteerRun = z.infer<typeof SteerRun>;

/** The new text of one requirement, with its criteria as they shall be (ids kept where the meaning is the same). */
export const ChangeRequirement = z.strictObject({
  text: z.string().trim().min(1).max(2000),
  criteria: z
    .array(
      z.strictObject({
        id: z.string().max(20).optional(),
        text: z.string().trim().min(1).max(1000),
        kind: z.enum(['example', 'property']),
        hint: z.string().max(1000).optional(),
      }),
    )
    .min(1)
    .max(20),
});
export type ChangeRequirement = z.infer<typeof ChangeRequirement>;

/** Why a ticket is cancelled; shown with it. */
export const CancelTicket = z.strictObject({ reason: z.string().max(1000).optional() });
export type CancelTicket = z.infer<typeof CancelTicket>;

/** Told to the builders of the tasks that begin anew. */
export const RetryTicket = z.strictObject({ comment: z.string().trim().min(1).max(4000).optional() });
export type RetryTicket = z.infer<typeof RetryTicket>;

/** What shall be changed of a pull request, as a whole or at places of its diff: one of both at least. */
export const ReviewPull = z
  .strictObject({
    text: z.string().max(8000).default(''),
    notes: z
      .array(
        z.strictObject({
          path: z.string().min(1).max(1000),
          /** A line of the file as the pull request has it; null: the whole file. */
          line: z.number().int().positive().nullable().default(null),
          /** What stands in that line: the lines before it may move until its task is built. */
          code: z.string().max(500).optional(),
          text: z.string().trim().min(1).max(4000),
        }),
      )
      .max(100)
      .default([]),
  })
  .refine(({ text, notes }) => text.trim() !== '' || notes.length > 0, 'Say what shall be changed.');
export type ReviewPull = z.infer<typeof ReviewPull>;

/** Merging takes no options. */
export const MergePull = z.strictObject({});

/** Which GitHub; absent: the one that the installation is configured for. */
const baseUrl = z
  .url({ protocol: /^https?$/ })
  .max(300)
  .optional();

/** A GitHub App that is to be made, by a person or for an organisation. */
export const BeginApp = z.strictObject({
  /** The page of the console that GitHub sends the person back to. */
  consoleUrl: z.url({ protocol: /^https?$/ }).max(300),
  baseUrl,
  organization: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,38}$/)
    .optional(),
});
export type BeginApp = z.infer<typeof BeginApp>;

/** What GitHub sent the person back with. */
export const FinishApp = z.strictObject({
  code: z.string().regex(/^[\w-]{1,200}$/),
  state: z.string().min(1).max(200),
});
export type FinishApp = z.infer<typeof FinishApp>;

/** A token, fine-grained as a rule. It is not kept with the request. */
export const ConnectToken = z.strictObject({
  token: z
    .string()
    .trim()
    .regex(/^[\w-]{10,300}$/, 'is no token of GitHub'),
  baseUrl,
  webhookSecret: z.string().min(8).max(300).optional(),
});
export type ConnectToken = z.infer<typeof ConnectToken>;

/** A key for a program: what it acts as, what it may do, and for how many days. */
export const CreateKey = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(60)
    // A program must not pass for a person who signs in.
    .regex(/^[^@]*$/, 'must not look like an e-mail address'),
  role: KeyRole.default('approver'),
  /** A year at most: a key that nobody renews ends. */
  days: z.number().int().min(1).max(366).default(90),
});
export type CreateKey = z.infer<typeof CreateKey>;
