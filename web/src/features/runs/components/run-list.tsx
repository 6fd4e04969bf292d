/** The list of runs. */
import type { AgentView, RunView } from '#core/api/views.ts';
import { Link, useSearch } from '../../../router/router.tsx';
import { Empty, Pending } from '../../../ui/basics.tsx';
import { duration, plural, usd } from '../../../ui/format.ts';
import { Status } from '../../../ui/glyph.tsx';
import { Time } from '../../../ui/time.tsx';
import { useAgents, useRuns } from '../api/runs.ts';
import { runLook, runTitle } from '../look.ts';

interface Props {
  readonly ticketId: string;
  readonly base: string;
}

/** All runs of a ticket, newest first; `?task=T3` narrows them. */
export function RunList({ ticketId, base }: Props) {
  const { data, error } = useRuns(ticketId);
  const { data: atWork } = useAgents();
  const task = useSearch().get('task');
  if (data === undefined) return <Pending error={error} />;
  const runs = data.items.filter(({ taskKey }) => task === null || taskKey === task);
  if (runs.length === 0) return <Empty title="No runs yet.">The first agent starts within seconds.</Empty>;
  return (
    <>
      {task === null ? null : (
        <p className="filter">
          Only runs of {task}. <Link href={`${base}/runs`}>Show all</Link>
        </p>
      )}
      <ul className="rows">
        {runs.map((run) => (
          <li key={run.id}>
            <RunRow run={run} base={base} doing={doingOf(run, atWork?.items)} />
          </li>
        ))}
      </ul>
    </>
  );
}

/** What a run that is under way is at. */
const doingOf = ({ id, status }: RunView, agents: readonly AgentView[] = []): string | undefined =>
  status === 'running' ? agents.find(({ runId }) => runId === id)?.doing : undefined;

interface RowProps {
  readonly run: RunView;
  readonly base: string;
  readonly doing: string | undefined;
}

function RunRow({ run, base, doing }: RowProps) {
  return (
    <Link href={`${base}/runs/${run.id}`} className="row run-row" data-row>
      <Status look={runLook(run)} />
      <span className="title">
        <span className="title-text">{runTitle(run)}</span>
        {run.status === 'ended' && run.reason !== 'submitted' && run.message !== null ? (
          <span className="muted waits">{run.message}</span>
        ) : null}
        {doing === undefined ? null : <span className="muted waits">{doing}</span>}
      </span>
      <span className="muted num">{run.kind === 'check' ? '' : plural(run.turns, 'turn')}</span>
      <span className="muted num">{took(run)}</span>
      <span className="num">{run.kind === 'check' ? '' : usd(run.costMicros)}</span>
      <span className="when">
        <Time at={run.createdAt} />
      </span>
    </Link>
  );
}

function took({ startedAt, endedAt }: RunView): string {
  return startedAt === null || endedAt === null ? '' : duration(Date.parse(endedAt) - Date.parse(startedAt));
}
