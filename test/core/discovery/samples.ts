/** Findings and situations, with what a test is about laid over them. */
import { costOfTask, type Situation } from '#core/discovery/decide.ts';
import { type Decision, type Discovery, Finding, FoundWork } from '#core/discovery/discovery.ts';
import { TaskKey } from '#core/task/task.ts';
import { idOf, minute, taskRow } from '../rows.ts';

export const keyOf = (number: number) => TaskKey.parse(`T${number}`);

export const running = { status: 'running', since: minute(1) } as const;

/** A bug in the calendar, unless told otherwise. */
export function finding(over: Partial<Finding> = {}): Finding {
  return Finding.parse({ kind: 'bug', title: 'Off by one', detail: 'The last day counts twice.', ...over });
}

export const accepted = (
  key: number,
  over: Partial<Extract<Decision, { status: 'accepted' }>> = {},
): Decision => ({
  ...{ status: 'accepted', taskKey: keyOf(key), joined: false, waits: false, message: '' },
  ...over,
});

export function discoveryRow(number: number, over: Partial<Discovery> = {}): Discovery {
  return {
    id: idOf('discovery', number),
    ticketId: idOf('ticket'),
    runId: idOf('run'),
    parent: keyOf(1),
    depth: 1,
    kind: 'bug',
    title: `Discovery ${number}`,
    detail: '',
    blocking: false,
    work: FoundWork.parse({}),
    decision: { status: 'asked', questionId: idOf('question'), message: '' },
    overruled: null,
    at: minute(number),
    ...over,
  };
}

/** T1 at work in a ticket with money enough; nothing was found so far. */
export function situation(over: Partial<Situation> = {}): Situation {
  const source = taskRow(1, { state: running });
  return {
    tasks: [source],
    discoveries: [],
    source,
    twins: [],
    money: { limit: costOfTask * 100, left: costOfTask * 100, discovered: 0 },
    tainted: false,
    ...over,
  };
}
