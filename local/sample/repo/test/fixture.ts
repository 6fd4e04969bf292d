import type { Library } from '../src/library.js';

/** Three books and three members; nothing is lent. */
export function smallLibrary(): Library {
  return {
    books: [
      { id: 'B1', title: 'The Left Hand of Darkness', author: 'Ursula K. Le Guin', copies: 1 },
      { id: 'B2', title: 'Momo', author: 'Michael Ende', copies: 2 },
      { id: 'B3', title: 'The Dispossessed', author: 'Ursula K. Le Guin', copies: 1 },
    ],
    members: [
      { id: 'M1', name: 'Ana', kind: 'adult' },
      { id: 'M2', name: 'Ben', kind: 'adult' },
      { id: 'M3', name: 'Cleo', kind: 'child' },
    ],
    loans: [],
  };
}

/** For `assert.throws`: a refusal with this code. */
export function refusal(code: string): object {
  return { name: 'LendingError', code };
}
