/** Stars and underscores that are no markup: people and models write code into their sentences without backticks. */
import type { Tokens } from 'marked';

const word = /[\p{L}\p{N}]/u;

/**
 * The marks that a text is to keep around it, or null where they are emphasis: those of `10**33` touch a word from outside,
 * and two underscores are `__init__` rather than bold. `before` and `after` are what stands beside it in its line.
 */
export function keptMarks(
  { type, raw }: Pick<Tokens.Strong | Tokens.Em, 'type' | 'raw'>,
  before: string,
  after: string,
): string | null {
  const marks = raw.slice(0, type === 'strong' ? 2 : 1);
  const touches = word.test([...before].at(-1) ?? '') || word.test([...after].at(0) ?? '');
  return touches || marks === '__' ? marks : null;
}
