/** Tickets as rows under their derived columns, and as cards on a board. */
import type { TicketView } from '#core/api/views.ts';
import { Link } from '../../../router/router.tsx';
import { CostBar, Unverified } from '../../../ui/basics.tsx';
import { Glyph, Status } from '../../../ui/glyph.tsx';
import { Time } from '../../../ui/time.tsx';
import { columnLooks, columns, phaseWords, ticketLook } from '../look.ts';
import { PhaseMarks } from './phase-stepper.tsx';

interface Props {
  readonly tickets: readonly TicketView[];
}

const inColumn = (tickets: readonly TicketView[], column: TicketView['column']): TicketView[] =>
  tickets.filter((ticket) => ticket.column === column);

export function TicketList({ tickets }: Props) {
  return (
    <>
      {columns.map((column) => {
        const those = inColumn(tickets, column);
        if (those.length === 0) return null;
        return (
          <section key={column} className="group" aria-label={columnLooks[column].word}>
            <h2 className="group-head">
              <Glyph {...columnLooks[column]} />
              {columnLooks[column].word} <span className="count">{those.length}</span>
            </h2>
            <ul className="rows">
              {those.map((ticket) => (
                <li key={ticket.id}>
                  <TicketRow ticket={ticket} />
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </>
  );
}

function TaskCount({ tasks }: Pick<TicketView, 'tasks'>) {
  if (tasks.total === 0) return <span className="tasks-count" />;
  const words = `${tasks.done} of ${tasks.total} tasks done${tasks.failed === 0 ? '' : `, ${tasks.failed} failed`}`;
  return (
    <span className="tasks-count" title={words}>
      <span aria-hidden="true">
        {tasks.done}/{tasks.total}
      </span>
      <span className="visually-hidden">{words}</span>
    </span>
  );
}

function TicketRow({ ticket }: { readonly ticket: TicketView }) {
  return (
    <Link href={`/tickets/${ticket.name}`} className="row ticket-row" data-row>
      <Status look={ticketLook(ticket)} quiet />
      <span className="name">{ticket.name}</span>
      <span className="title">
        <span className="title-text">{ticket.title}</span> <Unverified verification={ticket.verification} />
        {ticket.status === 'running' ? null : <span className="muted waits">{ticketLook(ticket).word}</span>}
      </span>
      <span className="muted project">{ticket.projectName}</span>
      <PhaseMarks ticket={ticket} />
      <TaskCount tasks={ticket.tasks} />
      <CostBar cost={ticket.cost} />
      <span className="when">
        <Time at={ticket.updatedAt} />
      </span>
    </Link>
  );
}

export function TicketBoard({ tickets }: Props) {
  return (
    <div className="board">
      {columns.map((column) => {
        const those = inColumn(tickets, column);
        return (
          <section key={column} className="board-column" aria-label={columnLooks[column].word}>
            <h2 className="group-head">
              <Glyph {...columnLooks[column]} />
              {columnLooks[column].word} <span className="count">{those.length}</span>
            </h2>
            {those.map((ticket) => (
              <TicketCard key={ticket.id} ticket={ticket} />
            ))}
          </section>
        );
      })}
    </div>
  );
}

function TicketCard({ ticket }: { readonly ticket: TicketView }) {
  const look = ticketLook(ticket);
  return (
    <Link href={`/tickets/${ticket.name}`} className="card ticket-card" data-row>
      <span className="card-line">
        <span className="name">{ticket.name}</span>
        <Unverified verification={ticket.verification} />
        <span className="when">
          <Time at={ticket.updatedAt} />
        </span>
      </span>
      <span className="card-title">{ticket.title}</span>
      <span className="card-line">
        <Status
          look={{ ...look, word: ticket.status === 'running' ? phaseWords[ticket.phase] : look.word }}
        />
        <TaskCount tasks={ticket.tasks} />
      </span>
      <span className="card-line">
        <span className="muted project">{ticket.projectName}</span>
        <CostBar cost={ticket.cost} />
      </span>
    </Link>
  );
}
