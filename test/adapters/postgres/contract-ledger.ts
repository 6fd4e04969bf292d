import { describe, expect, it } from 'vitest';
import { newId } from '#adapters/ids/ids.ts';
import type { Ledger, ModelCall } from '#core/cost/ports.ts';
import { BudgetExhausted, NotFound } from '#core/errors.ts';
import type { RunId, TicketId } from '#core/id.ts';
import type { Subject } from './contract.ts';
import { aRun, aStoredRoad, at } from './samples.ts';

interface Account {
  readonly ticketId: TicketId;
  readonly runId: RunId;
  /** A key of its own for each account. */
  key(name: string): string;
  /** One verb in one transaction, then the balance as [limit, spent, reserved]. */
  balanceAfter(act: (ledger: Ledger) => Promise<void>): Promise<readonly [number, number, number]>;
}

export function ledgerContract(subject: () => Subject): void {
  const account = async (limit: number): Promise<Account> => {
    const { store } = subject();
    const { ticket, run } = await aStoredRoad(store);
    await store.transaction((tx) => tx.ledger.open(ticket.id, limit));
    return {
      ticketId: ticket.id,
      runId: run.id,
      key: (name) => `${run.id}/${name}`,
      balanceAfter: async (act) => {
        await store.transaction((tx) => act(tx.ledger));
        const balance = await store.view.ledger.balance(ticket.id);
        return [balance.limit, balance.spent, balance.reserved];
      },
    };
  };

  describe('the ledger', () => {
    it('reserves, settles and releases', async () => {
      const { ticketId, runId, key, balanceAfter } = await account(100);
      expect(await balanceAfter((l) => l.reserve(ticketId, key('1'), 60, runId, at))).toEqual([100, 0, 60]);
      expect(await balanceAfter((l) => l.reserve(ticketId, key('2'), 40, runId, at))).toEqual([100, 0, 100]);
      expect(await balanceAfter((l) => l.settle(key('1'), 25, at))).toEqual([100, 25, 40]);
      expect(await balanceAfter((l) => l.release(key('2'), at))).toEqual([100, 25, 0]);
    });

    it('does nothing for a key that it knows', async () => {
      const { ticketId, runId, key, balanceAfter } = await account(100);
      await balanceAfter((l) => l.reserve(ticketId, key('1'), 60, runId, at));
      expect(await balanceAfter((l) => l.reserve(ticketId, key('1'), 60, runId, at))).toEqual([100, 0, 60]);
      await balanceAfter((l) => l.settle(key('1'), 25, at));
      expect(await balanceAfter((l) => l.settle(key('1'), 25, at))).toEqual([100, 25, 0]);
      expect(await balanceAfter((l) => l.release(key('1'), at))).toEqual([100, 25, 0]);
      expect(await balanceAfter((l) => l.reserve(ticketId, key('1'), 60, runId, at))).toEqual([100, 25, 0]);
      expect(await balanceAfter((l) => l.open(ticketId, 999))).toEqual([100, 25, 0]);
    });

    it('refuses what does not fit, says what is left, and keeps nothing of it', async () => {
      const { ticketId, runId, key, balanceAfter } = await account(100);
      await balanceAfter((l) => l.reserve(ticketId, key('1'), 60, runId, at));
      const { store } = subject();
      const caught = await store.transaction(async (tx) => {
        try {
          await tx.ledger.reserve(ticketId, key('2'), 41, runId, at);
          return null;
        } catch (error) {
          return error;
        }
      });
      expect(caught).toBeInstanceOf(BudgetExhausted);
      expect(caught).toMatchObject({ data: { ticketId, neededMicros: 41, remainingMicros: 40 } });
      expect(await balanceAfter((l) => l.reserve(ticketId, key('2'), 40, runId, at))).toEqual([100, 0, 100]);
    });

    it('reserves nothing on a budget of 0', async () => {
      const { ticketId, runId, key, balanceAfter } = await account(0);
      await expect(balanceAfter((l) => l.reserve(ticketId, key('1'), 1, runId, at))).rejects.toThrow(
        BudgetExhausted,
      );
    });

    it('reserves a released key anew', async () => {
      const { ticketId, runId, key, balanceAfter } = await account(100);
      await balanceAfter((l) => l.reserve(ticketId, key('1'), 60, runId, at));
      await balanceAfter((l) => l.release(key('1'), at));
      expect(await balanceAfter((l) => l.reserve(ticketId, key('1'), 70, runId, at))).toEqual([100, 0, 70]);
      expect(await balanceAfter((l) => l.settle(key('1'), 10, at))).toEqual([100, 10, 0]);
    });

    it('charges a call whose reservation was released meanwhile, once', async () => {
      const { ticketId, runId, key, balanceAfter } = await account(100);
      await balanceAfter((l) => l.reserve(ticketId, key('1'), 60, runId, at));
      await balanceAfter((l) => l.releaseRun(runId, at));
      expect(await balanceAfter((l) => l.settle(key('1'), 30, at))).toEqual([100, 30, 0]);
      expect(await balanceAfter((l) => l.settle(key('1'), 30, at))).toEqual([100, 30, 0]);
    });

    it('gives back all that a run still holds, and only that', async () => {
      const { ticketId, runId, key, balanceAfter } = await account(100);
      const { store } = subject();
      const other = aRun(ticketId);
      await store.transaction((tx) => tx.runs.insert(other));
      await balanceAfter((l) => l.reserve(ticketId, key('1'), 10, runId, at));
      await balanceAfter((l) => l.reserve(ticketId, key('2'), 20, runId, at));
      await balanceAfter((l) => l.reserve(ticketId, key('3'), 5, other.id, at));
      await balanceAfter((l) => l.settle(key('2'), 15, at));
      expect(await balanceAfter((l) => l.releaseRun(runId, at))).toEqual([100, 15, 5]);
      expect(await balanceAfter((l) => l.releaseRun(runId, at))).toEqual([100, 15, 5]);
    });

    it('books a call that cost more than its worst case, and lets nothing more through', async () => {
      const { ticketId, runId, key, balanceAfter } = await account(100);
      await balanceAfter((l) => l.reserve(ticketId, key('1'), 90, runId, at));
      expect(await balanceAfter((l) => l.settle(key('1'), 120, at))).toEqual([100, 120, 0]);
      await expect(balanceAfter((l) => l.reserve(ticketId, key('2'), 1, runId, at))).rejects.toThrow(
        BudgetExhausted,
      );
    });

    it('takes a new limit, but none below what is spent', async () => {
      const { ticketId, runId, key, balanceAfter } = await account(100);
      await balanceAfter((l) => l.reserve(ticketId, key('1'), 60, runId, at));
      await balanceAfter((l) => l.settle(key('1'), 60, at));
      expect(await balanceAfter((l) => l.setLimit(ticketId, 500))).toEqual([500, 60, 0]);
      expect(await balanceAfter((l) => l.setLimit(ticketId, 10))).toEqual([60, 60, 0]);
    });

    it('says so where there is none', async () => {
      const { store } = subject();
      const { ticket, run } = await aStoredRoad(store);
      await expect(store.view.ledger.balance(ticket.id)).rejects.toThrow(NotFound);
      await expect(store.transaction((tx) => tx.ledger.setLimit(ticket.id, 1))).rejects.toThrow(NotFound);
      const reserving = store.transaction((tx) => tx.ledger.reserve(ticket.id, `${run.id}/1`, 1, run.id, at));
      await expect(reserving).rejects.toThrow(NotFound);
      await expect(store.transaction((tx) => tx.ledger.settle(`${run.id}/1`, 1, at))).rejects.toThrow(
        NotFound,
      );
      await store.transaction((tx) => tx.ledger.release(`${run.id}/1`, at));
    });

    it('tells what each run has spent', async () => {
      const { ticketId, runId, key, balanceAfter } = await account(100);
      for (const name of ['1', '2', '3'])
        await balanceAfter((l) => l.reserve(ticketId, key(name), 10, runId, at));
      await balanceAfter((l) => l.settle(key('1'), 4, at));
      await balanceAfter((l) => l.settle(key('2'), 5, at));
      expect([...(await subject().store.view.ledger.spentByRun(ticketId))]).toEqual([[runId, 9]]);
    });
  });

  describe('model calls', () => {
    it('are kept once a key, and summed by ticket', async () => {
      const { store } = subject();
      const { ticket, run } = await aStoredRoad(store);
      const call: ModelCall = {
        runId: run.id,
        key: '1',
        requestDigest: 'd',
        status: 200,
        contentType: 'text/event-stream',
        body: 'event: x\ndata: {"a":"\\u0000é"}\n\n',
        model: 'claude-sonnet-5-5',
        usage: { input: 1, output: 2, cacheRead: 3, cacheWrite: 4 },
        costMicros: 50,
        at,
      };
      expect((await store.view.calls.totals(ticket.id)).calls).toBe(0);
      await store.transaction(async (tx) => {
        await tx.calls.insert(call);
        await tx.calls.insert({ ...call, body: 'other' });
        await tx.calls.insert({ ...call, key: '2' });
      });
      expect(await store.view.calls.get(run.id, '1')).toEqual(call);
      expect(await store.view.calls.get(newId('run'), '1')).toBeNull();
      expect(await store.view.calls.totals(ticket.id)).toEqual({
        calls: 2,
        usage: { input: 2, output: 4, cacheRead: 6, cacheWrite: 8 },
        costMicros: 100,
      });
    });
  });
}
