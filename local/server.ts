/** The one HTTP server of a host: API, gateway, blobs, pages and the WebSocket on one port of 127.0.0.1. */
import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { DomainError } from '#core/errors.ts';
import type { Live } from './live.ts';

/** Another program has the port. */
export class PortTaken extends DomainError {
  readonly code = 'port-taken';
}

export interface LocalServer {
  readonly port: number;
  /** From now on requests go to the app, and upgrades to the WebSockets; before, the answer is 503. */
  serve(app: Hono, live: Live): void;
  close(): Promise<void>;
}

const starting = new Hono().all(
  '*',
  () => new Response('The host is starting.', { status: 503, headers: { 'retry-after': '1' } }),
);

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error);
      reject(
        new PortTaken(`Port ${port} is taken. Choose another with --port, or stop the program that has it.`, {
          port,
        }),
      );
    });
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

/** Takes the port at once (throws `PortTaken`), so that the address is known before anything is built. */
export async function openServer(port: number): Promise<LocalServer> {
  let app: Hono = starting;
  let live: Live | null = null;
  const server = createAdaptorServer({ fetch: (request, env) => app.fetch(request, env) });
  if (!('closeAllConnections' in server)) throw new Error('The adaptor made a server that is not HTTP/1.1.');
  server.on('upgrade', (request, socket, head) => {
    if (live) live.upgrade(request, socket, head);
    else {
      socket.on('error', () => socket.destroy());
      socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n');
    }
  });
  const actual = await listen(server, port);
  return {
    port: actual,
    serve(next, sockets) {
      app = next;
      live = sockets;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
