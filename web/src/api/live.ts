/** The live log: one WebSocket for the page, opened again after a loss where it left off. */
import type { eventsSocketPath } from '#core/api/routes.ts';
import type { EventView } from '#core/api/views.ts';
import { currentSession } from './session.ts';
import { socketAddress } from './sign-in.ts';

const socketPath: typeof eventsSocketPath = '/v1/events/ws';

export type LiveState = 'connecting' | 'live' | 'lost';

export interface LiveOptions {
  /** The cursor of the newest event that is known. */
  readonly after: number;
  readonly onEvent: (event: EventView) => void;
  readonly onState: (state: LiveState) => void;
  /** Opens the socket; given by tests. */
  readonly open?: (path: string) => WebSocket;
}

/** Wait before the n-th try: doubles from a quarter second to eight, since a host that restarts is back in one. */
export const waitBefore = (attempt: number): number => Math.min(8000, 250 * 2 ** attempt);

const openSocket = (path: string): WebSocket =>
  new WebSocket(
    socketAddress(
      path,
      currentSession(),
      `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}`,
    ),
  );

/** Follows the log until the returned function is called. Each event is told once, in order. */
export function followEvents({ after, onEvent, onState, open = openSocket }: LiveOptions): () => void {
  let cursor = after;
  let attempt = 0;
  let over = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let socket: WebSocket | undefined;

  const connect = (): void => {
    socket = open(`${socketPath}?after=${cursor}`);
    socket.onopen = () => {
      attempt = 0;
      onState('live');
    };
    socket.onmessage = ({ data }: MessageEvent<string>) => {
      const event: EventView = JSON.parse(data);
      if (event.cursor <= cursor) return;
      cursor = event.cursor;
      onEvent(event);
    };
    socket.onclose = () => {
      if (over) return;
      onState('lost');
      timer = setTimeout(connect, waitBefore(attempt));
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
