/**
 * A gate: a point where a person (or policy) decides about one version of a document.
 *
 * The decision is bound to the document's hash. A later version supersedes the gate, and a decision for a version that
 * is not the newest is refused.
 */
import { z } from 'zod';
import { IllegalTransition } from '../errors.ts';
import { Digest, DiscoveryId, DocumentId, GateId, Instant, Micros, TicketId } from '../id.ts';
import { Ceremony } from '../project/project.ts';
import { DocumentPhase } from '../ticket/ticket.ts';
import { TamperedWork } from '../verify/report.ts';

/** A range of money, both in micro-USD. */
export const Forecast = z.object({
  p50Micros: Micros,
  p90Micros: Micros,
  basis: z.enum(['history', 'prior']),
});
export type Forecast = z.infer<typeof Forecast>;

/** Where a gate stands; every state but `open` is final. */
export const GateState = z.discriminatedUnion('status', [
  z.object({ status: z.literal('open') }),
  z.object({
    status: z.literal('approved'),
    by: z.string(),
    at: Instant,
    comment: z.string().nullable(),
    /** A person may change the size of the ceremony with the first approval. */
    ceremony: Ceremony.nullable(),
  }),
  z.object({ status: z.literal('rejected'), by: z.string(), at: Instant, comment: z.string() }),
  z.object({ status: z.literal('superseded'), at: Instant }),
  z.object({ status: z.literal('expired'), at: Instant }),
]);
export type GateState = z.infer<typeof GateState>;

/** Findings that a person is asked about, with what the builder said of the work in which they are. */
export const AskedAbout = TamperedWork.extend({ said: z.string().optional() });
export type AskedAbout = z.infer<typeof AskedAbout>;

/** A gate on one version of a document. */
export const Gate = z.object({
  id: GateId,
  ticketId: TicketId,
  phase: DocumentPhase,
  documentId: DocumentId,
  documentHash: Digest,
  state: GateState,
  /** The workflow token that waits for the decision; never shown. Null for a discovery's gate: nobody stands still for it. */
  token: z.string().nullable(),
  /** The discovery that proposes this version; null for a phase's own document. */
  discoveryId: DiscoveryId.nullable(),
  /** Grave findings in a task's work, for a person to decide about; null for a gate on a document. The hash is theirs then. */
  tamper: AskedAbout.nullable(),
  forecast: Forecast,
  openedAt: Instant,
  expiresAt: Instant,
  version: z.number().int().nonnegative(),
});
export type Gate = z.infer<typeof Gate>;

/** What a gate is about: a phase's document, a discovery that proposes a version, or what a task's work does to its checks. */
export const GateSubject = z.enum(['document', 'discovery', 'tamper']);
export type GateSubject = z.infer<typeof GateSubject>;

/** The subject of a gate. */
export function subjectOf({ tamper, discoveryId }: Pick<Gate, 'tamper' | 'discoveryId'>): GateSubject {
  if (tamper !== null) return 'tamper';
  return discoveryId === null ? 'document' : 'discovery';
}

/** What may be asked of a gate. */
export type GateCommand =
  | {
      readonly type: 'approve';
      readonly by: string;
      readonly hash: Digest;
      readonly comment: string | null;
      readonly ceremony: Ceremony | null;
    }
  | { readonly type: 'reject'; readonly by: string; readonly hash: Digest; readonly comment: string }
  | { readonly type: 'supersede' }
  | { readonly type: 'expire' };

/** How long a gate waits: a year, the longest that a Standard execution of Step Functions lives. */
export const gateLifetimeDays = 365;

/** The gate's next state. Throws `IllegalTransition` when it is decided already, expired, or the hash is of another version. */
export function decideGate(gate: Gate, command: GateCommand, at: Instant): GateState {
  const { state } = gate;
  if (state.status !== 'open') {
    const who = 'by' in state ? ` by ${state.by}` : '';
    throw new IllegalTransition(`This gate was already ${state.status}${who}.`, {
      gateId: gate.id,
      status: state.status,
    });
  }
  switch (command.type) {
    case 'approve':
    case 'reject':
      if (command.hash !== gate.documentHash) {
        throw new IllegalTransition(
          'The decision is for another version of the document than the gate shows.',
          {
            gateId: gate.id,
            expected: gate.documentHash,
            given: command.hash,
          },
        );
      }
      if (at >= gate.expiresAt)
        throw new IllegalTransition('This gate expired.', { gateId: gate.id, status: 'expired' });
      if (command.type === 'reject') {
        if (command.comment.trim() === '') {
          throw new IllegalTransition('A rejection needs a comment: the phase runs again with it.', {
            gateId: gate.id,
          });
        }
        return { status: 'rejected', by: command.by, at, comment: command.comment };
      }
      return { status: 'approved', by: command.by, at, comment: command.comment, ceremony: command.ceremony };
    case 'supersede':
      return { status: 'superseded', at };
    case 'expire':
      return { status: 'expired', at };
    default:
      return command satisfies never;
  }
}
