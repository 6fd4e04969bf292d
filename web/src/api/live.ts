/**
 * The live log: one WebSocket for the page, opened again after a loss. What it brings may come twice, out of order or
 * not at all: what is missing is asked for by cursor.
 */
import type { eventsSocketPath } from '#core/api/routes.ts';
import type { EventView } from '#core/api/views.ts';
import { call, isPassing } from './call.ts';
import { createLog } from './log.ts';
import { currentSession } from './session.ts';
import { socketAddress } from './sign-in.ts';

const socketPath: typeof eventsSocketPath = '/v1/events/ws';

export type LiveState = 'connecting' | 'live' | 'lost';

export interface LiveOptions {
  /** The cursor of the newest event that is known. */
  readonly after: number;
  readonly onEvent: (event: EventView) => void;
  readonly onState: (state: LiveState) => void;
}

/** Wait before the n-th try: doubles from a quarter second to eight, since a host that restarts is back in one. */
export const waitBefore = (attempt: number): number => Math.min(8000, 250 * 2 ** attempt);

/** How long to wait for a server that said nothing about it. */
const patienceMs = 2000;
/** As many as the API gives at once. */
const pageSize = 500;

const openSocket = (path: string): WebSocket =>
  new WebSocket(
    socketAddress(
      path,
      currentSession(),
      `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}`,
    ),
  );

/** A page that nobody looks at lets an account's database sleep: it comes back when it is seen again. */
function whenSeen(go: () => void): void {
  if (currentSession().config === null || !document.hidden) go();
  else addEventListener('visibilitychange', () => whenSeen(go), { once: true });
}

/** Follows the log until the returned function is called. Each event is told once. */
export function followEvents({ after, onEvent, onState }: LiveOptions): () => void {
  const log = createLog(after);
  let attempt = 0;
  let over = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let socket: WebSocket | undefined;
  const catchUp = catcher(
    async () => {
      for (;;) {
        const page = await call('listEvents', { query: { after: log.cursor(), limit: pageSize } });
        if (over) return;
        for (const event of log.fetched(page.items)) onEvent(event);
        if (page.next === null) return;
      }
    },
    () => over,
  );

  const connect = (): void => {
    if (over) return;
    socket = openSocket(`${socketPath}?after=${log.cursor()}`);
    socket.onopen = () => {
      attempt = 0;
      onState('live');
      // What happened since the page was read, or the line was lost: not every server sends it by itself.
      catchUp();
    };
    socket.onmessage = ({ data }: MessageEvent<string>) => {
      const event: Partial<EventView> & EventView = JSON.parse(data);
      // A gateway may say something of its own.
      if (typeof event.cursor !== 'number') return;
      const { told, gap } = log.pushed(event);
      for (const one of told) onEvent(one);
      if (gap) catchUp();
    };
    socket.onclose = () => {
      if (over) return;
      onState('lost');
      // A sign-in that has ended shows here: the socket cannot say why it was refused.
      if (attempt === 1) catchUp();
      timer = setTimeout(() => whenSeen(connect), waitBefore(attempt));
      attempt += 1;
    };
  };

  onState('connecting');
  connect();
  return () => {
    over = true;
    clearTimeout(timer);
    socket?.close();
  };
}

/** Runs the work one at a time, once more when it is asked for meanwhile, and again after a passing failure. */
function catcher(work: () => Promise<void>, isOver: () => boolean): () => void {
  let running = false;
  let again = false;
  const run = async (): Promise<void> => {
    try {
      await work();
    } catch (error) {
      // Others are told by the page's own reads.
      if (!isPassing(error) || isOver()) return;
      await new Promise((resolve) => setTimeout(resolve, error.retryAfterMs ?? patienceMs));
      again = true;
    }
  };
  return () => {
    again = true;
    if (running) return;
    running = true;
    void (async () => {
      while (again && !isOver()) {
        again = false;
        await run();
      }
      running = false;
    })();
  };
}
