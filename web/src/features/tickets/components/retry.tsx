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
  const pull = ticket.pullRequest;
  const lacks = left.length > 0 || (pull?.state === 'open' && pull.draft);
  const worth = ticket.status === 'failed' ? tasks.length > 0 : ticket.status === 'completed' && lacks;
  if (!worth) return null;
  return (
    <>
      <Button kind="primary" onClick={() => setOpen(true)}>
        {wordOf(ticket, left)}
      </Button>
      {open ? <RetryDialog ticket={ticket} left={left} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

/** Where all is built, only the delivered commit is looked at again. */
const wordOf = ({ status }: TicketView, left: readonly string[]): string =>
  status === 'completed' && left.length === 0 ? 'Check again' : 'Try again';

/** What comes of it. */
function outcomeOf({ status }: TicketView, left: readonly string[]): string {
  if (left.length > 0) return `${left.join(', ')} ${left.length === 1 ? 'begins' : 'begin'} anew.`;
  return status === 'completed'
    ? 'All tasks are done, so nothing is built: the delivered commit is checked once more.'
    : 'Its delivery is tried again.';
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
    <Dialog title={`${wordOf(ticket, left).replace(' again', '')} ${ticket.name} again?`} onClose={onClose}>
      <form onSubmit={onSubmit}>
        <p className="muted">{outcomeOf(ticket, left)} What was merged stays, and what it cost counts.</p>
        {left.length === 0 ? null : (
          <TextField
            label="What should be done otherwise (if anything)"
            value={comment}
            onChange={setComment}
            lines={4}
          />
        )}
        <Problem error={retry.error} />
        <div className="actions">
          <Button onClick={onClose}>Back</Button>
          <Button type="submit" kind="primary" disabled={retry.isPending}>
            {wordOf(ticket, left)}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
