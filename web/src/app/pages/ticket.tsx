/** A ticket's page: its head, its phases, and a tab for each side of it. */
import { type ComponentType, useEffect, useRef } from 'react';
import type { TicketView } from '#core/api/views.ts';
import { DocumentReader } from '../../features/documents/components/document-reader.tsx';
import { EvidenceTable } from '../../features/evidence/components/evidence-table.tsx';
import { TraceList } from '../../features/evidence/components/trace-list.tsx';
import { PullPage } from '../../features/pulls/components/pull-page.tsx';
import { RunList } from '../../features/runs/components/run-list.tsx';
import { RunPage } from '../../features/runs/components/run-page.tsx';
import { TaskList } from '../../features/tasks/components/task-list.tsx';
import { useTicket } from '../../features/tickets/api/tickets.ts';
import { PhaseStepper } from '../../features/tickets/components/phase-stepper.tsx';
import { TicketHead } from '../../features/tickets/components/ticket-head.tsx';
import { isOver } from '../../features/tickets/look.ts';
import type { Params } from '../../router/match.ts';
import { Link, navigate } from '../../router/router.tsx';
import { Empty, Pending } from '../../ui/basics.tsx';
import { useHotkeys } from '../../ui/hotkeys.ts';
import { NoPage } from './no-page.tsx';
import { useTitle } from './page-head.tsx';
import { Cost } from './ticket-cost.tsx';
import { Gates } from './ticket-gates.tsx';
import { Overview } from './ticket-overview.tsx';

export interface TabProps {
  readonly ticket: TicketView;
  readonly base: string;
  /** What is opened in the tab: a document's or run's id, or a task's key. */
  readonly item: string | undefined;
}

interface Tab {
  readonly key: string;
  readonly label: string;
  readonly content: ComponentType<TabProps>;
  readonly count?: (ticket: TicketView) => string;
}

const tabs: readonly Tab[] = [
  { key: 'overview', label: 'Overview', content: Overview },
  { key: 'documents', label: 'Documents', content: Documents },
  {
    key: 'gates',
    label: 'Gates',
    content: Gates,
    count: ({ openGates }) => (openGates.length === 0 ? '' : String(openGates.length)),
  },
  {
    key: 'tasks',
    label: 'Tasks',
    content: Tasks,
    count: ({ tasks }) => (tasks.total === 0 ? '' : `${tasks.done}/${tasks.total}`),
  },
  { key: 'runs', label: 'Runs', content: Runs },
  { key: 'evidence', label: 'Evidence', content: Evidence },
  {
    key: 'pull',
    label: 'Pull request',
    content: Pull,
    count: ({ pullRequest }) => (pullRequest === null ? '' : `#${pullRequest.number}`),
  },
  { key: 'cost', label: 'Cost', content: Cost },
];

export function TicketPage({ params }: { readonly params: Params }) {
  const { data: ticket, error } = useTicket(params.ticket ?? '');
  const tab = tabs.find(({ key }) => key === (params.tab ?? 'overview'));
  const base = `/tickets/${params.ticket ?? ''}`;
  useTitle(ticket === undefined ? 'Ticket' : `${ticket.name} ${ticket.title}`);
  useHotkeys(
    Object.fromEntries(tabs.map(({ key }, place) => [String(place + 1), () => navigate(`${base}/${key}`)])),
  );
  const row = useRef<HTMLElement>(null);
  const shown = ticket === undefined ? undefined : tab?.key;
  // On a phone half of the tabs lie outside the window: the one that is open never does.
  useEffect(() => {
    if (shown === undefined) return;
    row.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [shown]);
  if (ticket === undefined)
    return error?.status === 404 ? <NoPage why={error.message} /> : <Pending error={error} />;
  return (
    <>
      <TicketHead ticket={ticket} />
      <PhaseStepper ticket={ticket} />
      <nav className="tabs" aria-label="Ticket" ref={row}>
        {tabs.map(({ key, label, count }) => (
          <Link
            key={key}
            href={key === 'overview' ? base : `${base}/${key}`}
            aria-current={key === tab?.key ? 'page' : undefined}
          >
            {label}
            {count === undefined || count(ticket) === '' ? null : (
              <span className="count">{count(ticket)}</span>
            )}
          </Link>
        ))}
      </nav>
      <div className={`body tab-${tab?.key ?? 'none'}`}>
        {tab === undefined ? (
          <Empty title="There is no such tab." />
        ) : (
          <tab.content ticket={ticket} base={base} item={params.item} />
        )}
      </div>
    </>
  );
}

function Documents({ ticket, base, item }: TabProps) {
  // What was delivered can be changed as long as nobody merged or closed it.
  const delivered = ticket.status === 'completed' && ticket.pullRequest?.state === 'open';
  const editable = !isOver(ticket.status) || delivered;
  return <DocumentReader ticketId={ticket.id} base={`${base}/documents`} chosen={item} editable={editable} />;
}

function Tasks({ ticket, base, item }: TabProps) {
  return <TaskList key={item} ticketId={ticket.id} base={base} chosen={item} />;
}

function Runs({ ticket, base, item }: TabProps) {
  return item === undefined ? (
    <RunList ticketId={ticket.id} base={base} />
  ) : (
    <RunPage key={item} id={item} base={base} />
  );
}

function Evidence({ ticket, base }: TabProps) {
  return (
    <>
      <TraceList ticketId={ticket.id} base={base} />
      <EvidenceTable ticketId={ticket.id} base={base} />
    </>
  );
}

function Pull({ ticket }: TabProps) {
  if (ticket.pullRequest !== null) return <PullPage ticketId={ticket.id} />;
  return (
    <Empty title="No pull request yet.">
      It is opened when every task is verified and the whole branch has passed its checks.
    </Empty>
  );
}
