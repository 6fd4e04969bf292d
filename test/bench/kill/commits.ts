/** Counts the commits of a database that wrote something, and calls right before and right after each. */
import type { Database, Sql } from '#adapters/postgres/client.ts';

/** `wrote` names the tables, and of events their types. */
export type OnCommit = (count: number, wrote: string, when: 'before' | 'after') => void;

/** The one statement that commits by itself: it starts tasks. */
const claims = /^\s*select claim_tasks/i;

export function counting(onCommit: OnCommit): {
  readonly wrap: (database: Database) => Database;
  readonly count: () => number;
} {
  let count = 0;
  const wrap = (database: Database): Database => ({
    query: async (text, params) => {
      if (!claims.test(text)) return await database.query(text, params);
      count += 1;
      const mine = count;
      onCommit(mine, 'claim_tasks', 'before');
      const result = await database.query(text, params);
      onCommit(mine, 'claim_tasks', 'after');
      return result;
    },
    close: () => database.close(),
    transaction: async (fn) => {
      const wrote: string[] = [];
      let mine = 0;
      const result = await database.transaction(async (tx) => {
        const value = await fn(listening(tx, wrote));
        if (wrote.length > 0) {
          count += 1;
          mine = count;
          onCommit(mine, label(wrote), 'before');
        }
        return value;
      });
      if (mine > 0) onCommit(mine, label(wrote), 'after');
      return result;
    },
  });
  return { wrap, count: () => count };
}

function listening(tx: Sql, wrote: string[]): Sql {
  return {
    query: (text, params) => {
      const [, verb, table] =
        /^\s*(?:with\b[\s\S]*?\)\s*)?(insert\s+into|update|delete\s+from)\s+(\w+)/i.exec(text) ?? [];
      if (verb !== undefined && table !== undefined) wrote.push(nameOf(verb, table, params));
      return tx.query(text, params);
    },
  };
}

/** `runs`; `update runs` … and of events that are appended their types. */
function nameOf(verb: string, table: string, params: readonly unknown[] | undefined): string {
  if (!/^insert/i.test(verb)) return `${verb.toLowerCase()} ${table}`;
  // The second list of parameters of an append are the types of the events.
  const types = params?.[1];
  return table === 'events' && Array.isArray(types) ? types.join(' + ') : table;
}

function label(wrote: readonly string[]): string {
  return [...new Set(wrote)].join(', ');
}
