/** Has a ticket that is over tried again, with a word to the builders. */
import { type FormEvent, useState } from 'react';
import type { TicketView } from '#core/api/views.ts';
import { useCommand } from '../../../api/query.ts';
import { Button, Problem } from '../../../ui/basics.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { TextField } from '../../../ui/field.tsx';
import { useTasks } from '../../tasks/api/tasks.ts';

export function Retry({ ticket }: { readonly ticket: TicketView }) {
  const [open, setOpen] = useState(false);
  const tasks = useTasks(ticket.id).data?.items ?? [];
  const left = tasks.filter(({ status }) => status !== 'done').map(({ key }) => key);
  const worth =
    ticket.status === 'failed' ? tasks.length > 0 : ticket.status === 'completed' && left.length > 0;
  if (!worth) return null;
  return (
    <>
      <Button kind="primary" onClick={() => setOpen(true)}>
        Try again
      </Button>
      {open ? <RetryDialog ticket={ticket} left={left} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

interface DialogProps {
  readonly ticket: TicketView;
  /** Keys of the tasks that begin anew. */
  readonly left: readonly string[];
  readonly onClose: () => void;
}

function RetryDialog({ ticket, left, onClose }: DialogProps) {
  const [comment, setComment] = useState('');
  const retry = useCommand('retryTicket');
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    const said = comment.trim();
    const body = said === '' ? {} : { comment: said };
    retry.mutate({ params: { ticket: ticket.id }, body }, { onSuccess: onClose });
  };
  return (
    <Dialog title={`Try ${ticket.name} again?`} onClose={onClose}>
      <form onSubmit={onSubmit}>
        <p className="muted">
          {left.length === 0
            ? 'Its delivery is tried again.'
            : `${left.join(', ')} ${left.length === 1 ? 'begins' : 'begin'} anew.`}{' '}
          What was merged stays, and what it cost counts.
        </p>
        <TextField
          label="What should be done otherwise (if anything)"
          value={comment}
          onChange={setComment}
          lines={4}
        />
        <Problem error={retry.error} />
        <div className="actions">
          <Button onClick={onClose}>Back</Button>
          <Button type="submit" kind="primary" disabled={retry.isPending}>
            Try again
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
