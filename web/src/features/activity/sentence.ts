/** Events as sentences for people, and how much each matters. Pure. */

import { verdictWords } from '#core/api/verdicts.ts';
import type { EventView } from '#core/api/views.ts';
import type { EventData, EventType } from '#core/events/catalogue.ts';

/** `loud` ones are also spoken by screen readers; `quiet` ones are left out of the feed (there are many of them). */
export type Weight = 'loud' | 'plain' | 'quiet';

export interface Sentence {
  readonly text: string;
  readonly weight: Weight;
}

/** `of` is the task that the event's run works on, as the end of a name: ` of T3`, or nothing. */
type Teller<T extends EventType> = (data: EventData<T>, of: string) => string | readonly [string, Weight];

const short = (sha: string): string => sha.slice(0, 8);
const dollars = (micros: number): string => `$${(micros / 1_000_000).toFixed(2)}`;
const listed = (items: readonly string[]): string => items.join(', ');
const article = (word: string): string => (/^[aeiou]/.test(word) ? `an ${word}` : `a ${word}`);
/** Runs of the platform itself are checks; people know no agent behind them. */
const worker = ({ kind, role }: Pick<EventData<'run.started.v1'>, 'kind' | 'role'>): string =>
  kind === 'check' ? 'check' : role;

const phaseNames = {
  explore: 'exploring the repository',
  requirements: 'writing the requirements',
  design: 'writing the design',
  tasks: 'planning the tasks',
  execution: 'building',
  delivery: 'preparing the pull request',
} as const;

const documentNames = {
  exploration: 'exploration',
  requirements: 'requirements',
  design: 'design',
  plan: 'task plan',
} as const;

const gateNames = {
  explore: 'exploration',
  requirements: 'requirements',
  design: 'design',
  tasks: 'task plan',
} as const;

/** Events of earlier versions say of no gate what it is about; those were on documents. */
const gateName = (about: EventData<'gate.opened.v1'>['about'], phase: keyof typeof gateNames): string => {
  if (about === 'tamper') return 'tamper report';
  return about === 'discovery' ? 'proposed change' : gateNames[phase];
};

const waits = {
  gate: 'Waits for your review',
  question: 'Waits for your answer',
  budget: 'Waits for more budget',
  forge: 'Waits until something is mended on the forge',
} as const;

const ticket = {
  'ticket.submitted.v1': ({ title }) => `Ticket submitted: ${title}`,
  'ticket.mirrored.v1': ({ commit }) => `Repository read at ${short(commit)}`,
  'ticket.phase_entered.v1': ({ phase }) => [`Now ${phaseNames[phase]}`, 'loud'],
  'ticket.waiting.v1': ({ reason }) => [waits[reason], 'loud'],
  'ticket.proceeded.v1': () => ['Goes on', 'quiet'],
  'ticket.ceremony_set.v1': ({ ceremony }) => `Ceremony set to ${ceremony}`,
  'ticket.commands_proven.v1': ({ verified, nameless }) =>
    verified
      ? `Commands proven on the base commit${nameless ? '; they name no tests, so another run tests each criterion' : ''}`
      : 'No runnable test on the base commit: this ticket is unverified',
  'ticket.execution_started.v1': () => ['Task execution started', 'quiet'],
  'ticket.execution_finished.v1': ({ done, failed }) =>
    failed === 0 ? `All ${done} tasks done` : `${done} tasks done, ${failed} failed`,
  'ticket.advanced.v1': ({ from, to }) => `Ticket branch moved from ${short(from)} to ${short(to)}`,
  'ticket.paused.v1': ({ by }) => [`Paused by ${by}`, 'loud'],
  'ticket.resumed.v1': ({ by }) => [`Resumed by ${by}`, 'loud'],
  'ticket.budget_extended.v1': ({ limitMicros, by }) => `Budget set to ${dollars(limitMicros)} by ${by}`,
  'ticket.requirement_changed.v1': ({ requirement, reopened, by }) =>
    `${requirement} changed by ${by}${reopened.length === 0 ? '' : `; reopened ${listed(reopened)}`}`,
  'ticket.reworked.v1': ({ why, tasks }) => [
    `Back to work${tasks.length === 0 ? '' : ` with ${listed(tasks)}`}: ${why}`,
    'loud',
  ],
  'ticket.completed.v1': ({ branch, commit }) => [`Ready: ${branch} at ${short(commit)}`, 'loud'],
  'ticket.failed.v1': ({ reason }) => [`Failed: ${reason}`, 'loud'],
  'ticket.cancelled.v1': ({ by }) => [`Cancelled by ${by}`, 'loud'],
} as const satisfies { [T in EventType as T extends `ticket.${string}` ? T : never]: Teller<T> };

const work = {
  'document.written.v1': ({ kind, version }) => `${title(documentNames[kind])} version ${version} written`,
  'document.evaluated.v1': ({ score, pass, blockers }) =>
    pass
      ? `Evaluation passed with ${score.toFixed(2)}`
      : `Evaluation refused it (${score.toFixed(2)}): ${listed(blockers) || 'score too low'}`,
  'document.approved.v1': ({ kind, by }) => `${title(documentNames[kind])} approved by ${by}`,
  'gate.opened.v1': ({ phase, about }) => [
    `The ${gateName(about, phase)} wait${gateName(about, phase) === 'requirements' ? '' : 's'} for your review`,
    'loud',
  ],
  'gate.decided.v1': ({ phase, about, decision, by, comment }) =>
    `Gate of the ${gateName(about, phase)} ${decision} by ${by}${comment ? `: “${comment}”` : ''}`,
  'task.planned.v1': ({ key, title: text }) => `${key} planned: ${text}`,
  'task.ready.v1': ({ key }) => [`${key} can start`, 'quiet'],
  'task.started.v1': ({ key }) => [`${key} started`, 'quiet'],
  'task.building.v1': ({ key, round }) =>
    round === 1 ? `${key} is being built` : `${key} is being built, round ${round}`,
  'task.proving.v1': ({ key }) => `Another run writes tests for ${key}`,
  'task.unproved.v1': ({ key, reason }) => `No independent test for ${key}: ${reason}`,
  'task.queued.v1': ({ key, place }) => [`${key} waits to be merged, number ${place}`, 'quiet'],
  'task.dequeued.v1': ({ key, why, with: partner }) =>
    partner === null ? [`${key} left the merge queue: ${why}`, 'quiet'] : [why, 'loud'],
  'task.verifying.v1': ({ key, alone }) =>
    alone
      ? `${key} is verified once more on what it was built on: what was merged since may be to blame`
      : `${key} is being verified on the merge result`,
  'task.verified.v1': ({ key, commit, tests }) =>
    `${key} verified at ${short(commit)}${tests === null ? '' : `, ${tests} tests run`}`,
  'task.refused.v1': ({ key, round, reason }) => [`${key} refused in round ${round}: ${reason}`, 'loud'],
  'task.conflicted.v1': ({ key, files }) => `${key} conflicts in ${listed(files)}; an integrator looks at it`,
  'task.done.v1': ({ key, commit, unchanged }) => [
    unchanged ? `${key} done: nothing had to change` : `${key} done, merged as ${short(commit)}`,
    'loud',
  ],
  'task.waiting.v1': ({ key, waitsFor }) => `${key} waits for ${waitsFor}, which it found and needs`,
  'task.resumed.v1': ({ key }) => `${key} goes on`,
  'task.blocked.v1': ({ key, by, reason }) => `${key} blocked by ${by}: ${reason}`,
  // The log that stands below it is shown where the task is.
  'task.failed.v1': ({ key, reason }) => [`${key} failed: ${reason.split('\n\n', 1)[0]}`, 'loud'],
  'task.cancelled.v1': ({ key }) => `${key} cancelled`,
  'task.reopened.v1': ({ key, why }) => `${key} reopened: ${why}`,
} as const satisfies {
  [T in EventType as T extends `${'document' | 'gate' | 'task'}.${string}` ? T : never]: Teller<T>;
};

const runs = {
  'run.requested.v1': ({ round, ...run }, of) => [
    `${title(article(worker(run)))}${of} was asked for${round > 1 && run.kind === 'agent' ? `, round ${round}` : ''}`,
    'quiet',
  ],
  'run.started.v1': ({ attempt, ...run }, of) =>
    attempt === 1
      ? `${title(article(worker(run)))}${of} started`
      : `The ${worker(run)}${of} continued in sandbox ${attempt}`,
  'run.stepped.v1': () => ['A step was journaled', 'quiet'],
  'run.planned.v1': ({ items }) => [
    `Plan: ${items.filter(({ status }) => status === 'done').length} of ${items.length} steps done`,
    'quiet',
  ],
  'run.held.v1': ({ reason, ...run }, of) =>
    `The ${worker(run)}${of} waits: ${{ question: 'it asked a question', paused: 'the ticket is paused', budget: 'the budget is spent', dependency: 'it needs another task first' }[reason]}`,
  'run.released.v1': () => ['The run goes on', 'quiet'],
  'run.lost.v1': (run, of) => `The sandbox of the ${worker(run)}${of} died; it is started again where it was`,
  'run.ended.v1': ({ outcome, message, ...run }, of) =>
    outcome === 'failed'
      ? `The ${worker(run)}${of} ended without a result: ${message}`
      : [
          run.kind === 'check'
            ? `The check${of} measured all it was to`
            : `The ${run.role}${of} handed in its result`,
          'quiet',
        ],
  'run.steered.v1': ({ text, by }, of) => `${by} told the agent${of}: “${text}”`,
  'checkpoint.taken.v1': () => ['Checkpoint taken', 'quiet'],
  'question.asked.v1': ({ text }, of) => [`Question${of}: ${text}`, 'loud'],
  'question.answered.v1': ({ by }, of) => `Question${of} answered by ${by}`,
  'discovery.recorded.v1': ({ kind, title: text }) => `Found ${article(kind.replaceAll('_', ' '))}: ${text}`,
  'discovery.accepted.v1': ({ key, joined }) => (joined ? `It is ${key} already` : `It became ${key}`),
  'discovery.refused.v1': ({ reason }) => `Not taken: ${reason}`,
  'discovery.overruled.v1': ({ by, guard }) => [
    `${by} accepted it${guard === null ? '' : `, against the rule “${guard.replaceAll('-', ' ')}”`}`,
    'loud',
  ],
  'discovery.proposed.v1': () => 'It is proposed as a change of the requirements',
  'memory.stored.v1': ({ kind }) => [`Remembered ${article(kind)}`, 'quiet'],
  'memory.forgotten.v1': ({ kind, by }) => [`${by} had ${article(kind)} forgotten`, 'quiet'],
  'evidence.stored.v1': ({ name, verdict }, of) => [
    `${title(name)}${of} ${verdictWords[verdict]}`,
    verdict === 'failed' ? 'plain' : 'quiet',
  ],
} as const satisfies {
  [T in EventType as T extends `${'run' | 'checkpoint' | 'question' | 'discovery' | 'memory' | 'evidence'}.${string}`
    ? T
    : never]: Teller<T>;
};

const rest = {
  'project.connected.v1': ({ name }) => `Project ${name} connected`,
  'project.updated.v1': ({ name }) => `Project ${name} changed`,
  'cost.settled.v1': ({ costMicros, spentMicros }) => [
    `${dollars(costMicros)} spent, ${dollars(spentMicros)} in all`,
    'quiet',
  ],
  'budget.exhausted.v1': ({ neededMicros, remainingMicros }) => [
    `The budget is spent: ${dollars(neededMicros)} needed, ${dollars(remainingMicros)} left`,
    'loud',
  ],
  'property.refuted.v1': ({ key, criterion, counterexample, cases }) => [
    `An input refutes ${criterion} (${key}) after ${cases ?? 'some'} cases${counterexample === null ? '' : `: ${counterexample}`}`,
    'loud',
  ],
  'pull.opened.v1': ({ number, branch, draft }) => [
    `Pull request #${number} opened from ${branch}${draft ? ', as a draft' : ''}`,
    'loud',
  ],
  'pull.readied.v1': ({ number, by }) => [`Pull request #${number} made ready by ${by}`, 'loud'],
  'pull.drafted.v1': ({ number, by }) => [`Pull request #${number} turned into a draft by ${by}`, 'loud'],
  'pull.updated.v1': ({ number, commit }) => [`Pull request #${number} updated to ${short(commit)}`, 'loud'],
  'pull.reopened.v1': ({ by }) => [`Pull request opened again by ${by}`, 'loud'],
  'pull.merged.v1': ({ commit, by }) => [`Pull request merged by ${by} as ${short(commit)}`, 'loud'],
  'pull.closed.v1': ({ by }) => [`Pull request closed by ${by}`, 'loud'],
} as const satisfies {
  [T in EventType as T extends `${'project' | 'property' | 'cost' | 'budget' | 'pull'}.${string}`
    ? T
    : never]: Teller<T>;
};

/** Complete by its type: an event that the catalogue gains does not compile without a sentence. */
const tellers: { readonly [T in EventType]: Teller<T> } = { ...ticket, ...work, ...runs, ...rest };

const isTold = (type: string): type is EventType => Object.hasOwn(tellers, type);

function title(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function told<T extends EventType>(
  type: T,
  data: EventData<T>,
  of: string,
): string | readonly [string, Weight] {
  return tellers[type](data, of);
}

/**
 * The sentence of an event; one of a later version than this page gets its type, said plainly. `task` is the key of
 * the task that its run works on, which the events of runs do not carry themselves.
 */
export function sentenceOf(
  { type, data }: Pick<EventView, 'type' | 'data'>,
  task: string | null = null,
): Sentence {
  if (!isTold(type)) return { text: type.replace(/\.v\d+$/, '').replaceAll(/[._]/g, ' '), weight: 'quiet' };
  // The server parsed it by the catalogue when it wrote it; `type` and `data` belong together.
  const said = told(type, data as EventData<typeof type>, task === null ? '' : ` of ${task}`);
  return typeof said === 'string' ? { text: said, weight: 'plain' } : { text: said[0], weight: said[1] };
}
