/**
 * What a person is writing and has not sent, kept in this tab by its place: another page or a reload would lose it. For
 * words of a ticket, a decision or an answer alone; what is secret is never kept.
 */
import { useState } from 'react';

const keyOf = (place: string): string => `omoi.draft.${place}`;

/** The draft of a place; empty when there is none. */
export const draftOf = (place: string): string => sessionStorage.getItem(keyOf(place)) ?? '';

/** An empty draft is none. */
export function keepDraft(place: string, text: string): void {
  try {
    if (text === '') sessionStorage.removeItem(keyOf(place));
    else sessionStorage.setItem(keyOf(place), text);
  } catch (error) {
    // The tab's store is full: the words are on the page all the same.
    if (!(error instanceof DOMException)) throw error;
  }
}

/** A text with its draft, for a component that stands at one place. Keep the empty text when it was sent. */
export function useDraft(place: string): readonly [text: string, write: (text: string) => void] {
  const [text, setText] = useState(() => draftOf(place));
  const write = (now: string): void => {
    setText(now);
    keepDraft(place, now);
  };
  return [text, write];
}
