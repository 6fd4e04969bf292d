/** A gate in words: what it is on, what each decision does, and what the rest may cost. */
import type { DocumentView, GateView, TicketView } from '#core/api/views.ts';
import { subjectOf } from '#core/gate/gate.ts';
import { onlyProtected } from '#core/verify/report.ts';
import type { Client } from './client.ts';
import { commandLine, pageOf } from './paste.ts';
import { count, usd } from './progress/text.ts';

export interface GateWords {
  /** `requirements of TKT-1, version 2 (3fa9c2d1), forecast 0.30 USD to 0.80 USD`. */
  readonly name: string;
  /** What follows from each decision. */
  readonly approved: string;
  readonly rejected: string;
}

/** The words of a gate; asks the host for its document, or for the task that its findings are about. */
export async function wordsOf(client: Client, gate: GateView, ticket: TicketView): Promise<GateWords> {
  if (gate.tamper !== null)
    return {
      name: `${tamperName(gate.tamper)} the work of task ${await taskKeyOf(client, gate)} of ${ticket.name}, ${findingsOf(gate.tamper)} (${shortHash(gate.documentHash)})`,
      approved: 'the work is merged as it is',
      rejected: 'it goes back to its builder with the comment',
    };
  const document = await client.call('getDocument', { params: { id: gate.documentId } });
  const name = documentName(gate, ticket, document);
  return subjectOf(gate) === 'discovery'
    ? {
        name: `proposed change in the ${name}`,
        approved: 'it becomes a requirement with a task of its own',
        rejected: 'nothing changes, and the work goes on without it',
      }
    : {
        name,
        approved: 'the ticket goes on with it',
        rejected: 'the phase runs again with the comment',
      };
}

type Tamper = NonNullable<GateView['tamper']>;

function tamperName({ findings }: Tamper): string {
  return onlyProtected(findings) ? 'change of protected paths by' : 'tamper report on';
}

const findingsOf = ({ findings }: Tamper) => count(findings.length, 'finding');

/** The key of the task whose work a tamper report is about. */
export async function taskKeyOf(client: Client, { ticketId, tamper }: GateView): Promise<string> {
  const { items } = await client.call('listTasks', { params: { ticket: ticketId } });
  return items.find(({ id }) => id === tamper?.taskId)?.key ?? 'unknown';
}

/** `requirements of TKT-1, version 2 (3fa9c2d1), forecast 0.30 to 0.80 USD`. */
function documentName(gate: GateView, ticket: TicketView, document: DocumentView): string {
  const { p50Micros, p90Micros } = gate.forecast;
  const forecast = `forecast ${usd(p50Micros)} to ${usd(p90Micros)}`;
  return `${document.kind} of ${ticket.name}, version ${document.version} (${shortHash(gate.documentHash)}), ${forecast}`;
}

/** What a gate is on, without asking the host for more: `requirements`, or `tamper report on a task's work, 2 findings`. */
export function briefly({ phase, tamper }: GateView): string {
  return tamper === null ? phase : `${tamperName(tamper)} a task's work, ${findingsOf(tamper)}`;
}

/** Eight digits tell the versions of one document apart. */
export function shortHash(hash: string): string {
  return hash.slice(0, 8);
}

/** What a person should know before deciding, one sentence a line. */
export function beforeDeciding(gate: GateView, ticket: TicketView, words: GateWords): string[] {
  return [
    `Waits for you: the ${words.name}.`,
    `Approved, ${words.approved}; rejected, ${words.rejected}.`,
    ...overBudget(gate, ticket),
  ];
}

/** What is said of a forecast that the rest of the budget may not cover. */
export function overBudget({ forecast }: GateView, { cost }: TicketView): string[] {
  const left = Math.max(0, cost.limitMicros - cost.spentMicros - cost.reservedMicros);
  if (forecast.p90Micros <= left) return [];
  return [`The forecast goes up to ${usd(forecast.p90Micros)}; ${usd(left)} of the budget are left.`];
}

/** Where to read what waits, and the command lines that decide about this version of it. */
export function waysToDecide(url: string, gate: GateView, ticket: TicketView): string {
  const which = ticket.openGates.length > 1 ? gate.id : ticket.name;
  const line = (verb: string, rest = '') =>
    `\`${commandLine(url, `omoi ${verb} ${which} --hash ${shortHash(gate.documentHash)}${rest}`)}\``;
  return `Read it at ${url}${pageOf(ticket)}, then ${line('approve')} or ${line('reject', ' --comment "…"')}`;
}
