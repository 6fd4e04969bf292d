/** How a ticket came out, as far as two runs of it can be the same. */
import { readFile } from 'node:fs/promises';
import { git } from '#adapters/git/git.ts';
import { createClient } from '#cli/client.ts';
import { pastEvents } from '#cli/follow.ts';
import type { TicketView } from '#core/api/views.ts';

export interface Outcome {
  readonly status: string;
  readonly tree: string;
  /** Messages of the branch's commits, trailers included; of parallel tasks either may come first. */
  readonly commits: readonly string[];
  readonly pullRequests: number;
  readonly calls: number;
  readonly spentMicros: number;
  readonly reservedMicros: number;
  /** `T1 done` … */
  readonly tasks: readonly string[];
  /** `T1` … once for each time it was done. */
  readonly doneEvents: readonly string[];
}

/** Reads it from a host whose ticket is over. */
export async function outcomeOf(url: string, repo: string, ticket: TicketView): Promise<Outcome> {
  const client = createClient(url);
  const params = { ticket: ticket.id };
  const [costs, tasks, pulls, events] = await Promise.all([
    client.call('getCosts', { params }),
    client.call('listTasks', { params }),
    client.call('listPulls', {}),
    pastEvents(client, { ticket: ticket.id, after: 0 }),
  ]);
  const done = events.flatMap(({ type, data }) =>
    type === 'task.done.v1' && isTask(data) ? [data.key] : [],
  );
  return {
    status: ticket.reason === null ? ticket.status : `${ticket.status}: ${ticket.reason}`,
    ...(await branchOf(repo, ticket)),
    pullRequests: pulls.items.length,
    calls: costs.calls,
    spentMicros: costs.spentMicros,
    reservedMicros: costs.reservedMicros,
    tasks: tasks.items.map(({ key, status }) => `${key} ${status}`).sort(),
    doneEvents: done.sort(),
  };
}

const isTask = (data: unknown): data is { key: string } =>
  typeof data === 'object' && data !== null && 'key' in data && typeof data.key === 'string';

async function branchOf(repo: string, ticket: TicketView): Promise<Pick<Outcome, 'tree' | 'commits'>> {
  const tree = await git(['rev-parse', '--verify', `refs/heads/${ticket.branch}^{tree}`], {
    cwd: repo,
    allow: [128],
  });
  if (tree.code !== 0) return { tree: 'none', commits: [] };
  const log = await git(['log', '--format=%B%x00', `main..refs/heads/${ticket.branch}`], { cwd: repo });
  const messages = log.text.split('\0').map((message) => message.trim());
  return { tree: tree.text, commits: messages.filter((message) => message !== '').sort() };
}

/** What differs, in words; nothing when the ticket came out the same. */
export function differences(found: Outcome, undisturbed: Outcome): string[] {
  const expected = new Map<string, unknown>(Object.entries(undisturbed));
  return Object.entries(found).flatMap(([name, value]) => {
    const [is, was] = [JSON.stringify(value), JSON.stringify(expected.get(name))];
    return is === was ? [] : [`${name} is ${is} instead of ${was}`];
  });
}

/** How many calls reached the model, over all lives of the host, and at which turns, each once. */
export async function callsIn(file: string): Promise<{ asked: number; turns: readonly string[] }> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const lines = text.split('\n').slice(0, -1);
  return { asked: lines.length, turns: [...new Set(lines.map((line) => line.slice(line.indexOf(' ') + 1)))] };
}
