/** A person's word over a guard's: what a refused discovery becomes after all, and what no word can change. */
import { usd } from '../cost/ledger.ts';
import type { Micros } from '../id.ts';
import type { Task, TaskKey } from '../task/task.ts';
import { isOver, type Ticket, ticketName } from '../ticket/ticket.ts';
import { costOfTask, impossibleWords, nextKey } from './decide.ts';
import { type Discovery, Finding } from './discovery.ts';

/** How the ticket stands when a person looks at the discovery. `left`: what its budget has left. */
export interface Grounds {
  readonly ticket: Pick<Ticket, 'number' | 'phase' | 'status'>;
  readonly tasks: readonly Task[];
  readonly left: Micros;
  /** The run that found it is not over. */
  readonly atWork: boolean;
}

/** What would come of a yes, in words for whoever is asked; `costMicros` is what the work is taken to cost. */
export type Overruling =
  | { readonly type: 'impossible'; readonly words: string }
  | {
      readonly type: 'task';
      readonly key: TaskKey;
      /** The finding as it can still be carried out: tasks that have begun no longer wait for it. */
      readonly finding: Finding;
      readonly costMicros: Micros;
      readonly words: string;
    }
  | { readonly type: 'change'; readonly costMicros: Micros; readonly words: string }
  | { readonly type: 'question'; readonly words: string };

/**
 * Passes by the guards that weigh (duplicate, depth, how many, the share of the budget); what cannot be, cannot be by a
 * person's word either. The finder has gone on meanwhile, so it does not wait.
 */
export function overrule(discovery: Discovery, grounds: Grounds): Overruling {
  const { ticket, tasks, left, atWork } = grounds;
  const name = ticketName(ticket.number);
  const never = (words: string): Overruling => ({ type: 'impossible', words });
  if (isOver(ticket.status)) return never(`${name} is ${ticket.status}: ask for it in a new ticket.`);
  const { kind, title, detail, work } = discovery;
  if (kind === 'clarification')
    return atWork
      ? {
          type: 'question',
          words: 'You are asked its question; its agent hears the answer in its next turn.',
        }
      : never('The run that asked has ended; it needs no answer.');
  if (ticket.phase !== 'execution' && ticket.phase !== 'delivery')
    return never(`${name} has no approved plan yet: ask for it at the gate of the plan.`);
  const key = nextKey(tasks);
  const waiting = new Set(tasks.filter(canWait).map((task) => task.key));
  const neededBy = work.neededBy.filter((one) => waiting.has(one));
  const finding = Finding.parse({ kind, title, detail, ...work, neededBy, blocking: false });
  const impossible = impossibleWords(finding, tasks, left, key);
  if (impossible !== null) return never(impossible);
  const money = `about $${usd(costOfTask)} of the $${usd(left)} that are left of the budget`;
  const costMicros = costOfTask;
  if (kind === 'missing_requirement')
    return work.sentence === null || work.criteria.length === 0
      ? never('It has no sentence to decide about: change the requirements yourself.')
      : {
          ...{ type: 'change', costMicros },
          words: `It is proposed as a requirement and waits at its gate; approved, it is a task for ${money}.`,
        };
  const held = neededBy.length === 0 ? '' : ` ${neededBy.join(', ')} will wait for it.`;
  return { type: 'task', key, finding, costMicros, words: `It becomes ${key}, for ${money}.${held}` };
}

const canWait = ({ state }: Task) =>
  state.status === 'pending' || state.status === 'ready' || state.status === 'blocked';
