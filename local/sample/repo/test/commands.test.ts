import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCommand } from '../src/commands.js';
import type { Library } from '../src/library.js';
import { refusal, smallLibrary } from './fixture.js';

/** Runs the lines one after another, and answers with what each said. */
function desk(library: Library, today: string, ...lines: string[]): string[] {
  let current = library;
  return lines.map((line) => {
    const outcome = runCommand(current, line.split(' '), today);
    current = outcome.library;
    return outcome.output;
  });
}

test('lends a book and finds it gone', () => {
  const said = desk(smallLibrary(), '2025-03-04', 'lend B1 M1', 'find darkness');
  assert.deepEqual(said, [
    'lent "The Left Hand of Darkness" to Ana, due 2025-03-25',
    'B1  The Left Hand of Darkness  Ursula K. Le Guin  0 of 1 free',
  ]);
});

test('says the fine when a book comes back late', () => {
  const loan = { bookId: 'B1', memberId: 'M2', lentOn: '2025-02-01', dueOn: '2025-02-22' };
  const library = { ...smallLibrary(), loans: [{ ...loan, renewals: 0 }] };
  const said = desk(library, '2025-03-01', 'return B1 M2', 'overdue');
  assert.deepEqual(said, [
    'took back "The Left Hand of Darkness", €1.40 to pay',
    'nothing is overdue',
  ]);
});

test('lists what is overdue, the latest first', () => {
  const loan = { memberId: 'M1', lentOn: '2025-02-01', renewals: 0 };
  const library = {
    ...smallLibrary(),
    loans: [
      { ...loan, bookId: 'B2', dueOn: '2025-02-27' },
      { ...loan, bookId: 'B1', dueOn: '2025-02-22' },
    ],
  };
  assert.deepEqual(desk(library, '2025-03-01', 'overdue'), [
    'The Left Hand of Darkness  Ana  7 days  €1.40\nMomo                       Ana  2 days  €0.40',
  ]);
});

test('help names every command', () => {
  const [said] = desk(smallLibrary(), '2025-03-04', 'help');
  for (const name of ['find', 'lend', 'return', 'renew', 'overdue', 'member']) {
    assert.match(said ?? '', new RegExp(`^  ${name}\\b`, 'm'));
  }
});

test('refuses a command that it does not know, and one without its arguments', () => {
  for (const line of ['steal B1', 'lend B1', 'toString']) {
    assert.throws(() => desk(smallLibrary(), '2025-03-04', line), refusal('usage'));
  }
});
