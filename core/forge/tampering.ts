/** What a pull request says of the tamper report: every place where delivered work weakens what proves it. */
import type { Task } from '../task/task.ts';
import type { Evidence } from '../verify/ports.ts';
import type { TamperedWork } from '../verify/report.ts';
import { isGrave, toDecide } from '../verify/report.ts';
import type { Finding } from '../verify/tamper/finding.ts';
import { cell, code, folded, type Section, table, whole } from './markdown.ts';

/**
 * The findings in the work of each finished task, as the newest passed check that merged it reports them. The check of
 * the whole ticket merges nothing, so its report has no findings, though a row of it may name a task.
 */
export function tampering(
  tasks: readonly Task[],
  evidence: readonly Evidence[],
  accepted: readonly TamperedWork[],
): Section {
  const finished = tasks.filter(({ state }) => state.status === 'done');
  const checked = finished.flatMap((task) => {
    const report = evidence.findLast(
      ({ purpose, taskId, verdict, proof }) =>
        purpose === 'batch' && taskId === task.id && verdict === 'passed' && proof !== null,
    )?.proof;
    return report
      ? [{ task, found: report.tamper.find(({ taskId }) => taskId === task.id)?.findings ?? [] }]
      : [];
  });
  if (checked.length === 0) return whole('');
  const rows = checked.flatMap(({ task, found }) => {
    const known = accepted.filter(({ taskId }) => taskId === task.id).flatMap(({ findings }) => findings);
    const open = new Set(toDecide(found, known));
    return found.map((one) => rowOf(task, one, isGrave(one) && !open.has(one)));
  });
  if (rows.length === 0)
    return whole(
      '## Tamper report\n\nNothing was found that takes away, skips or weakens a test, an assertion, a limit or a rule.',
    );
  const title = `Tamper report: ${rows.length} ${rows.length === 1 ? 'place' : 'places'} where the work changes what checks it`;
  return folded(title, table(['Task', 'Place', 'Kind', 'Severity', 'What'], rows));
}

function rowOf(task: Task, { file, line, kind, severity, message }: Finding, accepted: boolean): string[] {
  const weight = accepted ? `${severity}, accepted by a person` : severity;
  return [task.key, code(`${file}:${line}`), kind, weight, cell(message)];
}
