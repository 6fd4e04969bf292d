/** Asks for changes of a pull request: words of the whole, and the notes that were put to its diff. */
import { type FormEvent, useState } from 'react';
import type { PullView } from '#core/api/views.ts';
import { useCommand } from '../../../api/query.ts';
import { Button, Problem } from '../../../ui/basics.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { TextField } from '../../../ui/field.tsx';
import { type Note, placeOf } from '../notes.ts';
import type { Review } from '../review.ts';

interface Props {
  readonly pull: PullView;
  readonly review: Review;
}

export function AskForChanges({ pull, review }: Props) {
  const [open, setOpen] = useState(false);
  const count = review.notes.length;
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        Ask for changes{count === 0 ? '' : ` (${count})`}
        {count === 0 ? null : <span className="visually-hidden"> notes written</span>}
      </Button>
      {open ? <ReviewDialog pull={pull} review={review} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function ReviewDialog({ pull, review, onClose }: Props & { readonly onClose: () => void }) {
  const command = useCommand('reviewPull');
  const text = review.text.trim();
  const empty = text === '' && review.notes.length === 0;
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    if (empty) return;
    const body = { text, notes: [...review.notes] };
    command.mutate(
      { params: { ticket: pull.ticketId }, body },
      {
        onSuccess: () => {
          review.clear();
          onClose();
        },
      },
    );
  };
  return (
    <Dialog title={`Ask for changes to #${pull.number}`} onClose={onClose}>
      <form onSubmit={onSubmit}>
        <p className="muted">
          They become a task of this ticket. What is built is verified like all else, and this pull request is
          updated in place. It costs from the ticket’s budget.
        </p>
        <TextField
          label="What should change"
          hint={
            review.notes.length === 0 ? 'Lines of the diff below take notes, too: click on their number.' : ''
          }
          value={review.text}
          onChange={review.say}
          lines={5}
          autoFocus
        />
        <NoteList notes={review.notes} onRemove={review.remove} />
        <Problem error={command.error} />
        <div className="actions">
          <Button onClick={onClose}>Back</Button>
          <Button type="submit" kind="primary" disabled={empty || command.isPending}>
            Ask for changes
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

interface ListProps {
  readonly notes: readonly Note[];
  readonly onRemove: (note: Note) => void;
}

function NoteList({ notes, onRemove }: ListProps) {
  if (notes.length === 0) return null;
  return (
    <ul className="review-list" aria-label="Notes to the diff">
      {notes.map((note, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same may be said twice of one place
        <li key={place}>
          <span>
            <code>{placeOf(note)}</code> {note.text}
          </span>
          <Button
            kind="ghost"
            aria-label={`Remove the note on ${placeOf(note)}`}
            onClick={() => onRemove(note)}
          >
            Remove
          </Button>
        </li>
      ))}
    </ul>
  );
}
