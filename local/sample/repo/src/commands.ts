import type { Day } from './days.js';
import { LendingError } from './errors.js';
import { fineFor } from './fines.js';
import { bookOf, findBooks, type Library, memberOf } from './library.js';
import { giveBack, lend, loanOf, renew } from './loans.js';
import { bookList, euros, memberCard, overdueList } from './report.js';

/** What a command did: the library after it, and what to tell the person. */
export interface Outcome {
  library: Library;
  output: string;
}

interface Command {
  usage: string;
  about: string;
  run(library: Library, args: readonly string[], today: Day): Outcome;
}

/** The book and the member that most commands are about. */
function bookAndMember(args: readonly string[], usage: string): [string, string] {
  const [bookId, memberId, ...rest] = args;
  if (!bookId || !memberId || rest.length > 0) throw new LendingError('usage', `usage: ${usage}`);
  return [bookId, memberId];
}

const commands: Record<string, Command> = {
  find: {
    usage: 'find WORD…',
    about: 'books by words of title or author',
    run: (library, args) => ({ library, output: bookList(library, findBooks(library, args)) }),
  },
  lend: {
    usage: 'lend BOOK MEMBER',
    about: 'lend a copy',
    run(library, args, today) {
      const [bookId, memberId] = bookAndMember(args, this.usage);
      const after = lend(library, bookId, memberId, today);
      const { dueOn } = loanOf(after, bookId, memberId);
      const { title } = bookOf(library, bookId);
      const { name } = memberOf(library, memberId);
      return { library: after, output: `lent "${title}" to ${name}, due ${dueOn}` };
    },
  },
  return: {
    usage: 'return BOOK MEMBER',
    about: 'take a copy back, and say the fine',
    run(library, args, today) {
      const [bookId, memberId] = bookAndMember(args, this.usage);
      const fine = fineFor(library, loanOf(library, bookId, memberId), today);
      const after = giveBack(library, bookId, memberId);
      const { title } = bookOf(library, bookId);
      const owed = fine === 0 ? 'nothing to pay' : `${euros(fine)} to pay`;
      return { library: after, output: `took back "${title}", ${owed}` };
    },
  },
  renew: {
    usage: 'renew BOOK MEMBER',
    about: 'move the due day back',
    run(library, args, today) {
      const [bookId, memberId] = bookAndMember(args, this.usage);
      const after = renew(library, bookId, memberId, today);
      const { dueOn } = loanOf(after, bookId, memberId);
      return { library: after, output: `renewed, due ${dueOn}` };
    },
  },
  overdue: {
    usage: 'overdue',
    about: 'what is late, and what it costs',
    run: (library, _args, today) => ({ library, output: overdueList(library, today) }),
  },
  member: {
    usage: 'member MEMBER',
    about: 'what a member has and owes',
    run(library, args, today) {
      const [memberId] = args;
      if (!memberId) throw new LendingError('usage', `usage: ${this.usage}`);
      return { library, output: memberCard(library, memberId, today) };
    },
  },
};

function help(): string {
  const lines = Object.values(commands).map((command) => `  ${command.usage} — ${command.about}`);
  return ['shelf [--file FILE] [--today DAY] COMMAND', ...lines].join('\n');
}

/** Runs one command line, without the options that `main` has taken off it. */
export function runCommand(library: Library, line: readonly string[], today: Day): Outcome {
  const [name, ...args] = line;
  if (name === undefined || name === 'help') return { library, output: help() };
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw new LendingError('usage', `there is no command ${name}; try help`);
  return command.run(library, args, today);
}
