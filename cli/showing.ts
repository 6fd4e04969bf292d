/** What a command does with each event of the ticket it attends: shows it live, or writes it down for a program. */
import type { EventView, TicketView } from '#core/api/views.ts';
import type { Client } from './client.ts';
import { Told } from './exit.ts';
import { pastEvents } from './follow.ts';
import type { Desk } from './gatekeeper.ts';
import { actionOf } from './journal.ts';
import { createDisplay, type Display } from './progress/display.ts';
import { knownEvent } from './progress/event.ts';
import { begin } from './progress/state.ts';
import type { World } from './world.ts';

export interface Showing {
  /** Where to go on from. */
  readonly after: number;
  readonly seen: (event: EventView) => Promise<void>;
  readonly desk: Desk;
  stop(): void;
}

/** For people. What happened before `after` is folded in silently, so that a late view is a whole one. */
export async function showing(
  world: World,
  client: Client,
  ticket: TicketView,
  after: number,
  signal: AbortSignal,
): Promise<Showing> {
  const past = await pastEvents(client, { ticket: ticket.id, after: 0 });
  const display = createDisplay(world, begin(ticket));
  for (const event of past) if (event.cursor <= after) show(display, event, true);
  const asking = setInterval(() => {
    if (display.asksForWork()) void showWork(client, display, ticket.id, signal);
  }, askMs);
  return {
    after,
    desk: {
      print: (text) =>
        text.split('\n').forEach((line) => {
          display.print(line);
        }),
      async ask(question) {
        const goOn = display.pause();
        try {
          return await world.input.ask(question, signal);
        } finally {
          goOn();
        }
      },
    },
    async seen(event) {
      show(display, event, false);
      if (display.isLive) await showAction(client, display, event);
    },
    stop: () => {
      clearInterval(asking);
      display.stop();
    },
  };
}

/** Commands of minutes change what they are at not much sooner. */
const askMs = 5000;

/** Who is at work with what. A host that does not answer, the events tell of. */
async function showWork(
  client: Client,
  display: Display,
  ticket: string,
  signal: AbortSignal,
): Promise<void> {
  try {
    const { items } = await client.call('listAgents', {});
    const own = items.filter(({ ticketId }) => ticketId === ticket);
    if (!signal.aborted && own.length > 0) display.working(own);
  } catch (error) {
    if (!(error instanceof Told)) throw error;
  }
}

function show(display: Display, view: EventView, quiet: boolean): void {
  const event = knownEvent(view);
  if (event) display.event(event, quiet);
}

/** Events say only that there is a new step; what the agent did is in its journal. */
async function showAction(client: Client, display: Display, view: EventView): Promise<void> {
  const event = knownEvent(view);
  if (event?.type !== 'run.stepped.v1' || event.data.kind !== 'assistant') return;
  const { runId, seq } = event.data;
  const page = await client.call('listSteps', { params: { id: runId }, query: { after: seq - 1, limit: 1 } });
  const action = page.items[0] && actionOf(page.items[0]);
  if (action) display.act(runId, action);
}

/** For programs: one event a line on stdout, and nothing else there. */
export function writing(world: World, after: number): Showing {
  return {
    after,
    desk: { print: () => undefined, ask: async () => 'later' },
    async seen(event) {
      world.out.write(`${JSON.stringify(event)}\n`);
    },
    stop: () => undefined,
  };
}
