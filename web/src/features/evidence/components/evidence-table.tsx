/** What the platform measured: each command with how it ended and where. */
import type { EvidenceView } from '#core/api/views.ts';
import { Link, useSearch } from '../../../router/router.tsx';
import { Badge, Empty, Pending } from '../../../ui/basics.tsx';
import { duration, shortSha } from '../../../ui/format.ts';
import { type Look, Status } from '../../../ui/glyph.tsx';
import { Scroll } from '../../../ui/scroll.tsx';
import { Time } from '../../../ui/time.tsx';
import { logAddress, useEvidence } from '../api/evidence.ts';
import { ProofDetails } from './proof-details.tsx';

const verdicts: Readonly<Record<EvidenceView['verdict'], Look>> = {
  passed: { shape: 'check', tone: 'good', word: 'Passed' },
  failed: { shape: 'cross', tone: 'bad', word: 'Failed' },
  'pre-existing': { shape: 'pause', tone: 'warn', word: 'Failed before' },
  flaky: { shape: 'pause', tone: 'warn', word: 'Flaky' },
};

const purposes = { baseline: 'Baseline', batch: 'Tasks together', final: 'Final' } as const;

const headings = ['Verdict', 'For', 'Command', 'Exit', 'Tests', 'Time', 'Commit', 'When', 'Log'];

interface Props {
  readonly ticketId: string;
  readonly base: string;
  /** Only what this run measured. */
  readonly runId?: string;
}

export function EvidenceTable({ ticketId, base, runId }: Props) {
  const { data, error } = useEvidence(ticketId);
  const task = useSearch().get('task');
  if (data === undefined) return <Pending error={error} />;
  const evidence = data.items.filter(
    (one) => (task === null || one.taskKey === task) && (runId === undefined || one.runId === runId),
  );
  if (evidence.length === 0 && runId !== undefined)
    return (
      <Empty title="Nothing measured.">
        What a check measures stands here once it has ended; work that conflicts is not measured.
      </Empty>
    );
  if (evidence.length === 0) {
    return (
      <Empty title="Nothing measured yet.">
        The platform proves the project's commands on the base commit first, then each task on its merge
        result.
      </Empty>
    );
  }
  return (
    <>
      {task === null ? null : (
        <p className="filter">
          Only evidence of {task}. <Link href={`${base}/evidence`}>Show all</Link>
        </p>
      )}
      <Scroll label="Evidence">
        <table className="table">
          <caption className="visually-hidden">Evidence</caption>
          <thead>
            <tr>
              {headings.map((heading) => (
                <th key={heading} scope="col" className={heading === 'When' ? 'moment' : ''}>
                  {heading}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {evidence.map((one) => (
              <EvidenceRow key={one.id} evidence={one} base={base} />
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}

function EvidenceRow({ evidence, base }: { readonly evidence: EvidenceView; readonly base: string }) {
  return (
    <tr>
      <td>
        <Status look={verdicts[evidence.verdict]} />
      </td>
      <td className="purpose">
        <Link href={`${base}/runs/${evidence.runId}`}>{evidence.taskKey ?? purposes[evidence.purpose]}</Link>{' '}
        {evidence.criteria.map((criterion) => (
          <Badge key={criterion}>{criterion}</Badge>
        ))}
      </td>
      <td className="command">
        <span className="muted">{evidence.name}</span> <code>{evidence.command}</code>
      </td>
      <td className="num">{evidence.exitCode ?? 'killed'}</td>
      <td>
        {testsOf(evidence)}
        {evidence.proof === null ? null : <ProofDetails proof={evidence.proof} attempt={evidence.attempt} />}
      </td>
      <td className="num">{duration(evidence.durationMs)}</td>
      <td>
        <code title={evidence.commit}>{shortSha(evidence.commit)}</code>
      </td>
      <td className="moment">
        <Time at={evidence.at} />
      </td>
      <td>
        <a
          href={logAddress(evidence.ticketId, evidence.id)}
          target="_blank"
          rel="noreferrer"
          aria-label={`Full log of ${evidence.command}`}
          title={`SHA-256 ${evidence.logDigest}`}
        >
          Log
        </a>
      </td>
    </tr>
  );
}

function testsOf({ name, tests }: EvidenceView): string {
  if (tests === null) return name === 'test' ? 'not counted' : '';
  if (tests.framework === 'unknown') return 'unknown: the exit code counts';
  const failed = tests.failed === 0 ? '' : `, ${tests.failed} failed`;
  const skipped = tests.skipped === 0 ? '' : `, ${tests.skipped} skipped`;
  const more = tests.failures.length > shownFailures ? ', …' : '';
  const names =
    tests.failures.length === 0 ? '' : `: ${tests.failures.slice(0, shownFailures).join(', ')}${more}`;
  return `${tests.run} run${failed}${skipped}${names}`;
}

/** Of the failing tests so many are named; the log has all. */
const shownFailures = 3;
