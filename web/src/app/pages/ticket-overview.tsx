/** What happens now, what waits for the person, and what happened. */
import type { RunView, TicketView } from '#core/api/views.ts';
import { useTicketEvents } from '../../features/activity/api/events.ts';
import { Feed } from '../../features/activity/components/feed.tsx';
import { useRuns } from '../../features/runs/api/runs.ts';
import { runLook, runTitle } from '../../features/runs/look.ts';
import { TicketFacts } from '../../features/tickets/components/ticket-facts.tsx';
import { needs } from '../../features/tickets/look.ts';
import { Link } from '../../router/router.tsx';
import { Pending } from '../../ui/basics.tsx';
import { plural, usd } from '../../ui/format.ts';
import { Status } from '../../ui/glyph.tsx';
import { Markdown } from '../../ui/markdown.tsx';
import type { TabProps } from './ticket.tsx';
import { Waits } from './waits.tsx';

export function Overview({ ticket, base }: TabProps) {
  const { data: events, error } = useTicketEvents(ticket.id);
  return (
    <div className="overview">
      <div className="overview-main">
        {needs(ticket) === 0 ? null : (
          <section aria-label="Waits for you">
            <h2 className="label">Waits for you</h2>
            <Waits ticket={ticket} />
          </section>
        )}
        <Now ticket={ticket} base={base} />
        <DiagnosisOf ticket={ticket} base={base} />
        <Description text={ticket.description} />
        <section aria-label="Activity">
          <h2 className="label">Activity</h2>
          {events === undefined ? <Pending error={error} /> : <Feed events={events} base={base} />}
        </section>
      </div>
      <TicketFacts ticket={ticket} />
    </div>
  );
}

/** A longer text starts folded: whoever comes back wants what happens now, not what was asked. */
const longDescription = 400;

function Description({ text }: { readonly text: string }) {
  if (text.trim() === '') return null;
  return (
    <details className="description" open={text.length < longDescription}>
      <summary className="label">Description</summary>
      <Markdown text={text} />
    </details>
  );
}

/** Why no task was finished, and what a person could change. */
function DiagnosisOf({ ticket, base }: { readonly ticket: TicketView; readonly base: string }) {
  const { diagnosis } = ticket;
  if (diagnosis === null) return null;
  return (
    <section aria-label="Diagnosis">
      <h2 className="label">Diagnosis</h2>
      <p>
        {diagnosis.cause} <Link href={`${base}/runs/${diagnosis.runId}`}>How it was found</Link>
      </p>
      <ul>
        {diagnosis.proposals.map(({ change, what }) => (
          <li key={what}>
            <strong>{change}</strong>: {what}
          </li>
        ))}
      </ul>
    </section>
  );
}

const endings = {
  completed: 'The pull request is ready. Nothing more happens by itself.',
  cancelled: 'This ticket was cancelled.',
  failed: 'This ticket failed.',
  paused: 'Paused: no agent works, nothing is held.',
} as const;

function Now({ ticket, base }: { readonly ticket: TicketView; readonly base: string }) {
  const { data: runs } = useRuns(ticket.id);
  const live = runs?.items.filter(({ status }) => status === 'running' || status === 'requested') ?? [];
  const { status } = ticket;
  return (
    <section aria-label="Now" className="now">
      <h2 className="label">Now</h2>
      {status === 'running' || status === 'waiting' ? null : (
        <p>
          {endings[status]} {ticket.reason}{' '}
          {ticket.pullRequest === null ? null : (
            <Link href={`${base}/pull`}>Pull request #{ticket.pullRequest.number}</Link>
          )}
        </p>
      )}
      {live.map((run) => (
        <LiveRun key={run.id} run={run} base={base} />
      ))}
      {live.length === 0 && status === 'running' ? (
        <p className="muted">The next step is about to start.</p>
      ) : null}
      {live.length === 0 && status === 'waiting' ? (
        <p className="muted">No agent works; no compute is held.</p>
      ) : null}
    </section>
  );
}

function LiveRun({ run, base }: { readonly run: RunView; readonly base: string }) {
  return (
    <Link href={`${base}/runs/${run.id}`} className="row live-run" data-row>
      <Status look={runLook(run)} />
      <span className="title">{runTitle(run)}</span>
      <span className="muted num">{run.kind === 'check' ? '' : plural(run.turns, 'turn')}</span>
      <span className="num">{run.kind === 'check' ? '' : usd(run.costMicros)}</span>
    </Link>
  );
}
