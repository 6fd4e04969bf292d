import { addDays, type Day } from './days.js';
import { LendingError } from './errors.js';
import { bookOf, freeCopies, type Library, type Loan, memberOf } from './library.js';
import { policy } from './policy.js';

/** The member's open loan of the book; refused when there is none. */
export function loanOf(library: Library, bookId: string, memberId: string): Loan {
  const book = bookOf(library, bookId);
  const member = memberOf(library, memberId);
  const loan = library.loans.find((open) => open.bookId === bookId && open.memberId === memberId);
  if (!loan) throw new LendingError('not-lent', `${member.name} does not have "${book.title}"`);
  return loan;
}

/** Lends a copy to the member. */
export function lend(library: Library, bookId: string, memberId: string, today: Day): Library {
  const book = bookOf(library, bookId);
  const member = memberOf(library, memberId);
  const theirs = library.loans.filter((loan) => loan.memberId === memberId);
  if (theirs.some((loan) => loan.bookId === bookId)) {
    throw new LendingError('already-lent', `${member.name} already has "${book.title}"`);
  }
  if (theirs.length >= policy.loanLimit[member.kind]) {
    throw new LendingError('limit-reached', `${member.name} has ${theirs.length} books already`);
  }
  if (freeCopies(library, bookId) === 0) {
    throw new LendingError('no-copy-free', `no copy of "${book.title}" is free`);
  }
  const dueOn = addDays(today, policy.loanDays);
  const loan: Loan = { bookId, memberId, lentOn: today, dueOn, renewals: 0 };
  return { ...library, loans: [...library.loans, loan] };
}

/** Takes a copy back. What it costs is a matter of `fineFor`, asked before. */
export function giveBack(library: Library, bookId: string, memberId: string): Library {
  const returned = loanOf(library, bookId, memberId);
  return { ...library, loans: library.loans.filter((loan) => loan !== returned) };
}

/** Moves the due day back. Who is late returns the book first. */
export function renew(library: Library, bookId: string, memberId: string, today: Day): Library {
  const current = loanOf(library, bookId, memberId);
  if (today > current.dueOn) {
    throw new LendingError('overdue', `it was due on ${current.dueOn}; return it first`);
  }
  if (current.renewals >= policy.maxRenewals) {
    throw new LendingError('renewed-too-often', `it was renewed ${current.renewals} times already`);
  }
  const dueOn = addDays(current.dueOn, policy.renewalDays);
  const renewed: Loan = { ...current, dueOn, renewals: current.renewals + 1 };
  return { ...library, loans: library.loans.map((loan) => (loan === current ? renewed : loan)) };
}
