import { type Day, daysBetween } from './days.js';
import { type Library, type Loan, memberOf } from './library.js';
import { policy } from './policy.js';

/** What the loan costs when it comes back today, in cents. */
export function fineFor(library: Library, loan: Loan, today: Day): number {
  const late = Math.max(0, daysBetween(loan.dueOn, today));
  const { kind } = memberOf(library, loan.memberId);
  return Math.min(policy.fineCap, late * policy.finePerDay[kind]);
}

/** What the member owes if everything came back today, in cents. */
export function fineOwed(library: Library, memberId: string, today: Day): number {
  return library.loans
    .filter((loan) => loan.memberId === memberId)
    .reduce((sum, loan) => sum + fineFor(library, loan, today), 0);
}
