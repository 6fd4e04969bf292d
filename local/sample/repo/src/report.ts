import { type Day, daysBetween } from './days.js';
import { fineFor, fineOwed } from './fines.js';
import { type Book, bookOf, freeCopies, type Library, memberOf } from './library.js';

/** Cents as people read them. */
export function euros(cents: number): string {
  return `€${(cents / 100).toFixed(2)}`;
}

/** Rows as columns, each as wide as its longest cell, two spaces between them. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  }
  return rows
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd())
    .join('\n');
}

/** A line for each book: how many of its copies stand on the shelf. */
export function bookList(library: Library, books: readonly Book[]): string {
  if (books.length === 0) return 'no such book';
  return table(
    books.map((book) => {
      const free = freeCopies(library, book.id);
      return [book.id, book.title, book.author, `${free} of ${book.copies} free`];
    }),
  );
}

/** A line for each loan that is late, the latest first. */
export function overdueList(library: Library, today: Day): string {
  const late = library.loans.filter((loan) => loan.dueOn < today);
  if (late.length === 0) return 'nothing is overdue';
  const sorted = [...late].sort((a, b) => a.dueOn.localeCompare(b.dueOn, 'en'));
  return table(
    sorted.map((loan) => [
      bookOf(library, loan.bookId).title,
      memberOf(library, loan.memberId).name,
      `${daysBetween(loan.dueOn, today)} days`,
      euros(fineFor(library, loan, today)),
    ]),
  );
}

/** What a member has at home and owes. */
export function memberCard(library: Library, memberId: string, today: Day): string {
  const member = memberOf(library, memberId);
  const loans = library.loans.filter((loan) => loan.memberId === memberId);
  const rows = loans.map((loan) => [bookOf(library, loan.bookId).title, `due ${loan.dueOn}`]);
  const owed = `${member.name} owes ${euros(fineOwed(library, memberId, today))}`;
  return rows.length === 0 ? owed : `${table(rows)}\n${owed}`;
}
