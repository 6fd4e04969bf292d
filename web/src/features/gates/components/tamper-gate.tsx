/** A gate on what a task's work does to its checks or to protected paths: the findings with their hunks. */
import type { GateView } from '#core/api/views.ts';
import { Link } from '../../../router/router.tsx';
import { Markdown } from '../../../ui/markdown.tsx';
import { Time } from '../../../ui/time.tsx';
import { Findings } from '../../evidence/components/findings.tsx';
import { useTasks } from '../../tasks/api/tasks.ts';
import { gateTitle, onlyPolicy } from '../look.ts';

export function TamperGate({ gate, base }: { readonly gate: GateView; readonly base: string }) {
  const { data } = useTasks(gate.ticketId);
  const task = data?.items.find(({ id }) => id === gate.tamper?.taskId);
  return (
    <article className="document">
      <div className="document-head">
        <span className="muted">
          {gateTitle(gate)} · opened <Time at={gate.openedAt} /> ·{' '}
          <code title={`Your decision holds for the findings ${gate.documentHash}`}>
            {gate.documentHash.slice(0, 12)}
          </code>
        </span>
      </div>
      <p>
        {task === undefined ? 'A task' : <Link href={`${base}/runs?task=${task.key}`}>{task.key}</Link>}
        {task === undefined ? '' : ` (${task.title})`}{' '}
        {gate.tamper && onlyPolicy(gate.tamper)
          ? 'changes paths that this project protects.'
          : 'weakens what is to prove its work.'}{' '}
        Approve when that is meant; rejected, it goes back to its builder with your words. It is not merged
        before you decide.
      </p>
      {gate.tamper?.said === undefined ? null : (
        <section aria-label="What its builder says">
          <p className="muted">Its builder says of the work, which nobody has checked:</p>
          <div className="said">
            <Markdown text={gate.tamper.said} />
          </div>
        </section>
      )}
      <Findings findings={gate.tamper?.findings ?? []} />
    </article>
  );
}
