/**
 * What one ticket costs, by its size: what AWS asks for, from how much of each service it uses, and what the model is
 * expected to ask for (the same prior as at a gate).
 */
import { forecast } from '#core/cost/forecast.ts';
import { sandboxSize } from '../constructs/sandboxes.ts';
import { priced } from './prices.ts';

/** How much ceremony a ticket has. */
export type Size = 'direct' | 'short' | 'full';

/** What a ticket of a size does at the median: phases that an agent writes, and tasks. As `core/cost/forecast.ts` has it. */
const work: Readonly<Record<Size, { readonly documents: number; readonly tasks: number }>> = {
  direct: { documents: 1, tasks: 1 },
  short: { documents: 3, tasks: 3 },
  full: { documents: 4, tasks: 6 },
};

/** Minutes of a sandbox. A third of the tasks has a second round; each round is verified. */
const minutes = { document: 6, build: 20, check: 6 } as const;
const rounds = 4 / 3;
/** Turns of a model, and seconds that the gateway holds the line for each. */
const turns = { document: 25, build: 50 } as const;
const turnSeconds = 10;
/** Tasks of a ticket that run at once, on average: what stretches the time that the store is awake. */
const atOnce = 2;
/** The store while it works: the least that Aurora counts, and five more minutes before it pauses. */
const storeUnits = 0.5;
const storeTailHours = 5 / 60;
/** Gateway calls a turn (the model, the journal, a checkpoint, heartbeats); events and transitions a run. */
const callsATurn = 4;
const eventsARun = 60;
const transitionsARun = 12;
/** Seconds of a function of half a gigabyte that a call, an event or a transition takes. */
const functionSeconds = 0.2;

/** USD of one ticket by what it is for. */
export interface TicketCost {
  readonly size: Size;
  readonly sandboxes: number;
  readonly database: number;
  readonly functions: number;
  readonly messages: number;
  readonly model: number;
}

/** Fargate Spot is up to 70 % cheaper; this counts on-demand, so that a ticket never costs more. */
export function ticketCost(size: Size): TicketCost {
  const { documents, tasks } = work[size];
  const builds = tasks * rounds;
  // The baseline before the first phase, a check for each build, and the final one.
  const checks = builds + 2;
  const building = builds * (minutes.build + minutes.check);
  const sandboxHours = (documents * minutes.document + builds * minutes.build + checks * minutes.check) / 60;
  const awakeHours =
    (documents * minutes.document + 2 * minutes.check + building / atOnce) / 60 + storeTailHours;
  const runs = documents + builds + checks;
  const allTurns = documents * turns.document + builds * turns.build;
  const calls = allTurns * callsATurn;
  const events = runs * eventsARun;
  const transitions = runs * transitionsARun;
  const invocations = calls + 3 * events + transitions;
  const { cpu, memory } = sandboxSize;
  return {
    size,
    sandboxes:
      sandboxHours *
      (priced('fargateCpuHour', cpu / 1024) +
        priced('fargateGbHour', memory / 1024) +
        priced('publicIpv4Hour', 1)),
    database: priced('auroraUnitHour', awakeHours * storeUnits),
    functions:
      priced('lambdaGbSecond', allTurns * turnSeconds + invocations * functionSeconds * 0.5) +
      priced('lambdaMillion', invocations / 1e6),
    messages:
      priced('transitionThousand', transitions / 1e3) +
      priced('restMillion', calls / 1e6) +
      priced('eventMillion', events / 1e6),
    model: forecast({ ceremony: size, phase: 'explore', tasks: null, history: [] }).p50Micros / 1e6,
  };
}
