/** What every store promises (core/store.ts and the ports it is made of), whichever database carries it. */
import { afterAll, beforeAll, describe } from 'vitest';
import type { Database } from '#adapters/postgres/client.ts';
import type { Store } from '#core/store.ts';
import { eventsContract } from './contract-events.ts';
import { answersContract, journalContract } from './contract-journal.ts';
import { ledgerContract } from './contract-ledger.ts';
import { memoryContract } from './contract-memory.ts';
import { notesContract } from './contract-notes.ts';
import { roadContract } from './contract-road.ts';

/** The store under test; empty tables are not assumed, for one database serves all claims. */
export interface Subject {
  readonly store: Store;
  readonly database: Database;
}

export interface Opened extends Subject {
  close(): Promise<void>;
}

/** Runs all claims. `memory: false` leaves out what needs pgvector. */
export function storeContract(
  name: string,
  open: () => Promise<Opened>,
  { memory }: { readonly memory: boolean },
): void {
  describe(name, () => {
    let opened: Opened | undefined;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(async () => {
      await opened?.close();
    });
    const subject = (): Subject => {
      if (opened === undefined) throw new Error('the store is not open yet');
      return opened;
    };
    roadContract(subject);
    journalContract(subject);
    answersContract(subject);
    notesContract(subject);
    ledgerContract(subject);
    eventsContract(subject);
    if (memory) memoryContract(subject);
  });
}
