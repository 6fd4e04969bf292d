/** How a ticket came out: the one object that programs read, and the sentences for people. */
import type { TicketView } from '#core/api/views.ts';
import type { Ending } from './attend.ts';
import { type ExitCode, exitCode } from './exit.ts';
import { briefly } from './gate.ts';
import { clean, count, duration, usd } from './progress/text.ts';

/** The last line of `--json`. What there is none of is null; `seconds` is how long the command took. */
export interface Result {
  readonly type: 'result';
  readonly status: 'ready' | 'failed' | 'waiting' | 'cancelled';
  /** Why it failed or was cancelled, or what it waits for, in sentences. */
  readonly reason: string | null;
  readonly ticket: string | null;
  readonly branch: string | null;
  readonly commit: string | null;
  readonly pullRequest: number | null;
  readonly criteria: { readonly total: number; readonly proven: number };
  readonly tasks: { readonly done: number; readonly failed: number };
  readonly costUsd: number;
  readonly seconds: number;
}

/** An interrupted ticket waits: for the command to be run again. */
export function resultOf({ status, ticket }: Ending, ms: number): Result {
  const moved = ticket.headCommit !== ticket.baseCommit;
  return {
    type: 'result',
    status: status === 'interrupted' ? 'waiting' : status,
    reason: reasonOf({ status, ticket }),
    ticket: ticket.name,
    branch: ticket.pullRequest === null ? null : ticket.branch,
    commit: moved ? ticket.headCommit : null,
    pullRequest: ticket.pullRequest?.number ?? null,
    criteria: { total: ticket.criteria.total, proven: ticket.criteria.proven },
    tasks: { done: ticket.tasks.done, failed: ticket.tasks.failed },
    costUsd: ticket.cost.spentMicros / 1_000_000,
    seconds: Math.round(ms / 1000),
  };
}

function reasonOf({ status, ticket }: Ending): string | null {
  if (status === 'ready') return null;
  if (status === 'failed' || status === 'cancelled') return ticket.reason;
  return waitsFor(ticket).join(' ') || null;
}

/** There was not even a ticket. */
export function noResult(reason: string, ms: number): Result {
  return {
    type: 'result',
    status: 'failed',
    reason,
    ticket: null,
    branch: null,
    commit: null,
    pullRequest: null,
    criteria: { total: 0, proven: 0 },
    tasks: { done: 0, failed: 0 },
    costUsd: 0,
    seconds: Math.round(ms / 1000),
  };
}

export function exitOf({ status }: Ending): ExitCode {
  switch (status) {
    case 'ready':
      return exitCode.ok;
    case 'failed':
    case 'cancelled':
      return exitCode.failed;
    case 'waiting':
      return exitCode.waiting;
    case 'interrupted':
      return exitCode.interrupted;
    default:
      return status satisfies never;
  }
}

/** What came out, for a person; `seconds` is counted by whoever asks. */
export function summary({ status, ticket }: Ending, ms: number): string[] {
  const figures = [
    `${ticket.criteria.proven} of ${count(ticket.criteria.total, 'criterion').replace('criterions', 'criteria')} proven`,
    `${ticket.tasks.done} of ${count(ticket.tasks.total, 'task')} done`,
    usd(ticket.cost.spentMicros),
    duration(ms),
  ].join(' · ');
  switch (status) {
    case 'ready':
      return [...ready(ticket), figures, ...again(ticket)];
    case 'failed':
      return [
        `${ticket.name} failed: ${clean(ticket.reason ?? 'no reason was given')}`,
        ...[...diagnosed(ticket), figures, ...again(ticket)],
      ];
    case 'cancelled':
      return [`${ticket.name} was cancelled. ${clean(ticket.reason ?? '')}`.trim(), figures];
    case 'waiting':
    case 'interrupted':
      return waitsFor(ticket);
    default:
      return status satisfies never;
  }
}

/** What a run that read the journals found, and what it proposes to change before the next try. */
function diagnosed({ diagnosis }: TicketView): string[] {
  if (diagnosis === null) return [];
  return [
    `Diagnosis: ${clean(diagnosis.cause)}`,
    ...diagnosis.proposals.map(({ change, what }) => `- change the ${change}: ${clean(what)}`),
  ];
}

/** How to go on where something came to nothing; what was merged stays. */
function again({ name, status, tasks, pullRequest }: TicketView): string[] {
  if (status === 'completed' && tasks.done === tasks.total && pullRequest?.draft)
    return [`\`omoi retry ${name}\` checks its commit once more, on a host with this data (\`omoi start\`).`];
  const worth = status === 'failed' ? tasks.total > 0 : tasks.done < tasks.total;
  return worth
    ? [`\`omoi retry ${name}\` tries again what failed, on a host with this data (\`omoi start\`).`]
    : [];
}

function ready(ticket: TicketView): string[] {
  const pull = ticket.pullRequest === null ? 'The result' : `Pull request #${ticket.pullRequest.number}`;
  const commit = ticket.headCommit === null ? '' : ` at ${ticket.headCommit.slice(0, 8)}`;
  const unverified =
    ticket.verification === 'verified' ? [] : ['Unverified: the repository has no tests that could be run.'];
  const is = ticket.pullRequest?.draft ? 'is a draft, because not everything is proven' : 'is ready';
  const note = ticket.pullRequest?.draftNote ?? null;
  const why = note === null ? [] : [clean(note)];
  return [`${pull} ${is}: branch ${ticket.branch}${commit}.`, ...why, ...unverified];
}

/** What a person has to do, one line each. */
export function waitsFor(ticket: TicketView): string[] {
  return [
    ...(ticket.status === 'paused' ? [`${ticket.name} is paused.`] : []),
    ...ticket.openGates.map((gate) =>
      gate.tamper === null
        ? `${ticket.name} waits for a decision at its ${gate.phase} gate.`
        : `${ticket.name} waits for a decision about the ${briefly(gate)}.`,
    ),
    ...ticket.openQuestions.map(
      ({ id, text, options }) =>
        `${ticket.name} waits for an answer (${id}): ${clean(text)}${options.length === 0 ? '' : ` (${options.map(clean).join(' / ')})`}`,
    ),
    ...(ticket.waitingFor === 'budget'
      ? [
          `${ticket.name} needs a larger budget: the next model call may cost more than is left of ${usd(ticket.cost.limitMicros)} (${usd(ticket.cost.spentMicros)} spent).`,
        ]
      : []),
    ...(ticket.hold === null ? [] : [`${ticket.name} stands still: ${clean(ticket.hold.why)}`]),
  ];
}
