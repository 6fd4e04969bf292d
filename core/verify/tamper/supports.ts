/** What stands beside tests and is none: what it says, a test that calls it says too. */
import type { Source } from './change.ts';
import type { Token } from './lex/token.ts';
import { stringValue } from './source/source.ts';

/** Counts the words, numbers and texts among tokens into `words`. */
export function addWords(words: Map<string, number>, tokens: readonly Token[]): void {
  for (const token of tokens) {
    if (token.kind === 'punct') continue;
    const word = token.kind === 'string' ? `"${stringValue(token)}"` : token.text;
    words.set(word, (words.get(word) ?? 0) + 1);
  }
}

/** Files without tests that the change brought to its tests: builders, factories, pages. */
export class Supports {
  readonly #files: readonly { readonly names: readonly string[]; readonly tokens: readonly Token[] }[];

  constructor(sources: readonly Source[]) {
    this.#files = sources
      .filter(({ isTest, same, tests }) => isTest && !same && tests.length === 0)
      // No project brings more of them at once, and of a file the beginning is enough.
      .sort((a, b) => (a.path < b.path ? -1 : 1))
      .slice(0, 20)
      .map(({ definitions, code }) => ({
        names: definitions.map(({ name }) => name),
        tokens: code.tokens.slice(0, 2000),
      }));
  }

  /** Adds what such a file says to the words of a test that calls something of it: a default that a builder fills in. */
  addTo(words: Map<string, number>): void {
    for (const { names, tokens } of this.#files)
      if (names.some((name) => words.has(name))) addWords(words, tokens);
  }
}
