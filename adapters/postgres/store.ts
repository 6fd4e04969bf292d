/** The store on Postgres, whichever driver carries it. */
import type { Clock } from '#core/id.ts';
import type { Store, Tx, View } from '#core/store.ts';
import { type BufferedOutbox, bufferedOutbox, eventReads } from './bind/events.ts';
import { answerRows, callRows, ledgerRows } from './bind/money.ts';
import { documentRows, gateRows, projectRows, taskRows, ticketRows } from './bind/road.ts';
import {
  discoveryRows,
  evidenceRows,
  journalRows,
  memoryRows,
  mergeRows,
  pullRows,
  runNotes,
  runRows,
  setupRows,
} from './bind/work.ts';
import type { Database, Sql } from './client.ts';
import { claimTasks } from './queries/task/claim.ts';
import { retried } from './retry.ts';

/** The store on a migrated database. `close` closes the database. */
export function createStore(database: Database, { clock }: { readonly clock: Clock }): Store {
  const view: View = { ...rowsOn(database, clock), outbox: eventReads(database) };
  return {
    view,
    transaction: (fn) =>
      retried(() =>
        database.transaction(async (sql) => {
          const outbox: BufferedOutbox = bufferedOutbox(sql);
          const tx: Tx = { ...rowsOn(sql, clock), outbox };
          const result = await fn(tx);
          await outbox.flush();
          return result;
        }),
      ),
    claim: (claim) => retried(() => claimTasks(database, claim)),
    close: () => database.close(),
  };
}

function rowsOn(sql: Sql, clock: Clock): Omit<Tx, 'outbox'> {
  return {
    projects: projectRows(sql),
    tickets: ticketRows(sql),
    documents: documentRows(sql),
    gates: gateRows(sql),
    tasks: taskRows(sql),
    runs: runRows(sql),
    journal: journalRows(sql),
    notes: runNotes(sql),
    discoveries: discoveryRows(sql),
    memories: memoryRows(sql),
    setups: setupRows(sql),
    evidence: evidenceRows(sql),
    merges: mergeRows(sql),
    pulls: pullRows(sql),
    ledger: ledgerRows(sql, clock),
    calls: callRows(sql),
    answers: answerRows(sql),
  };
}
