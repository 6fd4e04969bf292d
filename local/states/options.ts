import type { Database } from '#adapters/postgres/client.ts';
import type { ExecutionRow } from '#adapters/postgres/queries/states/rows.ts';
import { UnknownMachine } from './errors.ts';
import type { Machine } from './machine.ts';
import type { Log, StateFunction } from './ports.ts';
import type { Clock } from './timers.ts';

export interface StatesOptions {
  db: Database;
  /** By the name in `FunctionName: "${name}"`. */
  functions: Readonly<Record<string, StateFunction>>;
  /** By the name in `StateMachineArn: "${name}"` and in `start`. */
  machines: Readonly<Record<string, Machine>>;
  clock: Clock;
  /** Never the same twice; not guessable, for whoever knows a token may answer it. */
  newToken: () => string;
  /** In [0, 1). */
  random: () => number;
  log: Log;
  /** Told of each ending after its commit. At most once and not durable: a hint for displays, not a trigger. */
  onEnd?: (execution: ExecutionRow) => void;
}

/** @throws UnknownMachine when a machine calls a function or a machine that is not there */
export function checkTargets(options: Pick<StatesOptions, 'functions' | 'machines'>): void {
  for (const machine of Object.values(options.machines)) {
    for (const name of machine.functions) {
      if (!(name in options.functions))
        throw new UnknownMachine(`${machine.name} calls the function ${name}, which is not given`, { name });
    }
    for (const name of machine.machines) {
      if (!(name in options.machines))
        throw new UnknownMachine(`${machine.name} starts the machine ${name}, which is not given`, { name });
    }
  }
}
