/** Events as sentences, for output that is read line by line. Null for what only a live view or a machine wants. */
import type { Agent } from '#core/agent/agent.ts';
import { verdictWords } from '#core/api/verdicts.ts';
import type { DomainEvent, EventData } from '#core/events/catalogue.ts';
import type { Progress } from './state.ts';
import { clean, duration, usd } from './text.ts';

const short = (sha: string) => sha.slice(0, 8);

/** A gate by its phase, unless it is about something else than the phase's document. */
const gateName = ({ about, phase }: EventData<'gate.opened.v1' | 'gate.decided.v1'>): string =>
  about === 'document' ? phase : about;

/** What an event says, given what was known before it. */
export function sentence(event: DomainEvent, state: Progress): string | null {
  const said =
    ticketSentence(event) ?? documentSentence(event) ?? taskSentence(event) ?? runSentence(event, state);
  return said === null ? null : capital(clean(said));
}

/** What a person who watches should not miss in a live view, which shows only how things stand. */
export function isMoment(event: DomainEvent, state: Progress): boolean {
  switch (event.type) {
    case 'task.dequeued.v1':
      return event.data.next === 'ask';
    case 'evidence.stored.v1':
      return culpritIsSought(event, state);
    default:
      return moments.has(event.type);
  }
}

const moments: ReadonlySet<string> = new Set([
  'task.refused.v1',
  'task.conflicted.v1',
  'task.waiting.v1',
  'task.blocked.v1',
  'task.failed.v1',
  'question.asked.v1',
  'discovery.recorded.v1',
  'discovery.accepted.v1',
  'discovery.refused.v1',
] satisfies readonly DomainEvent['type'][]);

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

function ticketSentence(event: DomainEvent): string | null {
  switch (event.type) {
    case 'ticket.submitted.v1':
      return `TKT-${event.data.number} submitted: ${event.data.title}`;
    case 'ticket.mirrored.v1':
      return `Starts from commit ${short(event.data.commit)}.`;
    case 'ticket.phase_entered.v1':
      return `Phase ${event.data.phase}.`;
    case 'ticket.ceremony_set.v1':
      return `Ceremony: ${event.data.ceremony}.`;
    case 'ticket.commands_proven.v1':
      return event.data.verified
        ? `The commands of the repository run, tests included.${event.data.nameless ? ' Their output names no tests, so another run tests each criterion.' : ''}`
        : 'The repository has no tests that run: results stay unverified.';
    case 'ticket.waiting.v1':
      return `Waits for a person: ${event.data.reason}.`;
    case 'ticket.paused.v1':
      return `Paused by ${event.data.by}.`;
    case 'ticket.resumed.v1':
      return `Resumed by ${event.data.by}.`;
    case 'ticket.budget_extended.v1':
      return `The budget is now ${usd(event.data.limitMicros)}.`;
    case 'budget.exhausted.v1':
      return `The budget is spent: the next call could cost ${usd(event.data.neededMicros)}, ${usd(event.data.remainingMicros)} are left.`;
    case 'ticket.requirement_changed.v1':
      return `${event.data.requirement} changed; re-opened: ${event.data.reopened.join(', ') || 'nothing'}.`;
    case 'ticket.reworked.v1':
      return `Back to work${event.data.tasks.length === 0 ? '' : ` with ${event.data.tasks.join(', ')}`}: ${event.data.why}`;
    case 'ticket.completed.v1':
      return `Completed: ${event.data.branch} at ${short(event.data.commit)}.`;
    case 'ticket.failed.v1':
      return `Failed: ${event.data.reason}`;
    case 'ticket.cancelled.v1':
      return `Cancelled by ${event.data.by}.`;
    case 'pull.opened.v1':
      return `Pull request #${event.data.number} opened${event.data.draft ? ' as a draft' : ''}.`;
    case 'pull.readied.v1':
      return `Pull request #${event.data.number} is ready to be merged.`;
    case 'pull.drafted.v1':
      return `Pull request #${event.data.number} is a draft again.`;
    case 'pull.updated.v1':
      return `Pull request #${event.data.number} brought up to date.`;
    case 'pull.reopened.v1':
      return `The pull request was opened again by ${event.data.by}.`;
    case 'pull.merged.v1':
      return `The pull request was merged by ${event.data.by}.`;
    case 'pull.closed.v1':
      return `The pull request was closed by ${event.data.by}.`;
    default:
      return null;
  }
}

function documentSentence(event: DomainEvent): string | null {
  switch (event.type) {
    case 'document.written.v1':
      return `Wrote the ${event.data.kind}, version ${event.data.version}.`;
    case 'document.evaluated.v1': {
      const score = event.data.score.toFixed(2);
      return event.data.pass
        ? `The evaluator accepts it (${score}).`
        : `The evaluator refuses it (${score}): ${event.data.blockers.join('; ') || 'the score is too low'}.`;
    }
    case 'gate.opened.v1':
      return `The ${gateName(event.data)} gate is open.`;
    case 'gate.decided.v1':
      return `The ${gateName(event.data)} gate was ${event.data.decision} by ${event.data.by}${event.data.comment ? `: ${event.data.comment}` : '.'}`;
    case 'question.asked.v1':
      return `An agent asks: ${event.data.text} (${event.data.questionId})`;
    case 'question.answered.v1':
      return `${event.data.by} answered.`;
    case 'discovery.accepted.v1':
      return event.data.joined ? `It is ${event.data.key} already.` : `It became ${event.data.key}.`;
    case 'discovery.refused.v1':
      return `Not taken: ${event.data.reason}`;
    case 'discovery.recorded.v1':
      return `Found (${event.data.kind}): ${event.data.title}`;
    default:
      return null;
  }
}

function taskSentence(event: DomainEvent): string | null {
  switch (event.type) {
    case 'task.planned.v1':
      return `${event.data.key} planned: ${event.data.title}`;
    case 'task.building.v1':
      return `${event.data.key} is being built${event.data.round > 1 ? `, round ${event.data.round}` : ''}.`;
    case 'task.proving.v1':
      return `Another run writes tests for ${event.data.key}.`;
    case 'task.unproved.v1':
      return `No independent test for ${event.data.key}: ${event.data.reason}`;
    case 'property.refuted.v1': {
      const { key, criterion, counterexample, cases, seed } = event.data;
      return `An input refutes ${criterion} of ${key}: ${counterexample ?? 'it is not told'} (case ${cases ?? 'unknown'}, seed ${seed ?? 'unknown'}).`;
    }
    case 'task.verifying.v1':
      return event.data.alone
        ? `${event.data.key} is verified once more on what it was built on: what was merged since may be to blame.`
        : `${event.data.key} is being verified on the merge result.`;
    case 'task.verified.v1':
      return `${event.data.key} verified${event.data.tests === null ? '' : `, ${event.data.tests} tests`}.`;
    case 'task.refused.v1':
      return `${event.data.key} was refused in round ${event.data.round}: ${event.data.reason}`;
    case 'task.conflicted.v1':
      return `${event.data.key} conflicts in ${event.data.files.join(', ')}: an integrator brings both sides together.`;
    case 'task.dequeued.v1':
      return event.data.next === 'ask' ? `${event.data.key} is not merged. ${event.data.why}` : null;
    case 'task.done.v1':
      return event.data.unchanged
        ? `${event.data.key} done: nothing had to change.`
        : `${event.data.key} done: commit ${short(event.data.commit)}.`;
    case 'task.waiting.v1':
      return `${event.data.key} waits for ${event.data.waitsFor}, which it found and needs.`;
    case 'task.resumed.v1':
      return `${event.data.key} goes on.`;
    case 'task.blocked.v1':
      return `${event.data.key} is blocked by ${event.data.by}: ${event.data.reason}`;
    case 'task.failed.v1':
      return `${event.data.key} failed: ${firstPart(event.data.reason)}`;
    case 'task.cancelled.v1':
      return `${event.data.key} cancelled.`;
    case 'task.reopened.v1':
      return `${event.data.key} re-opened: ${event.data.why}`;
    default:
      return null;
  }
}

function runSentence(event: DomainEvent, state: Progress): string | null {
  switch (event.type) {
    case 'run.started.v1':
      return `${who(event.data, state)} started${event.data.attempt > 1 ? `, attempt ${event.data.attempt}` : ''}.`;
    case 'run.held.v1':
      return `${who(event.data, state)} is held: ${event.data.reason}.`;
    case 'run.lost.v1':
      return `${who(event.data, state)} lost its sandbox; a new one continues.`;
    case 'run.ended.v1':
      return event.data.outcome === 'failed'
        ? `${who(event.data, state)} failed (${event.data.reason}): ${event.data.message}`
        : null;
    case 'run.steered.v1':
      return `${event.data.by} said to the agent: ${event.data.text}`;
    case 'evidence.stored.v1':
      return measured(event, state);
    default:
      return null;
  }
}

/** The log that stands below it is shown where the task is. */
const firstPart = (reason: string): string => reason.split('\n\n', 1)[0] ?? reason;

/** `The check of T3 is still at work, after 4:07: test: npm test` */
export function stillAt({ kind, role, task, doing, since }: Agent, now: number): string {
  const name = `${kind === 'check' ? 'check' : role}${task === null ? '' : ` of ${task}`}`;
  return `The ${name} is still at work, after ${duration(now - Date.parse(since))}: ${clean(doing)}`;
}

/** `builder of T3`. */
function who(run: EventData<'run.started.v1'>, state: Progress): string {
  const known = state.runs.find(({ id }) => id === run.runId);
  const key = known?.taskKey ?? (run.taskId === null ? undefined : state.keys[run.taskId]);
  const name = run.kind === 'check' ? 'check' : run.role;
  return key === undefined ? `The ${name}` : `The ${name} of ${key}`;
}

type Stored = DomainEvent & { type: 'evidence.stored.v1' };

/** `T3: test failed.`, and what follows for works that were checked together. */
function measured(event: Stored, state: Progress): string {
  const { runId, name, verdict } = event.data;
  const keys = state.checks[runId] ?? [];
  const said = `${keys.length === 0 ? '' : `${keys.join(', ')}: `}${name} ${verdictWords[verdict]}.`;
  return culpritIsSought(event, state)
    ? `${said} Half of them is checked next, until it is known whose work it is.`
    : said;
}

function culpritIsSought({ data: { runId, verdict } }: Stored, state: Progress): boolean {
  return verdict === 'failed' && (state.checks[runId] ?? []).length > 1;
}
