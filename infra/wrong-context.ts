/** A context value is wrong. The message is for the person at the command line. */
export class WrongContext extends Error {
  override readonly name = 'WrongContext';
}
