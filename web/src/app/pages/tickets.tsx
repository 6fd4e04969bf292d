/** The pages of tickets: the list or board, and writing a new one. */
import { useState } from 'react';
import { useProjects } from '../../features/projects/api/projects.ts';
import { useTicketPages } from '../../features/tickets/api/tickets.ts';
import { NewTicket } from '../../features/tickets/components/new-ticket.tsx';
import { TicketBoard, TicketList } from '../../features/tickets/components/ticket-list.tsx';
import { Link, navigate, useSearch } from '../../router/router.tsx';
import { Button, Empty, Pending } from '../../ui/basics.tsx';
import { Icon } from '../../ui/icon.tsx';
import { PageHead } from './page-head.tsx';

export function TicketsPage() {
  const [pages, setPages] = useState(1);
  const { data, error, isPlaceholderData } = useTicketPages(pages);
  const { data: projects } = useProjects();
  const board = useSearch().get('view') === 'board';
  const isNew = projects !== undefined && projects.items.length === 0;
  return (
    <>
      <PageHead title="Tickets">
        <nav className="switch" aria-label="View">
          <Link href="/tickets" className="button" aria-current={board ? undefined : 'page'}>
            <Icon name="tickets" /> List
          </Link>
          <Link href="/tickets?view=board" className="button" aria-current={board ? 'page' : undefined}>
            <Icon name="board" /> Board
          </Link>
        </nav>
      </PageHead>
      <div className={board ? 'body board-body' : 'body rows-body'}>
        {data === undefined ? (
          <Pending error={error} lines={10} />
        ) : data.items.length === 0 ? (
          <Empty title="No ticket yet.">
            {isNew ? (
              <>
                Connect a repository first. <Link href="/projects/new">Connect a project</Link>
              </>
            ) : (
              <>
                Write what you wish for, in plain words. <Link href="/tickets/new">New ticket</Link>
              </>
            )}
          </Empty>
        ) : board ? (
          <TicketBoard tickets={data.items} />
        ) : (
          <TicketList tickets={data.items} />
        )}
        {data === undefined || data.next === null ? null : (
          <p className="older">
            <Button disabled={isPlaceholderData} onClick={() => setPages(pages + 1)}>
              Show older tickets
            </Button>
          </p>
        )}
      </div>
    </>
  );
}

export function NewTicketPage() {
  const { data, error } = useProjects();
  const asked = useSearch().get('project');
  const project = data?.items.find(({ id }) => id === asked) ?? data?.items[0];
  return (
    <>
      <PageHead title="New ticket" />
      <div className="body narrow">
        {data === undefined ? (
          <Pending error={error} />
        ) : project === undefined ? (
          <Empty title="No project yet.">
            A ticket belongs to a repository. <Link href="/projects/new">Connect a project</Link>
          </Empty>
        ) : (
          <NewTicket
            projects={data.items}
            projectId={project.id}
            onCreated={({ name }) => navigate(`/tickets/${name}`)}
          />
        )}
      </div>
    </>
  );
}
