import type { Day } from './days.js';
import { LendingError } from './errors.js';

export interface Book {
  id: string;
  title: string;
  author: string;
  copies: number;
}

export interface Member {
  id: string;
  name: string;
  kind: 'adult' | 'child';
}

export interface Loan {
  bookId: string;
  memberId: string;
  lentOn: Day;
  dueOn: Day;
  renewals: number;
}

/** Everything the desk knows. Never changed in place: each action answers with a new one. */
export interface Library {
  books: readonly Book[];
  members: readonly Member[];
  /** Open loans only, oldest first. */
  loans: readonly Loan[];
}

export function bookOf(library: Library, id: string): Book {
  const book = library.books.find((candidate) => candidate.id === id);
  if (!book) throw new LendingError('unknown-book', `there is no book ${id}`);
  return book;
}

export function memberOf(library: Library, id: string): Member {
  const member = library.members.find((candidate) => candidate.id === id);
  if (!member) throw new LendingError('unknown-member', `there is no member ${id}`);
  return member;
}

/** Copies that stand on the shelf now. */
export function freeCopies(library: Library, bookId: string): number {
  const lent = library.loans.filter((loan) => loan.bookId === bookId).length;
  return bookOf(library, bookId).copies - lent;
}

/** Books whose title or author holds every word, whatever its case. */
export function findBooks(library: Library, words: readonly string[]): Book[] {
  const wanted = words.map((word) => word.toLowerCase());
  return library.books.filter((book) => {
    const text = `${book.title} ${book.author}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}
