/** What a person pastes from here: into a shell, perhaps another one than this, or into a browser. */
import type { TicketView } from '#core/api/views.ts';
import { defaultPort } from '#local/config.ts';

/** Where every shell looks for the host without being told. */
const usual = `http://127.0.0.1:${defaultPort}`;

/** A word that any shell takes as one. */
export function quoted(word: string): string {
  return /^[\w./:@%~-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** A command line that reaches the host at this address from any shell. */
export function commandLine(url: string, words: string): string {
  if (url === usual) return words;
  // Brackets of IPv6 and question marks mean something to shells.
  return `${words} --url ${quoted(url)}`;
}

/** The command line that starts a host where nobody answers; null for one that this machine cannot start. */
export function startLine(url: string): string | null {
  const { protocol, hostname, port } = new URL(url);
  if (protocol !== 'http:' || (hostname !== '127.0.0.1' && hostname !== 'localhost')) return null;
  const wanted = Number(port || 80);
  return wanted === defaultPort ? 'omoi start' : `omoi start --port ${wanted}`;
}

/** The console's page of a ticket, or of its gates where it waits at one. */
export function pageOf({ name, openGates }: Pick<TicketView, 'name' | 'openGates'>): string {
  return `/tickets/${name}${openGates.length === 0 ? '' : '/gates'}`;
}
