/** The rules of the house. They change by vote of the members, so they stand in one place. */
export const policy = {
  /** Calendar days from lending to the due day. */
  loanDays: 21,
  /** Calendar days that a renewal adds to the due day. */
  renewalDays: 14,
  maxRenewals: 2,
  /** Open loans a member may have. */
  loanLimit: { adult: 6, child: 3 },
  /** In cents, for each calendar day after the due day. */
  finePerDay: { adult: 20, child: 5 },
  /** In cents: no single loan costs more. */
  fineCap: 800,
} as const;
