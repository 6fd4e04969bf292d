/** The live view of a ticket as lines of at most so many columns. Pure: what it looks like now, not how it is drawn. */
import { Phase } from '#core/ticket/ticket.ts';
import { type Colour, type Paint, plain } from './paint.ts';
import type { Progress, RunProgress, TaskProgress, TaskStatus } from './state.ts';
import { clean, count, cut, duration, pad, usd, widthOf } from './text.ts';

export interface View {
  readonly width: number;
  /** The instant to count the elapsed time to, in milliseconds. */
  readonly now: number;
  readonly paint?: Paint;
}

/** Status by shape, word and colour: each alone is enough. */
const taskLook: Readonly<Record<TaskStatus, readonly [string, Colour]>> = {
  pending: ['○', 'dim'],
  ready: ['○', 'dim'],
  running: ['●', 'cyan'],
  verifying: ['◐', 'yellow'],
  done: ['✓', 'green'],
  blocked: ['–', 'dim'],
  failed: ['✗', 'red'],
  cancelled: ['–', 'dim'],
};

/** `verifying`, the longest word of a status. */
const statusColumns = 9;
/** More tasks than this would push the rest off a usual screen of 24 lines. */
const maxTasks = 12;

/** The whole view. */
export function render(state: Progress, view: View): string[] {
  const paint = view.paint ?? plain;
  return [
    header(state, view, paint),
    stepper(state, view, paint),
    ...waiting(state, view, paint),
    ...taskLines(state, view, paint),
    ...runLines(state, view, paint),
  ];
}

function header(state: Progress, { width, now }: View, paint: Paint): string {
  const elapsed = duration(now - Date.parse(state.startedAt));
  const right = `${usd(state.spentMicros)} of ${usd(state.limitMicros)} · ${elapsed}`;
  const room = width - widthOf(state.name) - widthOf(right) - 4;
  if (room < 10) return paint('bold', cut(`${state.name}  ${elapsed}`, width));
  return `${paint('bold', state.name)}  ${pad(clean(state.title), room)}  ${paint('dim', right)}`;
}

function stepper(state: Progress, { width }: View, paint: Paint): string {
  const current = Phase.options.indexOf(state.phase);
  const steps = Phase.options.map((phase, at) => {
    const done = at < current || state.status === 'completed';
    if (done) return { text: `✓ ${phase}`, colour: 'green' as const };
    if (at > current) return { text: `○ ${phase}`, colour: 'dim' as const };
    return over(state)
      ? { text: `✗ ${phase}`, colour: 'red' as const }
      : { text: `● ${phase}`, colour: 'cyan' as const };
  });
  const whole = steps.map(({ text }) => text).join(' ─ ');
  if (widthOf(whole) <= width)
    return steps.map(({ text, colour }) => paint(colour, text)).join(paint('dim', ' ─ '));
  return cut(`${current + 1}/${steps.length} ${steps[current]?.text ?? ''}`, width);
}

const over = ({ status }: Progress) => status === 'failed' || status === 'cancelled';

const waitingSentence = {
  gate: 'Waits for your decision at a gate.',
  question: 'Waits for your answer to a question.',
  budget: 'Waits for more budget.',
  forge: 'Waits until something is mended where the repository is.',
} as const;

function waiting(state: Progress, { width }: View, paint: Paint): string[] {
  if (state.status === 'paused')
    return [paint('yellow', cut('‖ Paused. It goes on when somebody resumes it.', width))];
  if (state.waitingFor === null) return [];
  return [paint('yellow', cut(`! ${waitingSentence[state.waitingFor]}`, width))];
}

function taskLines(state: Progress, view: View, paint: Paint): string[] {
  if (state.tasks.length === 0) return [];
  const done = state.tasks.filter(({ status }) => status === 'done').length;
  const shown = choose(state.tasks);
  const more = state.tasks.length - shown.length;
  return [
    '',
    paint('bold', cut(`${done} of ${count(state.tasks.length, 'task')} done`, view.width)),
    ...shown.map((task) => taskLine(task, view.width, paint)),
    ...(more > 0 ? [paint('dim', cut(`  and ${more} more`, view.width))] : []),
  ];
}

/** All of them, or those where something happens. */
function choose(tasks: readonly TaskProgress[]): readonly TaskProgress[] {
  if (tasks.length <= maxTasks) return tasks;
  const rank = ({ status }: TaskProgress) =>
    status === 'running' || status === 'verifying' ? 0 : status === 'failed' ? 1 : status === 'done' ? 3 : 2;
  const kept = new Set([...tasks].sort((a, b) => rank(a) - rank(b)).slice(0, maxTasks));
  return tasks.filter((task) => kept.has(task));
}

function taskLine(task: TaskProgress, width: number, paint: Paint): string {
  const [glyph, colour] = taskLook[task.status];
  const start = `${pad(task.key, 4)} ${pad(task.status, statusColumns)}`;
  const round = task.round > 1 && task.status !== 'done' ? `round ${task.round}: ` : '';
  const note = task.note === null ? '' : ` (${clean(task.note)})`;
  const text = `${round}${clean(task.title)}${note}`;
  return fitPainted(`${glyph} ${start}`, `  ${text}`, width, colour, paint);
}

function fitPainted(start: string, rest: string, width: number, colour: Colour, paint: Paint): string {
  const head = cut(start, width);
  return `${paint(colour, head)}${cut(rest, width - widthOf(head))}`;
}

function runLines(state: Progress, { width }: View, paint: Paint): string[] {
  if (state.runs.length === 0) return [];
  return ['', ...state.runs.map((run) => fitPainted(runName(run), `  ${doing(run)}`, width, 'cyan', paint))];
}

/** `builder T3`, `check T2`, `explorer`; wide enough that actions stand in one column. */
function runName(run: RunProgress): string {
  const who = run.kind === 'check' ? 'check' : run.role;
  return pad(`▸ ${who}${run.taskKey === null ? '' : ` ${run.taskKey}`}`, 16);
}

function doing(run: RunProgress): string {
  if (run.status === 'held') return `held: ${run.held}`;
  if (run.action !== null) return clean(run.action);
  if (run.status === 'starting') return 'its sandbox starts';
  return run.kind === 'check' ? 'runs the commands of the repository in a clean checkout' : 'at work';
}
