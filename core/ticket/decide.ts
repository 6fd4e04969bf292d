/**
 * What may happen to a ticket: `decide` answers a command with events or throws `IllegalTransition`; `evolve` folds them in.
 */
import { IllegalTransition } from '../errors.ts';
import type { Digest, DocumentId, Instant, Micros, Sha } from '../id.ts';
import type { Ceremony, Commands } from '../project/project.ts';
import type { DocumentKind, Phase, Ticket, TicketHold, WaitReason } from './ticket.ts';
import { isOver, maxReason, ticketName } from './ticket.ts';

/** What may be asked of a ticket. */
export type TicketCommand =
  | { readonly type: 'mirrored'; readonly commit: Sha; readonly bundle: string }
  | { readonly type: 'enterPhase'; readonly phase: Phase }
  | { readonly type: 'wait'; readonly reason: WaitReason }
  | { readonly type: 'proceed' }
  | {
      readonly type: 'approve';
      readonly kind: DocumentKind;
      readonly documentId: DocumentId;
      readonly hash: Digest;
    }
  | { readonly type: 'setCeremony'; readonly ceremony: Ceremony }
  | {
      readonly type: 'proveCommands';
      readonly commands: Commands;
      readonly verified: boolean;
      readonly nameless: boolean;
    }
  | { readonly type: 'execute'; readonly token: string }
  | { readonly type: 'finishExecution' }
  | { readonly type: 'advance'; readonly from: Sha; readonly to: Sha; readonly bundle: string }
  /** The forge refuses; nothing is lost, it is tried again after `release`. */
  | { readonly type: 'hold'; readonly hold: TicketHold }
  | { readonly type: 'release' }
  /** `hold`: why the platform itself does it. */
  | { readonly type: 'pause'; readonly hold?: TicketHold }
  | { readonly type: 'resume' }
  | { readonly type: 'complete'; readonly branch: string }
  /** Its pull request came back with work. */
  | { readonly type: 'reopen' }
  | { readonly type: 'fail'; readonly reason: string }
  | { readonly type: 'cancel'; readonly reason: string };

/** What can have happened to a ticket. */
export type TicketFact =
  | { readonly type: 'ticket.mirrored'; readonly commit: Sha; readonly bundle: string }
  | { readonly type: 'ticket.phase_entered'; readonly phase: Phase }
  | { readonly type: 'ticket.waiting'; readonly reason: WaitReason }
  | { readonly type: 'ticket.proceeded' }
  | {
      readonly type: 'ticket.document_approved';
      readonly kind: DocumentKind;
      readonly documentId: DocumentId;
      readonly hash: Digest;
    }
  | { readonly type: 'ticket.ceremony_set'; readonly ceremony: Ceremony }
  | {
      readonly type: 'ticket.commands_proven';
      readonly commands: Commands;
      readonly verified: boolean;
      readonly nameless: boolean;
    }
  | { readonly type: 'ticket.execution_started'; readonly token: string }
  | { readonly type: 'ticket.execution_finished'; readonly token: string }
  | { readonly type: 'ticket.advanced'; readonly from: Sha; readonly to: Sha; readonly bundle: string }
  | { readonly type: 'ticket.held'; readonly hold: TicketHold }
  | { readonly type: 'ticket.released'; readonly token: string | null }
  | { readonly type: 'ticket.paused'; readonly hold?: TicketHold }
  | { readonly type: 'ticket.resumed' }
  | { readonly type: 'ticket.completed'; readonly branch: string }
  | { readonly type: 'ticket.reopened' }
  | { readonly type: 'ticket.failed'; readonly reason: string }
  | { readonly type: 'ticket.cancelled'; readonly reason: string };

function refuse(ticket: Ticket, command: TicketCommand, why: string): never {
  throw new IllegalTransition(`${ticketName(ticket.number)} cannot ${command.type}: ${why}`, {
    ticketId: ticket.id,
    status: ticket.status,
    phase: ticket.phase,
  });
}

/** The facts that a command leads to; an empty list when it is already so. Throws `IllegalTransition`. */
export function decideTicket(ticket: Ticket, command: TicketCommand): TicketFact[] {
  if (command.type === 'cancel' && ticket.status === 'cancelled') return [];
  if (command.type === 'reopen') {
    if (ticket.status !== 'completed' && ticket.status !== 'failed')
      refuse(ticket, command, `it is ${ticket.status}`);
    return [{ type: 'ticket.reopened' }];
  }
  if (isOver(ticket.status)) refuse(ticket, command, `it is ${ticket.status}`);
  switch (command.type) {
    case 'mirrored':
      return ticket.baseCommit === null ? [{ ...command, type: 'ticket.mirrored' }] : [];
    case 'enterPhase':
      return ticket.phase === command.phase ? [] : [{ ...command, type: 'ticket.phase_entered' }];
    case 'wait':
      // A paused ticket waits for its resumption alone; what else it waits for is looked up then.
      if (ticket.status === 'paused' || ticket.waitingFor === command.reason) return [];
      return [{ ...command, type: 'ticket.waiting' }];
    case 'proceed':
      if (ticket.waitingFor === null) return [];
      // What else it waited for is settled; what is wrong at the forge is not.
      if (ticket.hold !== null)
        return ticket.waitingFor === 'forge' ? [] : [{ type: 'ticket.waiting', reason: 'forge' }];
      return [{ type: 'ticket.proceeded' }];
    case 'approve':
      return ticket.approved[command.kind]?.hash === command.hash
        ? []
        : [{ ...command, type: 'ticket.document_approved' }];
    case 'setCeremony':
      return ticket.ceremony === command.ceremony ? [] : [{ ...command, type: 'ticket.ceremony_set' }];
    case 'proveCommands':
      return [{ ...command, type: 'ticket.commands_proven' }];
    case 'execute':
      return ticket.executionToken === command.token
        ? []
        : [{ ...command, type: 'ticket.execution_started' }];
    case 'finishExecution':
      return ticket.executionToken === null
        ? []
        : [{ type: 'ticket.execution_finished', token: ticket.executionToken }];
    case 'advance':
      if (ticket.headCommit === command.to) return [];
      if (ticket.headCommit !== command.from)
        refuse(ticket, command, `its branch moved past ${command.from}`);
      return [{ ...command, type: 'ticket.advanced' }];
    case 'hold':
      return ticket.hold?.token === command.hold.token ? [] : [{ ...command, type: 'ticket.held' }];
    case 'release':
      return ticket.hold === null ? [] : [{ type: 'ticket.released', token: ticket.hold.token }];
    case 'pause':
      return ticket.status === 'paused' ? [] : [{ ...command, type: 'ticket.paused' }];
    case 'resume':
      if (ticket.status !== 'paused' && ticket.hold === null) refuse(ticket, command, 'it is not paused');
      return [
        ...(ticket.status === 'paused' ? [{ type: 'ticket.resumed' } as const] : []),
        ...(ticket.hold === null ? [] : [{ type: 'ticket.released', token: ticket.hold.token } as const]),
      ];
    case 'complete':
      return [{ ...command, type: 'ticket.completed' }];
    case 'fail':
      // The row holds no more; the journal and the log have the rest.
      return [{ type: 'ticket.failed', reason: command.reason.slice(0, maxReason) }];
    case 'cancel':
      return [{ type: 'ticket.cancelled', reason: command.reason.slice(0, maxReason) }];
    default:
      return command satisfies never;
  }
}

/** The ticket after a fact. Total: a fact that was stored is never refused. */
export function evolveTicket(ticket: Ticket, fact: TicketFact, at: Instant): Ticket {
  const next = { ...ticket, updatedAt: at };
  switch (fact.type) {
    case 'ticket.mirrored':
      return { ...next, baseCommit: fact.commit, headCommit: fact.commit, baseBundle: fact.bundle };
    case 'ticket.phase_entered':
      return { ...next, phase: fact.phase };
    case 'ticket.waiting':
      return { ...next, status: 'waiting', waitingFor: fact.reason };
    case 'ticket.proceeded':
      return { ...next, status: 'running', waitingFor: null };
    case 'ticket.document_approved':
      return {
        ...next,
        approved: { ...ticket.approved, [fact.kind]: { documentId: fact.documentId, hash: fact.hash } },
      };
    case 'ticket.ceremony_set':
      return { ...next, ceremony: fact.ceremony };
    case 'ticket.commands_proven':
      return {
        ...{ ...next, commands: fact.commands, nameless: fact.nameless },
        verification: fact.verified ? 'verified' : 'unverified',
      };
    case 'ticket.execution_started':
      return { ...next, executionToken: fact.token };
    case 'ticket.execution_finished':
      return { ...next, executionToken: null };
    case 'ticket.advanced':
      return { ...next, headCommit: fact.to, branchBundle: fact.bundle };
    case 'ticket.held': {
      const { hold } = fact;
      return ticket.status === 'paused'
        ? { ...next, hold }
        : { ...next, hold, status: 'waiting', waitingFor: 'forge' };
    }
    case 'ticket.released':
      return ticket.waitingFor === 'forge'
        ? { ...next, hold: null, status: 'running', waitingFor: null }
        : { ...next, hold: null };
    case 'ticket.paused':
      return { ...next, status: 'paused', waitingFor: null, hold: ticket.hold ?? fact.hold ?? null };
    case 'ticket.resumed':
      return { ...next, status: 'running' };
    case 'ticket.completed':
      return { ...next, status: 'completed', waitingFor: null, branch: fact.branch };
    case 'ticket.reopened':
      return {
        ...{ ...next, status: 'running', phase: 'execution', reopened: ticket.reopened + 1 },
        // Of an execution that failed; nobody waits for its answer.
        ...{ executionToken: null, reason: null },
      };
    case 'ticket.failed':
      return { ...next, status: 'failed', waitingFor: null, hold: null, reason: fact.reason };
    case 'ticket.cancelled':
      return { ...next, status: 'cancelled', waitingFor: null, hold: null, reason: fact.reason };
    default:
      return fact satisfies never;
  }
}

/** Money that a ticket may still take: what is neither spent nor reserved, never negative. */
export function remaining(balance: { limit: Micros; spent: Micros; reserved: Micros }): Micros {
  return Math.max(0, balance.limit - balance.spent - balance.reserved);
}
