/** Money and answers that must not happen twice, bound to one connection: ledger, model calls, answers by key. */

import { usd } from '#core/cost/ledger.ts';
import type { Ledger, ModelCallRows } from '#core/cost/ports.ts';
import { BudgetExhausted } from '#core/errors.ts';
import type { Clock } from '#core/id.ts';
import type { AnswerRows } from '#core/store.ts';
import type { Sql } from '../client.ts';
import { getAnswer } from '../queries/answer/get.ts';
import { putAnswer } from '../queries/answer/put.ts';
import { getCall } from '../queries/call/get.ts';
import { insertCall } from '../queries/call/insert.ts';
import { sumCalls } from '../queries/call/sum.ts';
import { claimLedgerKey, type Reservation } from '../queries/ledger/claim-key.ts';
import { dropLedgerKey } from '../queries/ledger/drop-key.ts';
import { openLedger } from '../queries/ledger/open.ts';
import { readBalance } from '../queries/ledger/read-balance.ts';
import { releaseLedgerEntry } from '../queries/ledger/release.ts';
import { releaseLedgerOfRun } from '../queries/ledger/release-run.ts';
import { setLedgerLimit } from '../queries/ledger/set-limit.ts';
import { settleLedgerEntry } from '../queries/ledger/settle.ts';
import { sumLedgerByRun } from '../queries/ledger/sum-by-run.ts';
import { takeFromLedger } from '../queries/ledger/take.ts';

/** Ledgers on this connection. Each verb takes the entry before the ledger, so that two never wait for each other. */
export function ledgerRows(sql: Sql, clock: Clock): Ledger {
  return {
    open: (ticketId, limit) => openLedger(sql, ticketId, limit, clock()),
    setLimit: (ticketId, limit) => setLedgerLimit(sql, ticketId, limit),
    balance: (ticketId) => readBalance(sql, ticketId),
    reserve: (ticketId, key, amount, runId, at) => reserve(sql, { ticketId, key, amount, runId, at }),
    settle: (key, amount, at) => settleLedgerEntry(sql, key, amount, at),
    release: (key, at) => releaseLedgerEntry(sql, key, at),
    releaseRun: (runId, at) => releaseLedgerOfRun(sql, runId, at),
    spentByRun: (ticketId) => sumLedgerByRun(sql, ticketId),
  };
}

/** A key that is not to be had is a repetition, or there is no ledger: reading the balance tells them apart. */
async function reserve(sql: Sql, claim: Reservation): Promise<void> {
  if (!(await claimLedgerKey(sql, claim))) {
    await readBalance(sql, claim.ticketId);
    return;
  }
  if (await takeFromLedger(sql, claim.ticketId, claim.amount)) return;
  await dropLedgerKey(sql, claim.key);
  const { limit, spent, reserved } = await readBalance(sql, claim.ticketId);
  const remaining = Math.max(0, limit - spent - reserved);
  throw new BudgetExhausted(
    `The ticket's budget has ${usd(remaining, 3)} USD left, and the next model call may cost up to ${usd(claim.amount, 3)} USD.`,
    { ticketId: claim.ticketId, neededMicros: claim.amount, remainingMicros: remaining },
  );
}

/** Answered model calls on this connection. */
export function callRows(sql: Sql): ModelCallRows {
  return {
    get: (runId, key) => getCall(sql, runId, key),
    insert: (call) => insertCall(sql, call),
    totals: (ticketId) => sumCalls(sql, ticketId),
  };
}

/** Answers by idempotency key on this connection. */
export function answerRows(sql: Sql): AnswerRows {
  return {
    get: (scope, key) => getAnswer(sql, scope, key),
    put: (scope, key, answered, at) => putAnswer(sql, scope, key, answered, at),
  };
}
