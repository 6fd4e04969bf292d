/**
 * The same state machines and inputs on both interpreters: what the emulator's Step Functions recorded is played to
 * local/states, answer by answer, and must lead it through the same states to the same outputs.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { z } from 'zod';
import { createStates } from '#local/states/interpreter.ts';
import { type Json, json } from '#local/states/json.ts';
import { load } from '#local/states/load.ts';
import type { States } from '#local/states/ports.ts';
import type { Clock } from '#local/states/timers.ts';
import { openTestDatabase } from '#test/support/store.ts';
import { root } from './ground.ts';
import type { Installation } from './installation.ts';
import { until } from './programs.ts';

const names = ['ticket', 'phase', 'task', 'monitor'] as const;
type Machine = (typeof names)[number];

interface Recorded {
  readonly machine: Machine;
  readonly name: string;
  readonly input: Json;
  /** States in the order in which they were left, with what they put out. */
  readonly left: readonly { readonly state: string; readonly output: Json }[];
  /** What each task of a state answered, in order. */
  readonly answers: ReadonlyMap<string, Json[]>;
}

const parsed = (text: string | undefined): Json => json.parse(JSON.parse(text ?? 'null'));

/** One line of the table. */
export interface Line {
  readonly machine: Machine;
  readonly executions: number;
  readonly states: number;
  readonly same: boolean;
  /** The first difference. */
  readonly difference: string;
}

async function historyOf(client: SFNClient, executionArn: string): Promise<HistoryEvent[]> {
  const all: HistoryEvent[] = [];
  for (let nextToken: string | undefined; ; ) {
    const page = await client.send(
      new GetExecutionHistoryCommand({ executionArn, maxResults: 1000, ...(nextToken ? { nextToken } : {}) }),
    );
    all.push(...(page.events ?? []));
    nextToken = page.nextToken;
    if (!nextToken) return all;
  }
}

async function recordOf(client: SFNClient, machine: Machine, executionArn: string): Promise<Recorded> {
  const { name = '', input } = await client.send(new DescribeExecutionCommand({ executionArn }));
  const left: { state: string; output: Json }[] = [];
  const answers = new Map<string, Json[]>();
  let at = '';
  for (const event of await historyOf(client, executionArn)) {
    at = event.stateEnteredEventDetails?.name ?? at;
    const answer = event.taskSucceededEventDetails?.output;
    if (answer !== undefined) answers.set(at, [...(answers.get(at) ?? []), parsed(answer)]);
    const exited = event.stateExitedEventDetails;
    if (exited) left.push({ state: exited.name ?? '', output: parsed(exited.output) });
  }
  return { machine, name, input: parsed(input), left, answers };
}

/** Machines by name, once each has an execution that ended: the monitor ends with its first look at nothing. */
async function machinesOf(client: SFNClient): Promise<ReadonlyMap<Machine, string>> {
  const { stateMachines = [] } = await client.send(new ListStateMachinesCommand());
  const arns = new Map<Machine, string>();
  for (const machine of names) {
    const arn = stateMachines.find(({ name }) => name === `omoios-dev-${machine}`)?.stateMachineArn ?? '';
    const ended = async () => {
      const filter = { stateMachineArn: arn, statusFilter: 'SUCCEEDED' } as const;
      const { executions = [] } = await client.send(new ListExecutionsCommand(filter));
      return executions.length > 0 ? true : undefined;
    };
    await until(ended, { seconds: 120, late: () => `No execution of ${machine} ended well.`, pauseMs: 1000 });
    arns.set(machine, arn);
  }
  return arns;
}

/** How often a task of a ticket failed by this name, and was tried again or caught. */
export async function failuresOf({ aws }: Installation, ticketId: string, error: string): Promise<number> {
  const client = new SFNClient(aws);
  const { stateMachines = [] } = await client.send(new ListStateMachinesCommand());
  let count = 0;
  for (const { stateMachineArn } of stateMachines) {
    const { executions = [] } = await client.send(new ListExecutionsCommand({ stateMachineArn }));
    for (const { executionArn = '', name } of executions) {
      if (name !== `ticket-${ticketId}` && !name?.startsWith('task-')) continue;
      const events = await historyOf(client, executionArn);
      count += events.filter(({ taskFailedEventDetails: failed }) => failed?.error === error).length;
    }
  }
  return count;
}

/** Every execution that ended well. */
async function recordsOf(client: SFNClient): Promise<Recorded[]> {
  const all: Recorded[] = [];
  for (const [machine, stateMachineArn] of await machinesOf(client)) {
    const { executions = [] } = await client.send(
      new ListExecutionsCommand({ stateMachineArn, statusFilter: 'SUCCEEDED', maxResults: 1000 }),
    );
    for (const { executionArn = '' } of executions) all.push(await recordOf(client, machine, executionArn));
  }
  return all;
}

/** Pauses of less than a minute are over at once; the machines' timeouts and heartbeats are all longer. */
function hasty(): Clock {
  let ahead = 0;
  return {
    now: () => Date.now() + ahead,
    after: (ms, call) => {
      const isPause = ms < 60_000;
      const over = () => {
        if (isPause) ahead += ms;
        call();
      };
      // A timer of Node knows no more milliseconds than 31 bits hold.
      const timer = setTimeout(over, isPause ? 1 : Math.min(ms, 2 ** 31 - 1));
      return () => clearTimeout(timer);
    },
  };
}

const Call = z.looseObject({ key: z.string(), token: z.string().optional() });
const Invoked = z.looseObject({ Payload: json });

/** A function that answers what was recorded; a token is answered as it was. */
function playing(records: ReadonlyMap<string, Recorded>, states: () => States) {
  const played = new Map<string, number>();
  return async (payload: Json): Promise<unknown> => {
    const { key, token } = Call.parse(payload);
    const [execution = '', state = ''] = key.split('/');
    const place = `${execution}/${state}`;
    const time = played.get(place) ?? 0;
    played.set(place, time + 1);
    const answer = records.get(execution)?.answers.get(state)?.[time];
    if (answer === undefined) throw new Error(`${place} was not asked ${time + 1} times.`);
    if (token === undefined) return Invoked.parse(answer).Payload;
    await states().succeed(token, answer);
    return null;
  };
}

/** Plays all executions; a line a machine. */
export async function compare({ aws }: Installation): Promise<Line[]> {
  const records = await recordsOf(new SFNClient(aws));
  const byName = new Map(records.map((one) => [one.name, one]));
  const definitions = names.map(
    async (name) =>
      [
        name,
        load(JSON.parse(await readFile(`${root}/statemachines/${name}.asl.json`, 'utf8')), name),
      ] as const,
  );
  const db = await openTestDatabase();
  const play = playing(byName, () => states);
  let token = 0;
  const states: States = createStates({
    db,
    machines: Object.fromEntries(await Promise.all(definitions)),
    functions: { steps: play, forge: play, reconcile: play },
    clock: hasty(),
    newToken: () => `token-${++token}`,
    random: () => 0.5,
    log: () => undefined,
  });
  try {
    const differences = new Map<string, string>();
    // Children are started by their parents: a phase belongs to its ticket.
    for (const one of records.filter(({ machine }) => machine !== 'phase'))
      await states.start(one.machine, one.name, one.input);
    for (const one of records) differences.set(one.name, await differenceOf(states, one));
    return names.map((machine) => lineOf(machine, records, differences));
  } finally {
    await states.close();
    await db.close();
  }
}

async function differenceOf(states: States, { name, left }: Recorded): Promise<string> {
  const over = async () => ((await states.describe(name)).status === 'running' ? undefined : true);
  await until(over, { seconds: 60, late: () => `${name} does not end on local/states.` });
  const history = (await states.history(name)).filter(({ kind }) => kind !== 'retried');
  const here = history.map(({ state, output }) => ({ state, output }));
  try {
    assert.deepEqual(here, left);
    return '';
  } catch (error) {
    if (!(error instanceof assert.AssertionError)) throw error;
    const index = left.findIndex((one, at) => JSON.stringify(one) !== JSON.stringify(here[at]));
    return `${name}, state ${index + 1}: ${JSON.stringify(left[index])} there, ${JSON.stringify(here[index])} here`;
  }
}

function lineOf(
  machine: Machine,
  records: readonly Recorded[],
  differences: ReadonlyMap<string, string>,
): Line {
  const own = records.filter((one) => one.machine === machine);
  const difference = own.map(({ name }) => differences.get(name) ?? '').find((text) => text !== '') ?? '';
  const states = own.reduce((sum, { left }) => sum + left.length, 0);
  return { machine, executions: own.length, states, same: difference === '' && own.length > 0, difference };
}

/** The table, for people. */
export const shown = (lines: readonly Line[]): string =>
  [
    '| machine | executions | states left | same states and outputs on local/states |',
    '|---|---|---|---|',
    ...lines.map(
      ({ machine, executions, states, same, difference }) =>
        `| ${machine} | ${executions} | ${states} | ${same ? 'yes' : `no: ${difference || 'none ended'}`} |`,
    ),
  ].join('\n');
