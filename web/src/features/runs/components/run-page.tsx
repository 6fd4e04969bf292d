/** One run: how it stands, its journal as it happens, and a way to speak to the agent. */
import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { RunView } from '#core/api/views.ts';
import { useCommand } from '../../../api/query.ts';
import { Link } from '../../../router/router.tsx';
import { Badge, Button, Empty, Pending, Problem } from '../../../ui/basics.tsx';
import { plural, usd } from '../../../ui/format.ts';
import { Status } from '../../../ui/glyph.tsx';
import { Pre } from '../../../ui/scroll.tsx';
import { Time } from '../../../ui/time.tsx';
import { EvidenceTable } from '../../evidence/components/evidence-table.tsx';
import { useRun, useSteps } from '../api/runs.ts';
import { entriesOf } from '../journal.ts';
import { runLook, runTitle } from '../look.ts';
import { JournalEntry } from './journal-entry.tsx';

export function RunPage({ id, base }: { readonly id: string; readonly base: string }) {
  const { data: run, error } = useRun(id);
  if (run === undefined) return <Pending error={error} />;
  return (
    <div className="run-page">
      <RunHead run={run} base={base} />
      {run.feedback === null ? null : (
        <details className="feedback">
          <summary>What the round before left for this one</summary>
          <Pre label="Feedback" className="output">
            {run.feedback}
          </Pre>
        </details>
      )}
      {run.status === 'ended' && run.reason !== 'submitted' && run.message !== null ? (
        <p className="problem">{run.message}</p>
      ) : null}
      {run.kind === 'check' ? (
        <EvidenceTable ticketId={run.ticketId} base={base} runId={run.id} />
      ) : (
        <Journal run={run} />
      )}
      {run.kind === 'agent' && run.status !== 'ended' ? <Steer run={run} /> : null}
    </div>
  );
}

function RunHead({ run, base }: { readonly run: RunView; readonly base: string }) {
  return (
    <div className="run-head">
      <Link href={`${base}/runs`}>Runs</Link>
      <span aria-hidden="true">/</span>
      <h2>{runTitle(run)}</h2>
      <Status look={runLook(run)} />
      {run.attempt > 1 ? (
        <Badge title="Its sandbox was started again where it was">sandbox {run.attempt}</Badge>
      ) : null}
      <span className="spacer" />
      {run.kind === 'check' ? (
        <Link href={`${base}/evidence${run.taskKey === null ? '' : `?task=${run.taskKey}`}`}>Evidence</Link>
      ) : (
        <>
          <span className="muted">{plural(run.turns, 'turn')}</span>
          <Link href={`${base}/cost`}>{usd(run.costMicros)}</Link>
        </>
      )}
      <span className="muted">
        <Time at={run.startedAt ?? run.createdAt} />
      </span>
    </div>
  );
}

/** Nearer to the end than this, a person reads along and the page follows. */
const followPx = 160;

function Journal({ run }: { readonly run: RunView }) {
  const { data: steps, error } = useSteps(run.id);
  const end = useRef<HTMLDivElement>(null);
  const length = steps?.length ?? 0;
  const live = run.status === 'running';
  useEffect(() => {
    const scroller = end.current?.closest('main');
    if (!live || length === 0 || scroller === null || scroller === undefined) return;
    const below = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
    if (below < followPx) end.current?.scrollIntoView({ block: 'end' });
  }, [live, length]);
  if (steps === undefined) return <Pending error={error} />;
  if (length === 0) {
    return (
      <Empty title="Nothing said yet.">The sandbox is being made; the first turn appears by itself.</Empty>
    );
  }
  return (
    <div className="journal" role="log" aria-label="Journal" aria-live="off">
      {entriesOf(steps).map((entry) => (
        <JournalEntry key={entry.key} entry={entry} />
      ))}
      <div ref={end} className="journal-end" />
    </div>
  );
}

function Steer({ run }: { readonly run: RunView }) {
  const [text, setText] = useState('');
  const steer = useCommand('steerRun');
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    steer.mutate({ params: { id: run.id }, body: { text } }, { onSuccess: () => setText('') });
  };
  return (
    <form className="steer" onSubmit={onSubmit} aria-label="Steer">
      <label htmlFor="steer" className="visually-hidden">
        Say something to the agent
      </label>
      <input
        id="steer"
        type="text"
        autoComplete="off"
        value={text}
        onChange={({ target }) => setText(target.value)}
        placeholder="Say something to the agent; it hears it in its next turn"
      />
      <Button kind="primary" type="submit" disabled={steer.isPending || text.trim() === ''}>
        Send
      </Button>
      <output className="muted">{steer.isSuccess && text === '' ? 'On its way to the agent.' : ''}</output>
      <Problem error={steer.error} />
    </form>
  );
}
