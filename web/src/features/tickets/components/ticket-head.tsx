/** The head of a ticket's page: what it is, how it stands, what one may do with it. */
import type { TicketView } from '#core/api/views.ts';
import { useCommand } from '../../../api/query.ts';
import { Link } from '../../../router/router.tsx';
import { Badge, Button, Problem, Unverified } from '../../../ui/basics.tsx';
import { ConfirmButton } from '../../../ui/dialog.tsx';
import { Status } from '../../../ui/glyph.tsx';
import { isOver, ticketLook } from '../look.ts';
import { Retry } from './retry.tsx';

export function TicketHead({ ticket }: { readonly ticket: TicketView }) {
  return (
    <header className="page-head">
      <div className="crumbs">
        <Link href="/tickets">Tickets</Link>
        <span aria-hidden="true">/</span>
        <span className="name">{ticket.name}</span>
        <Status look={ticketLook(ticket)} />
        <Unverified verification={ticket.verification} />
        {ticket.tainted ? (
          <Badge tone="warn" title="The text came from outside the team: no gate is automatic.">
            outside text
          </Badge>
        ) : null}
        <span className="spacer" />
        <TicketActions ticket={ticket} />
      </div>
      <h1>{ticket.title}</h1>
    </header>
  );
}

function TicketActions({ ticket }: { readonly ticket: TicketView }) {
  const pause = useCommand('pauseTicket');
  const resume = useCommand('resumeTicket');
  const cancel = useCommand('cancelTicket');
  if (isOver(ticket.status)) return <Retry ticket={ticket} />;
  const params = { ticket: ticket.id };
  return (
    <span className="head-actions">
      <Problem error={pause.error ?? resume.error ?? cancel.error} />
      {ticket.status === 'paused' ? (
        <Button kind="primary" disabled={resume.isPending} onClick={() => resume.mutate({ params })}>
          Resume
        </Button>
      ) : (
        <ConfirmButton
          label="Pause"
          question={`Pause ${ticket.name}?`}
          text="Agents stop after the turn they are in, and none is started. Nothing is lost."
          confirm="Pause ticket"
          disabled={pause.isPending}
          onConfirm={() => pause.mutate({ params })}
        />
      )}
      <ConfirmButton
        label="Cancel"
        kind="danger"
        question={`Cancel ${ticket.name}?`}
        text="Its sandboxes are stopped and the ticket ends. What was verified stays on its branch. This cannot be undone."
        confirm="Cancel ticket"
        disabled={cancel.isPending}
        onConfirm={() => cancel.mutate({ params, body: {} })}
      />
    </span>
  );
}
