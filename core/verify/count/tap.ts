/** TAP of tape, ava, QUnit, tap and bats; that of node:test, which tells more, has a reader of its own. */
import { pointsOf, type TapRun, tapRuns } from '../cases/tap.ts';
import type { Reader, Summary } from './summary.ts';

/** One summary a run, since each has a header. A result that was planned and never came is a failure. */
export const readTap: Reader = (lines) => tapRuns(lines).map(summaryOf);

function summaryOf(run: TapRun): Summary {
  const points = pointsOf(run);
  const { missing } = run;
  const failed = points.filter(({ test }) => test.outcome === 'failed');
  const skipped = points.filter(({ test }) => test.outcome === 'skipped').length;
  return {
    framework: 'tap',
    from: run.from,
    to: run.from + run.lines.length - 1,
    run: points.length - skipped + missing,
    failed: failed.length + missing,
    skipped,
    failures: [
      ...failed.map(({ test, point }) => (test.name.endsWith(point) ? test.name : `${test.name}: ${point}`)),
      ...(missing > 0 ? [`${missing} planned tests did not run`] : []),
    ],
  };
}
