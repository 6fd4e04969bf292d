/**
 * The host on one machine: the composition root. It wires the same step handlers and Hono apps that AWS runs to the
 * embedded store, the interpreter of state machines, sandboxes that are processes, and a forge that is git.
 */
import type { HostConfig } from './config.ts';
import { drive } from './drive.ts';
import { type Closers, type HostParts, type Log, layGround } from './ground.ts';
import { mount } from './mount.ts';
import { openServer } from './server.ts';

export type { HostParts, Log } from './ground.ts';

/** A running host. */
export interface Host {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** Lets what is being written end, stops sandboxes and timers; running tickets go on at the next start. */
  close(): Promise<void>;
}

/** Starts a host. Throws `PortTaken`, `FolderInUse`, `DataTooNew` and what a bad cassette throws; nothing is left running then. */
export async function openHost(config: HostConfig, log: Log, parts: HostParts = {}): Promise<Host> {
  const closers: Closers = [];
  const close = async () => {
    for (const end of closers.splice(0).reverse()) await end();
  };
  try {
    // The port first: it is known at once whether it is free, and everything below needs the address.
    const server = await openServer(config.port);
    closers.push(() => server.close());
    const url = `http://127.0.0.1:${server.port}`;
    const ground = await layGround({ config, url, log, parts }, closers);
    const driven = drive(ground, closers);
    server.serve(mount(ground), driven.live);
    await driven.start();
    return { url, close };
  } catch (error) {
    await close();
    throw error;
  }
}
