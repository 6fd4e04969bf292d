/** Deciding gates from the terminal: all of them, none, or one question each. */
import type { DocumentView, GateView, TicketView } from '#core/api/views.ts';
import type { Client } from './client.ts';
import { cleanLines, count, usd } from './progress/text.ts';
import type { World } from './world.ts';

export type Approve = 'all' | 'none' | 'ask';

/** What a gatekeeper says and asks, wherever that is shown. */
export interface Desk {
  print(text: string): void;
  ask(question: string): Promise<string>;
}

export type Gatekeeper = (gate: GateView, ticket: TicketView) => Promise<boolean>;

export function gatekeeper(client: Client, approve: Approve, desk: Desk, showLines: number): Gatekeeper {
  switch (approve) {
    case 'none':
      return async () => false;
    case 'all':
      return async (gate, ticket) => {
        const document = await client.call('getDocument', { params: { id: gate.documentId } });
        desk.print(excerpt(document, showLines));
        await approveGate(client, gate);
        desk.print(`Approved the ${describeGate(gate, ticket, document)}.`);
        return true;
      };
    case 'ask':
      return async (gate, ticket) => {
        const document = await client.call('getDocument', { params: { id: gate.documentId } });
        desk.print(cleanLines(document.markdown));
        desk.print(`This is the ${describeGate(gate, ticket, document)}.`);
        return askFor(client, gate, desk);
      };
    default:
      return approve satisfies never;
  }
}

/** `requirements of TKT-1, version 2 (3fa9c2d1), forecast 0.30 to 0.80 USD`. */
export function describeGate(gate: GateView, ticket: TicketView, document: DocumentView): string {
  const { p50Micros, p90Micros } = gate.forecast;
  const forecast = `forecast ${usd(p50Micros)} to ${usd(p90Micros)}`;
  return `${document.kind} of ${ticket.name}, version ${document.version} (${shortHash(gate.documentHash)}), ${forecast}`;
}

/** Eight digits tell the versions of one document apart. */
export function shortHash(hash: string): string {
  return hash.slice(0, 8);
}

/** The beginning of a document, and how much is left out; nothing for 0 lines. */
function excerpt(document: DocumentView, lines: number): string {
  if (lines === 0) return '';
  const all = cleanLines(document.markdown).trimEnd().split('\n');
  const left = all.length - lines;
  if (left <= 0) return `${all.join('\n')}\n`;
  return `${all.slice(0, lines).join('\n')}\n… and ${count(left, 'line')} more\n`;
}

async function approveGate(client: Client, gate: GateView): Promise<void> {
  await client.call('approveGate', { params: { id: gate.id }, body: { hash: gate.documentHash } });
}

async function askFor(client: Client, gate: GateView, desk: Desk): Promise<boolean> {
  for (;;) {
    const answer = (await desk.ask('Approve? [y]es, [n]o with a comment, [l]ater: ')).trim().toLowerCase();
    if (answer === 'l' || answer === 'later') return false;
    if (answer === 'y' || answer === 'yes') {
      await approveGate(client, gate);
      return true;
    }
    if (answer !== 'n' && answer !== 'no') continue;
    const comment = (await desk.ask('What should change? ')).trim();
    if (comment === '') continue;
    await client.call('rejectGate', { params: { id: gate.id }, body: { hash: gate.documentHash, comment } });
    return true;
  }
}

/** Whether somebody is there to be asked. */
export function canAsk(world: World): boolean {
  return world.out.isTerminal && world.input.isTerminal;
}
