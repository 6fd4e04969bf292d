/** Notes of a review where they belong: at a file of the diff, or under one of its lines. */
import { type FormEvent, type KeyboardEvent, useState } from 'react';
import { Button } from '../../../ui/basics.tsx';
import { TextField } from '../../../ui/field.tsx';
import { type Note, placeOf } from '../notes.ts';

/** Where a note is being written. */
export type Place = Omit<Note, 'text'>;

interface NoteProps {
  readonly note: Note;
  /** Whether its line is told, where it does not stand under it. */
  readonly apart: boolean;
  readonly onRemove: (note: Note) => void;
}

export function NoteCard({ note, apart, onRemove }: NoteProps) {
  return (
    <div className="review-note" data-testid="review-note">
      <p className="review-note-text">
        {apart && note.line !== null ? <span className="muted">Line {note.line}: </span> : null}
        {note.text}
      </p>
      <Button kind="ghost" aria-label={`Remove the note on ${placeOf(note)}`} onClick={() => onRemove(note)}>
        Remove
      </Button>
    </div>
  );
}

interface EditorProps {
  readonly place: Place;
  readonly onAdd: (note: Note) => void;
  readonly onClose: () => void;
}

/** Of a line that was chosen, or of a file, where a line may be named. */
export function NoteEditor({ place, onAdd, onClose }: EditorProps) {
  const [text, setText] = useState('');
  const [typed, setTyped] = useState('');
  const of = typed.trim() === '' ? null : Number(typed);
  const wrong = of !== null && (!Number.isInteger(of) || of < 1);
  const save = (event?: FormEvent): void => {
    event?.preventDefault();
    if (text.trim() === '' || wrong) return;
    onAdd({ ...place, line: place.line ?? of, text: text.trim() });
    onClose();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') onClose();
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save();
  };
  return (
    <form className="review-editor" onSubmit={save} onKeyDown={onKeyDown}>
      <TextField
        label={`What should change ${place.line === null ? 'in this file' : `at line ${place.line}`}`}
        value={text}
        onChange={setText}
        lines={3}
        autoFocus
      />
      {place.line === null ? (
        <TextField
          label="Line (if it is about one)"
          value={typed}
          onChange={setTyped}
          error={wrong ? 'A line is a number from 1.' : null}
        />
      ) : null}
      <div className="actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" kind="primary" disabled={text.trim() === '' || wrong}>
          Add note
        </Button>
      </div>
    </form>
  );
}
