import { parseDay } from './days.js';
import { LendingError } from './errors.js';
import type { Book, Library, Loan, Member } from './library.js';

/** The format of the file. Readers take every older version. */
const VERSION = 1;

type Row = Record<string, unknown>;

function bad(what: string): LendingError {
  return new LendingError('bad-file', `the library file is damaged: ${what}`);
}

function row(value: unknown, what: string): Row {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw bad(`${what} is not an object`);
  }
  return { ...value };
}

function rows(value: unknown, what: string): Row[] {
  if (!Array.isArray(value)) throw bad(`${what} is not a list`);
  return value.map((item, index) => row(item, `${what}[${index}]`));
}

function text(from: Row, key: string): string {
  const value = from[key];
  if (typeof value !== 'string' || value === '') throw bad(`${key} is missing`);
  return value;
}

function count(from: Row, key: string): number {
  const value = from[key];
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) {
    throw bad(`${key} is not a whole number`);
  }
  return value;
}

function toBook(from: Row): Book {
  return {
    id: text(from, 'id'),
    title: text(from, 'title'),
    author: text(from, 'author'),
    copies: count(from, 'copies'),
  };
}

function toMember(from: Row): Member {
  const kind = text(from, 'kind');
  if (kind !== 'adult' && kind !== 'child') throw bad(`kind is ${kind}`);
  return { id: text(from, 'id'), name: text(from, 'name'), kind };
}

function toLoan(from: Row): Loan {
  return {
    bookId: text(from, 'bookId'),
    memberId: text(from, 'memberId'),
    lentOn: parseDay(text(from, 'lentOn')),
    dueOn: parseDay(text(from, 'dueOn')),
    renewals: count(from, 'renewals'),
  };
}

/** Reads a library from the text of its file. */
export function parseLibrary(json: string): Library {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw bad('it is not JSON');
  }
  const file = row(value, 'the file');
  if (count(file, 'version') > VERSION) throw bad('it was written by a newer version');
  return {
    books: rows(file.books, 'books').map(toBook),
    members: rows(file.members, 'members').map(toMember),
    loans: rows(file.loans, 'loans').map(toLoan),
  };
}

/** The text of the library's file. */
export function formatLibrary(library: Library): string {
  return `${JSON.stringify({ version: VERSION, ...library }, null, 2)}\n`;
}
