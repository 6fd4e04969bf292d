/** The columns of a step under the names of the core. */
export const selected = 'seq, attempt, body, at';
