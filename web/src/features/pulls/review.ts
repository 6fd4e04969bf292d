/** A review that is being written: kept in this tab until it is sent, with the notes to files and lines of the diff. */
import { useMemo } from 'react';
import { useDraft } from '../../ui/draft.ts';
import { type Note, readNotes } from './notes.ts';

/** What is written, and the ways to go on with it. */
export interface Review {
  readonly text: string;
  readonly notes: readonly Note[];
  readonly say: (text: string) => void;
  readonly add: (note: Note) => void;
  readonly remove: (note: Note) => void;
  /** When it was sent. */
  readonly clear: () => void;
}

/** The review of a ticket's pull request, as this person writes it. */
export function useReview(ticketId: string): Review {
  const [text, say] = useDraft(`review.${ticketId}`);
  const [kept, keep] = useDraft(`review-notes.${ticketId}`);
  const notes = useMemo(() => readNotes(kept), [kept]);
  const put = (now: readonly Note[]) => keep(now.length === 0 ? '' : JSON.stringify(now));
  return {
    ...{ text, notes, say },
    add: (note) => put([...notes, note]),
    remove: (note) => put(notes.filter((one) => one !== note)),
    clear: () => {
      say('');
      put([]);
    },
  };
}
