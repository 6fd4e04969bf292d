/** Exit codes for people and models. */

/** Signals that end a program by its own fault, or from outside, by their numbers on every system. */
const signals: Readonly<Record<number, string>> = {
  4: 'SIGILL',
  6: 'SIGABRT',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  15: 'SIGTERM',
};

/** `1`; `139 (SIGSEGV)`, since a shell adds 128 to the number of the signal that ended a program. */
export function exitInWords(code: number): string {
  const signal = signals[code - 128];
  return signal === undefined ? String(code) : `${code} (${signal})`;
}
