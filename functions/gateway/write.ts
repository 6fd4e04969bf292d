/**
 * Every write of a sandbox: one transaction that loads the run, refuses an attempt that is over, decides, and writes rows
 * and events together. A repetition gets the first one's answer, even when the first one ended the run.
 */
import { z } from 'zod';
import type { RunClaims } from '#adapters/tokens/run-tokens.ts';
import { Forbidden, KeyReused, NotFound, VersionConflict } from '#core/errors.ts';
import { type EventData, type EventType, parseEvent } from '#core/events/catalogue.ts';
import type { Instant } from '#core/id.ts';
import { aboutRun, decideRun, fence, type HoldReason, type Run, type RunOutcome } from '#core/run/run.ts';
import type { Store, Tx } from '#core/store.ts';
import { decideTicket, evolveTicket } from '#core/ticket/decide.ts';
import type { Ticket } from '#core/ticket/ticket.ts';
import { moveOn, waitsOf } from '#core/ticket/waits.ts';
import type { GatewayDeps } from './deps.ts';

/** A JSON object, as a handler answers it. */
export type Answer = Readonly<Record<string, unknown>>;
const Answer = z.record(z.string(), z.unknown());

/** What a write decides on. */
export interface Scene {
  readonly tx: Tx;
  readonly run: Run;
  readonly ticket: Ticket;
  readonly at: Instant;
  /** Tells a fact, in the same transaction. */
  emit<T extends EventType>(type: T, data: EventData<T>): Promise<void>;
}

export interface WriteOptions {
  /** Which kind of run may do this; both unless told. */
  readonly kind?: Run['kind'];
  /** Makes a repetition harmless: the verb, the client's key (or null: the body names itself within the attempt), the body. */
  readonly once?: { readonly verb: string; readonly key: string | null; readonly text: string };
}

/** Tries that a write gets when another one of the same run came between, as a heartbeat and a step may. */
const maxTries = 5;

/** Runs `act` in one transaction, behind the fence. Throws what `act` throws, and `StaleAttempt`. */
export async function write(
  deps: GatewayDeps,
  claims: RunClaims,
  options: WriteOptions,
  act: (scene: Scene) => Promise<Answer>,
): Promise<Answer> {
  return retried(deps.store, async (tx) => {
    const once = options.once && onceOf(deps, claims, options.once);
    const earlier = once ? await tx.answers.get('gateway', once.key) : null;
    if (once && earlier) {
      if (earlier.digest !== once.digest) throw new KeyReused('The key was used for another request.');
      return Answer.parse(earlier.answer);
    }
    const scene = await open(deps, tx, claims);
    requireKind(scene.run, options.kind);
    const answer = await act(scene);
    if (once) await tx.answers.put('gateway', once.key, { digest: once.digest, answer }, scene.at);
    return answer;
  });
}

/** The run of a token, if its attempt is the current one. Throws `StaleAttempt`. */
export async function currentRun(
  tx: { readonly runs: Pick<Tx['runs'], 'get'> },
  claims: RunClaims,
): Promise<Run> {
  const run = await tx.runs.get(claims.runId);
  if (!run) throw new NotFound('There is no such run.', { runId: claims.runId });
  fence(run, claims.attempt);
  return run;
}

/** Throws `Forbidden` when a run of another kind asks. */
export function requireKind(run: Run, kind: Run['kind'] | undefined): void {
  if (kind === undefined || run.kind === kind) return;
  throw new Forbidden(
    kind === 'agent' ? 'A check has no agent.' : 'Only a check of the platform may do this.',
    {
      runId: run.id,
      kind: run.kind,
    },
  );
}

/** The scene of a run, past the fence. */
export async function open(deps: GatewayDeps, tx: Tx, claims: RunClaims): Promise<Scene> {
  const run = await currentRun(tx, claims);
  return sceneOf(deps, tx, run, await ticketOf(tx, run));
}

/** The ticket that a run belongs to. */
export async function ticketOf(
  tx: { readonly tickets: Pick<Tx['tickets'], 'get'> },
  run: Run,
): Promise<Ticket> {
  const ticket = await tx.tickets.get(run.ticketId);
  if (!ticket) throw new NotFound('There is no such ticket.', { ticketId: run.ticketId });
  return ticket;
}

/** A scene in which facts about the run can be told. */
export function sceneOf(deps: GatewayDeps, tx: Tx, run: Run, ticket: Ticket): Scene {
  const at = deps.clock();
  return {
    tx,
    run,
    ticket,
    at,
    emit: async (type, data) => {
      const event = parseEvent({
        id: deps.newId('event'),
        type,
        projectId: ticket.projectId,
        ticketId: ticket.id,
        subject: run.id,
        occurredAt: at,
        actor: `run:${run.id}`,
        correlationId: ticket.id,
        causationId: null,
        data,
      });
      await tx.outbox.append([event]);
    },
  };
}

/** Ends the run: its outcome, its money, the news for the workflow that waits. */
export async function endRun(scene: Scene, outcome: RunOutcome, message: string): Promise<void> {
  const { tx, run, at } = scene;
  await tx.runs.update(decideRun(run, { type: 'end', outcome }, at));
  await tx.ledger.releaseRun(run.id, at);
  await scene.emit('run.ended.v1', {
    ...aboutRun(run),
    outcome: outcome.type,
    reason: outcome.type === 'failed' ? outcome.reason : 'submitted',
    message,
    token: run.token,
  });
  if (scene.ticket.waitingFor === 'question') await askNoMore(scene);
}

/** What it had asked while it went on needs no answer any more: the ticket moves, or waits for what is left. */
async function askNoMore({ tx, ticket, at, emit }: Scene): Promise<void> {
  const facts = decideTicket(ticket, moveOn(ticket, await waitsOf(tx, ticket.id)));
  if (facts.length === 0) return;
  const moved = await tx.tickets.update(facts.reduce((state, fact) => evolveTicket(state, fact, at), ticket));
  if (moved.waitingFor === null) await emit('ticket.proceeded.v1', {});
  else await emit('ticket.waiting.v1', { reason: moved.waitingFor });
}

/** Holds the run until a person has done something; its sandbox ends. */
export async function holdRun(scene: Scene, reason: HoldReason): Promise<void> {
  const { tx, run, at } = scene;
  await tx.runs.update(decideRun(run, { type: 'hold', reason }, at));
  await tx.ledger.releaseRun(run.id, at);
  await scene.emit('run.held.v1', { ...aboutRun(run), reason, token: run.token });
}

/** No run of the ticket can go on until a person has mended what `why` says: it is paused, and says so. */
export async function standStill(scene: Scene, why: string): Promise<void> {
  const { tx, ticket, at } = scene;
  const facts = decideTicket(ticket, { type: 'pause', hold: { why, at, token: null } });
  // One that is paused already, by a person or by another of its runs, only gets one more to wait with it.
  if (facts.length > 0) {
    await tx.tickets.update(facts.reduce((state, fact) => evolveTicket(state, fact, at), ticket));
    await scene.emit('ticket.paused.v1', { by: 'platform' });
  }
  await holdRun(scene, 'paused');
}

function onceOf(
  deps: GatewayDeps,
  claims: RunClaims,
  { verb, key, text }: NonNullable<WriteOptions['once']>,
): { readonly key: string; readonly digest: string } {
  const digest = deps.digest(text);
  const name = key === null ? `${claims.attempt}/${digest}` : `key/${key}`;
  return { key: `${claims.runId}/${verb}/${name}`, digest };
}

/** Runs a transaction again when a row moved under it: nothing of the first try was written. */
export async function retried<T>(store: Store, fn: (tx: Tx) => Promise<T>, tries = maxTries): Promise<T> {
  try {
    return await store.transaction(fn);
  } catch (error) {
    if (!(error instanceof VersionConflict) || tries <= 1) throw error;
    return retried(store, fn, tries - 1);
  }
}
