/** Tasks with their live status; each opens to what it is to do, what it may change and why it stands where it does. */
import { lazy, Suspense, useEffect, useState } from 'react';
import type { TaskView } from '#core/api/views.ts';
import { Link } from '../../../router/router.tsx';
import { Badge, Empty, Fact, Pending } from '../../../ui/basics.tsx';
import { shortSha } from '../../../ui/format.ts';
import { Status } from '../../../ui/glyph.tsx';
import { InlineCode } from '../../../ui/inline-code.tsx';
import { Markdown } from '../../../ui/markdown.tsx';
import { Pre } from '../../../ui/scroll.tsx';
import { useTasks } from '../api/tasks.ts';
import { taskLooks } from '../look.ts';
import { Discoveries } from './discoveries.tsx';

/** In a row; the opened task has them all. A task of many criteria is still known by its title. */
const shownCriteria = 4;

// Half of the page's weight, for one tab.
const TaskGraph = lazy(() => import('./task-graph.tsx'));

interface Props {
  readonly ticketId: string;
  readonly base: string;
  /** The key of the task that the address names: it stands open, and in sight. */
  readonly chosen: string | undefined;
}

export function TaskList({ ticketId, base, chosen }: Props) {
  const { data, error } = useTasks(ticketId);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set(chosen === undefined ? [] : [chosen]));
  const isThere = data !== undefined;
  useEffect(() => {
    if (isThere && chosen !== undefined)
      document.getElementById(`task-${chosen}`)?.scrollIntoView({ block: 'center' });
  }, [isThere, chosen]);
  if (data === undefined) return <Pending error={error} />;
  if (data.items.length === 0) {
    return <Empty title="No tasks yet.">The planner writes them once the design is approved.</Empty>;
  }
  const toggle = (key: string): void =>
    setOpen((now) => new Set(now.has(key) ? [...now].filter((one) => one !== key) : [...now, key]));
  const reveal = (key: string): void => {
    setOpen((now) => new Set([...now, key]));
    document.getElementById(`task-${key}`)?.focus();
  };
  return (
    <>
      <Suspense fallback={<div className="graph" />}>
        <TaskGraph tasks={data.items} onOpen={reveal} />
      </Suspense>
      <ul className="rows">
        {data.items.map((task) => (
          <li key={task.id}>
            <TaskRow task={task} open={open.has(task.key)} onToggle={() => toggle(task.key)} base={base} />
          </li>
        ))}
      </ul>
      <Discoveries ticketId={ticketId} base={base} />
    </>
  );
}

interface RowProps {
  readonly task: TaskView;
  readonly open: boolean;
  readonly onToggle: () => void;
  readonly base: string;
}

function TaskRow({ task, open, onToggle, base }: RowProps) {
  return (
    <>
      <button
        type="button"
        id={`task-${task.key}`}
        className="row task-row"
        aria-expanded={open}
        onClick={onToggle}
        data-row
      >
        <Status look={taskLooks[task.status]} />
        <span className="name">{task.key}</span>
        <span className="title">
          <span className="title-text">{task.title}</span>
          <Waits task={task} />
        </span>
        <span className="criteria">
          {task.criteria.slice(0, shownCriteria).map((criterion) => (
            <Badge key={criterion}>{criterion}</Badge>
          ))}
          {task.criteria.length > shownCriteria ? (
            <span className="muted">and {task.criteria.length - shownCriteria} more</span>
          ) : null}
        </span>
        <span className="muted when">{task.round > 1 ? `round ${task.round}` : ''}</span>
      </button>
      {open ? <TaskDetail task={task} base={base} /> : null}
    </>
  );
}

/** Why it stands where it does; for a discovered task that moves, where it comes from. */
function Waits({ task }: { readonly task: TaskView }) {
  const halted = task.waitsFor === null ? null : `Waits for ${task.waitsFor}, which it found and needs.`;
  const queued = task.queue && `${task.queue.position} in the merge queue. ${task.queue.why}`;
  const words = task.reason ?? halted ?? queued ?? (task.discoveryId === null ? null : task.why);
  return words === null ? null : <span className="muted waits">{words}</span>;
}

function TaskDetail({ task, base }: { readonly task: TaskView; readonly base: string }) {
  const { dependsOn, writes, feedback, commit } = task;
  return (
    <div className="task-detail">
      <Markdown text={task.goal} />
      <dl>
        <Fact name="Why it exists">{task.why}</Fact>
        <Fact name="Done when">
          <InlineCode text={task.doneWhen} />
        </Fact>
        {task.criteria.length === 0 ? null : (
          <Fact name="Criteria">
            {task.criteria.map((criterion) => (
              <span key={criterion}>
                <Link href={`${base}/evidence?of=${encodeURIComponent(criterion)}`}>{criterion}</Link>{' '}
              </span>
            ))}
          </Fact>
        )}
        <Fact name="Depends on">{dependsOn.length === 0 ? 'nothing' : dependsOn.join(', ')}</Fact>
        <Fact name="Writes">
          {writes.map((glob) => (
            <code key={glob} className="glob">
              {glob}
            </code>
          ))}
        </Fact>
        <Fact name="Estimate">{task.estimateMinutes} min</Fact>
        <Fact name="Rounds">
          <Link href={`${base}/runs?task=${task.key}`}>{task.round}</Link>
        </Fact>
        {commit === null ? null : (
          <Fact name="Commit">
            <Link href={`${base}/evidence?task=${task.key}`}>
              <code>{shortSha(commit)}</code>
            </Link>
          </Fact>
        )}
        {task.reason === null ? null : <Fact name="Reason">{task.reason}</Fact>}
      </dl>
      {feedback === null ? null : (
        <>
          <p className="label">What the next round was told</p>
          <Pre label="What the next round was told" className="output">
            {feedback}
          </Pre>
        </>
      )}
    </div>
  );
}
