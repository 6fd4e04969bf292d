/** Whether a diagnostic run is worth it, once for the same causes, and what it is given to read. */
import type { Run } from '../run/run.ts';
import type { Step } from '../run/step.ts';
import type { Task } from '../task/task.ts';

/** Ends that lie outside the work: no journal explains them, and a model that does not answer diagnoses nothing. */
const outside: ReadonlySet<string> = new Set([
  'model-rejected',
  'model-unavailable',
  'source-failed',
  'sandbox-lost',
  'money-limit',
  'cancelled',
]);

/** Micro-USD that must be left: a run that reads a few journals at the median. */
export const costOfDiagnosis = 250_000;

/**
 * The causes of a failed execution as one text, the same for the same causes: reasons without numbers, sorted. Null
 * when there is nothing to find out: no task failed, or each for a reason outside the work.
 */
export function causesOf(tasks: readonly Task[], runs: readonly Run[]): string | null {
  const reasons = tasks.flatMap((task) => {
    if (task.state.status !== 'failed') return [];
    const own = runs.filter(({ taskId }) => taskId === task.id);
    const last = [...own].sort((a, b) => (a.id < b.id ? 1 : -1))[0];
    const end =
      last?.state.status === 'ended' && last.state.outcome.type === 'failed' ? last.state.outcome : null;
    return end && outside.has(end.reason) ? [] : [`${task.key}: ${task.state.reason.replace(/\d+/gu, '#')}`];
  });
  return reasons.length === 0 ? null : reasons.sort().join('\n');
}

/** Characters of one journal that are shown: with five tasks a tenth of a context window. */
const maxExcerpt = 8000;
/** Of one block; a tool's output is told by its beginning. */
const maxBlock = 600;

/** The end of a journal as text: what was said, called and answered. */
export function journalExcerpt(steps: readonly Step[]): string {
  const lines = steps.flatMap(({ body }) => {
    if (body.kind === 'note') return [`note: ${body.text.slice(0, maxBlock)}`];
    if (body.kind === 'context') return [];
    return body.content.map((block) => `${body.kind}: ${wordsOf(block).slice(0, maxBlock)}`);
  });
  const text = lines.join('\n');
  return text.length <= maxExcerpt ? text : `…${text.slice(-maxExcerpt)}`;
}

function wordsOf(block: Readonly<Record<string, unknown>>): string {
  if (typeof block.text === 'string') return block.text;
  if (block.type === 'tool_use') return `${String(block.name)} ${JSON.stringify(block.input)}`;
  if (block.type === 'tool_result')
    return typeof block.content === 'string' ? block.content : JSON.stringify(block.content);
  return '';
}
