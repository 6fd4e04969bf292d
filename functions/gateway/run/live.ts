/** A run's life as seen from its sandbox: it claims the run, says that it lives, and obeys a pause. */
import type { Hono } from 'hono';
import { z } from 'zod';
import type { RunClaims } from '#adapters/tokens/run-tokens.ts';
import { IllegalTransition } from '#core/errors.ts';
import type { Instant, RunId } from '#core/id.ts';
import { type HeartbeatReply, HeartbeatRequest } from '#core/run/protocol.ts';
import { aboutRun, decideRun, leaseSeconds, type Run } from '#core/run/run.ts';
import { isOver, type Ticket, ticketName } from '#core/ticket/ticket.ts';
import type { GatewayDeps, GatewayEnv } from '../deps.ts';
import { read } from '../request.ts';
import { currentRun, holdRun, open, retried, ticketOf, write } from '../write.ts';
import { briefOf } from './brief.ts';

/** The workflow's own heartbeat is counted in minutes: one in a minute tells it enough. */
const workflowBeatMs = 60_000;

/** `GET /v1/run`, `POST /v1/run/heartbeat`, `POST /v1/run/hold`. */
export function mountLive(app: Hono<GatewayEnv>, deps: GatewayDeps): void {
  const beats = new Map<RunId, number>();

  app.get('/v1/run', async (context) => {
    const run = await claim(deps, context.get('claims'));
    await note(deps, run, await ticketOf(deps.store.view, run), { turn: run.turns, doing: 'starting' });
    return context.json(await briefOf(deps, run));
  });

  app.post('/v1/run/heartbeat', async (context) => {
    const { claims, body } = await read(context, HeartbeatRequest);
    // Three a minute from each sandbox: the store is only read, the lease is kept in the registry.
    const known = await currentRun(deps.store.view, claims);
    const run = known.state.status === 'running' ? known : await claim(deps, claims);
    const ticket = await ticketOf(deps.store.view, run);
    const leaseUntil = await note(deps, run, ticket, body);
    await beat(deps, beats, run);
    const steering = await deps.store.view.notes.steering(run.id);
    const reply: HeartbeatReply = { leaseUntil, stop: stopFor(ticket.status, run), steering };
    return context.json(reply);
  });

  app.post('/v1/run/hold', async (context) => {
    const { claims, key, text } = await read(context, z.object({}));
    const once = { verb: 'hold', key, text };
    const answer = await write(deps, claims, { kind: 'agent', once }, async (scene) => {
      if (scene.ticket.status !== 'paused') {
        throw new IllegalTransition('The ticket is not paused: go on.', { status: scene.ticket.status });
      }
      await holdRun(scene, 'paused');
      return {};
    });
    return context.json(answer);
  });
}

/** The end of a lease that begins now. */
function leaseFrom(at: Instant): Instant {
  return new Date(Date.parse(at) + leaseSeconds * 1000).toISOString();
}

/** The run's first word in this attempt: it runs, with a first lease. */
async function claim(deps: GatewayDeps, claims: RunClaims): Promise<Run> {
  return retried(deps.store, async (tx) => {
    const scene = await open(deps, tx, claims);
    if (scene.run.state.status === 'requested') await scene.emit('run.started.v1', aboutRun(scene.run));
    const leaseUntil = leaseFrom(scene.at);
    return tx.runs.update(decideRun(scene.run, { type: 'claim', leaseUntil }, scene.at));
  });
}

/** Renews the lease in the registry, where people see what the run is at; returns its end. */
async function note(
  { store, agents, clock }: GatewayDeps,
  { id: runId, taskId, state, attempt, kind, role }: Run,
  { id: ticketId, number }: Ticket,
  { turn, doing }: { readonly turn: number; readonly doing: string },
): Promise<Instant> {
  if (state.status !== 'running') throw new Error('a claimed run runs');
  const task = taskId === null ? null : await store.view.tasks.get(taskId);
  const at = clock();
  const until = leaseFrom(at);
  await agents.beat({
    ...{ runId, attempt, kind, role, ticketId, ticket: ticketName(number), task: task?.key ?? null },
    ...{ doing, turn, since: state.startedAt, at, until },
  });
  return until;
}

/** A paused ticket lets its checks finish: they ask nothing of anybody and cost no model. */
function stopFor(status: Ticket['status'], run: Run): HeartbeatReply['stop'] {
  if (isOver(status)) return 'cancelled';
  return status === 'paused' && run.kind === 'agent' ? 'paused' : null;
}

async function beat(deps: GatewayDeps, beats: Map<RunId, number>, run: Run): Promise<void> {
  const now = Date.parse(deps.clock());
  if (run.token === null || now - (beats.get(run.id) ?? 0) < workflowBeatMs) return;
  // What has been silent for longer than a beat will beat anew: the map holds live runs only.
  for (const [id, at] of beats) if (now - at > 2 * workflowBeatMs) beats.delete(id);
  beats.set(run.id, now);
  await deps.workflow.heartbeat(run.token);
}
