/** A ticket of the Python sample, from the API to the pull request, and what must be so in the end. */
import assert from 'node:assert/strict';
import WebSocket from 'ws';
import { EventView, type TicketView } from '#core/api/views.ts';
import { samples, sampleTicket } from '#local/sample/materialise.ts';
import { gitIn } from '#test/support/repository.ts';
import { type Installation, sampleFiles } from './installation.ts';
import { until } from './programs.ts';

/** Seconds; ends only a road that would hang. */
const hangs = 300;

const isOver = ({ status }: TicketView) => ['completed', 'failed', 'cancelled'].includes(status);

/** Somebody who listens to the live updates. */
export function listen(installation: Installation) {
  const { at, outputs, key } = installation;
  const url = `${at(outputs.liveId, 'live').replace(/^http/, 'ws')}?token=${key}`;
  const heard: EventView[] = [];
  let socket = new WebSocket(url);
  const troubles: string[] = [];
  const attach = () =>
    socket
      .on('message', (data) => void heard.push(EventView.parse(JSON.parse(String(data)))))
      .on('error', (error) => void troubles.push(error.message));
  attach();
  return {
    heard,
    /** What went wrong on the line. */
    troubles,
    /** The line breaks, and is opened again. */
    lose() {
      socket.terminate();
      socket = new WebSocket(url);
      attach();
    },
    close: () => socket.close(),
  };
}

/** What was heard of a ticket, completed by its log from a cursor on, as the console does it: no event is missing. */
export async function checkHeard({ client }: Installation, heard: readonly EventView[], ticket: string) {
  const { items } = await client.call('listEvents', { query: { ticket, after: 0, limit: 500 } });
  const log = new Set(items.map(({ id }) => id));
  const ofTicket = heard.filter(({ ticketId }) => ticketId === items[0]?.ticketId);
  assert.ok(ofTicket.length > 0, 'nothing was heard');
  for (const { id, type } of ofTicket) assert.ok(log.has(id), `${type} was heard, and is not in the log`);
  return `${new Set(ofTicket.map(({ id }) => id)).size} of ${items.length} events heard live, the rest in the log`;
}

/** Connects the sample and submits its ticket. `name` is the repository's. */
export async function submitSample(installation: Installation, name: string): Promise<TicketView> {
  const { github, client } = installation;
  await github.create(name, await sampleFiles(samples.python.repo));
  const project = await client.call('connectProject', { body: { name: 'tariff', repo: name } });
  const { title, description } = await sampleTicket(samples.python);
  return client.call('submitTicket', { body: { projectId: project.id, title, description } });
}

/** Approves every gate as it opens, until the ticket is over. */
export async function follow(installation: Installation, ticket: string): Promise<TicketView> {
  const { client, fargate } = installation;
  const look = async () => {
    const now = await client.call('getTicket', { params: { ticket } });
    if (isOver(now)) return now;
    const { items } = await client.call('listGates', { params: { ticket } });
    for (const gate of items.filter(({ status }) => status === 'open'))
      await client.call('approveGate', { params: { id: gate.id }, body: { hash: gate.documentHash } });
    return undefined;
  };
  const late = () => `The ticket hangs. The last that sandboxes said:\n${fargate.said()}`;
  return until(look, { seconds: hangs, late, pauseMs: 500 });
}

/** The same end state as on one machine. Throws an `AssertionError` that says what is different. */
export async function checkEnd(installation: Installation, name: string, ticket: TicketView): Promise<void> {
  const { github } = installation;
  assert.equal(ticket.status, 'completed', `the ticket is ${ticket.status}: ${ticket.reason}`);
  assert.deepEqual([ticket.criteria.total, ticket.criteria.proven], [6, 6], 'criteria');
  assert.deepEqual([ticket.tasks.done, ticket.tasks.failed], [3, 0], 'tasks');
  const repository = github.find(name);
  assert.equal(repository.pulls.length, 1, 'exactly one pull request');
  assert.equal(ticket.pullRequest?.number, repository.pulls[0]?.number, 'its number');
  const { folder } = repository;
  const log = await gitIn(folder, 'log', '--format=%s', `main..${ticket.branch}`);
  assert.deepEqual(log.split('\n').sort(), [
    'Add the command quote-list',
    'Read a list of parcels from CSV',
    'Take ten percent off long lists',
  ]);
  const delivered = await gitIn(folder, 'show', `${ticket.branch}:tariff/discount.py`);
  assert.match(delivered, /cents \* 9 \/\/ 10/);
  assert.deepEqual(github.state.offences, [], "calls that GitHub's description does not know");
}
