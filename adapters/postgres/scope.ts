import { AsyncLocalStorage } from 'node:async_hooks';
import type { Database } from './client.ts';

/**
 * Refuses to use the database itself where one of its transactions is open (only the code that the transaction runs is
 * meant, not what runs beside it). On one session that would wait for ever; on a pool it would see other rows, and wait
 * for ever once every connection holds a transaction that waits for one more. A mistake of ours, so a bare error.
 */
export function scoped(database: Database): Database {
  const transactions = new AsyncLocalStorage<{ open: boolean }>();
  const refuseInside = (): void => {
    if (transactions.getStore()?.open === true)
      throw new Error(
        'A transaction is open here: use its own connection (tx), not the database or the view.',
      );
  };
  return {
    query: async (text, params) => {
      refuseInside();
      return await database.query(text, params);
    },
    transaction: async (fn) => {
      refuseInside();
      return await database.transaction((sql) => {
        const transaction = { open: true };
        return transactions
          .run(transaction, () => fn(sql))
          .finally(() => {
            transaction.open = false;
          });
      });
    },
    close: () => database.close(),
  };
}
