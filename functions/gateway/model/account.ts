/** A model call's money: the worst case is reserved before it goes out, what it used is settled before its last byte goes back. */
import type { RunClaims } from '#adapters/tokens/run-tokens.ts';
import { modelOf, priceOf } from '#core/agent/models.ts';
import { cost, type Usage, worstCase } from '#core/cost/ledger.ts';
import type { ModelCall } from '#core/cost/ports.ts';
import { BudgetExhausted, IllegalTransition, KeyReused } from '#core/errors.ts';
import type { Digest, Micros } from '#core/id.ts';
import type { Run } from '#core/run/run.ts';
import { remaining } from '#core/ticket/decide.ts';
import { isOver } from '#core/ticket/ticket.ts';
import type { GatewayDeps } from '../deps.ts';
import { holdRun, open, requireKind, retried, type Scene, sceneOf, ticketOf } from '../write.ts';

/** A call as the ledger knows it. */
export interface Charge {
  readonly run: Run;
  /** The number of the call in its run, or a digest of the body. */
  readonly key: string;
  readonly requestDigest: Digest;
  readonly model: string;
  /** The most that it can cost; reserved. */
  readonly worst: Micros;
}

export type Opened =
  | { readonly type: 'reserved'; readonly charge: Charge }
  /** The call was answered before. */
  | { readonly type: 'stored'; readonly call: ModelCall }
  | { readonly type: 'exhausted'; readonly error: BudgetExhausted };

/** What of a request decides its price. */
export interface Asked {
  readonly key: string;
  readonly digest: Digest;
  readonly bytes: number;
  readonly model: string;
  readonly maxTokens: number;
}

/**
 * Reserves a call's worst case; or finds the answer that it got before; or, when the budget does not allow it, holds the
 * run. Throws `StaleAttempt`, `Forbidden`, `KeyReused`.
 */
export async function openCharge(deps: GatewayDeps, claims: RunClaims, asked: Asked): Promise<Opened> {
  return retried(deps.store, async (tx): Promise<Opened> => {
    const scene = await open(deps, tx, claims);
    const { run, ticket, at } = scene;
    requireKind(run, 'agent');
    if (isOver(ticket.status)) {
      throw new IllegalTransition(`The ticket is ${ticket.status}.`, { status: ticket.status });
    }
    const call = await tx.calls.get(run.id, asked.key);
    if (call) {
      if (call.requestDigest !== asked.digest) throw keyReused(asked.key);
      return { type: 'stored', call };
    }
    const charge = chargeOf(run, asked);
    try {
      await tx.ledger.reserve(ticket.id, reservationOf(charge), charge.worst, run.id, at);
      return { type: 'reserved', charge };
    } catch (error) {
      if (!(error instanceof BudgetExhausted)) throw error;
      await exhaust(scene, charge);
      return { type: 'exhausted', error };
    }
  });
}

/** The refusal of a key that came with another request before. */
export function keyReused(key: string): KeyReused {
  return new KeyReused('This call number was used for another request.', { key });
}

async function exhaust(scene: Scene, { run, worst }: Charge): Promise<void> {
  const balance = await scene.tx.ledger.balance(run.ticketId);
  await scene.emit('budget.exhausted.v1', {
    runId: run.id,
    neededMicros: worst,
    remainingMicros: remaining(balance),
  });
  await holdRun(scene, 'budget');
}

function chargeOf(run: Run, { key, digest, bytes, model, maxTokens }: Asked): Charge {
  // As `worstCase` counts: two bytes of request for a token.
  const price = priceOf(modelOf(model), Math.ceil(bytes / 2));
  return { run, key, requestDigest: digest, model, worst: worstCase(bytes, maxTokens, price) };
}

/** With the digest: another body under the same number is another reservation, never covered by this one's. */
function reservationOf({ run, key, requestDigest }: Charge): string {
  return `${run.id}/${key}/${requestDigest}`;
}

/** Gives the reservation back: the call cost nothing. */
export async function releaseCharge(deps: GatewayDeps, charge: Charge): Promise<void> {
  await deps.store.transaction((tx) => tx.ledger.release(reservationOf(charge), deps.clock()));
}

/** An answer as it came, with what it used; null when a success did not say. */
export interface Spent {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly usage: Usage | null;
}

/**
 * Charges a full answer and keeps it, both or neither. A call that was charged before is not charged again. One that
 * does not say what it used is charged its worst case, or the ceiling would not hold.
 */
export async function settleCharge(deps: GatewayDeps, charge: Charge, spent: Spent): Promise<void> {
  const { run, key, requestDigest, model, worst } = charge;
  const { usage, ...answer } = spent;
  const costMicros = usage === null ? worst : costOf(model, usage);
  await retried(deps.store, async (tx) => {
    if (await tx.calls.get(run.id, key)) return;
    // No fence: the money is gone, whoever spent it.
    const scene = sceneOf(deps, tx, run, await ticketOf(tx, run));
    const { at } = scene;
    await tx.ledger.settle(reservationOf(charge), costMicros, at);
    const used = usage ?? { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
    await tx.calls.insert({
      runId: run.id,
      key,
      requestDigest,
      model,
      usage: used,
      costMicros,
      at,
      ...answer,
    });
    const { spent: spentMicros, limit: limitMicros } = await tx.ledger.balance(run.ticketId);
    await scene.emit('cost.settled.v1', { runId: run.id, costMicros, spentMicros, limitMicros });
  });
}

function costOf(model: string, usage: Usage): Micros {
  const prompt = usage.input + usage.cacheRead + usage.cacheWrite;
  return cost(usage, priceOf(modelOf(model), prompt));
}
