/** A run's life as seen from its sandbox: it claims the run, says that it lives, and obeys a pause. */
import type { Hono } from 'hono';
import { z } from 'zod';
import { IllegalTransition } from '#core/errors.ts';
import type { Instant, RunId } from '#core/id.ts';
import { type HeartbeatReply, HeartbeatRequest } from '#core/run/protocol.ts';
import { aboutRun, decideRun, leaseSeconds, type Run } from '#core/run/run.ts';
import { isOver } from '#core/ticket/ticket.ts';
import type { GatewayDeps, GatewayEnv } from '../deps.ts';
import { read } from '../request.ts';
import { holdRun, open, retried, type Scene, write } from '../write.ts';
import { briefOf } from './brief.ts';

/** The workflow's own heartbeat is counted in minutes: one in a minute tells it enough. */
const workflowBeatMs = 60_000;

/** `GET /v1/run`, `POST /v1/run/heartbeat`, `POST /v1/run/hold`. */
export function mountLive(app: Hono<GatewayEnv>, deps: GatewayDeps): void {
  const beats = new Map<RunId, number>();

  app.get('/v1/run', async (context) => {
    const run = await retried(deps.store, async (tx) => {
      const scene = await open(deps, tx, context.get('claims'));
      if (scene.run.state.status === 'requested') await scene.emit('run.started.v1', aboutRun(scene.run));
      return lease(scene);
    });
    return context.json(await briefOf(deps, run));
  });

  app.post('/v1/run/heartbeat', async (context) => {
    const { claims } = await read(context, HeartbeatRequest);
    const { run, reply } = await retried(deps.store, async (tx) => {
      const scene = await open(deps, tx, claims);
      const run = await lease(scene);
      return { run, reply: await replyTo(scene, run) };
    });
    await beat(deps, beats, run);
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

async function lease({ tx, run, at }: Scene): Promise<Run> {
  const leaseUntil = new Date(Date.parse(at) + leaseSeconds * 1000).toISOString();
  return tx.runs.update(decideRun(run, { type: 'claim', leaseUntil }, at));
}

async function replyTo({ tx, ticket }: Scene, run: Run): Promise<HeartbeatReply> {
  return {
    leaseUntil: leaseOf(run),
    stop: stopFor(ticket.status, run),
    steering: await tx.notes.steering(run.id),
  };
}

function leaseOf({ state }: Run): Instant {
  if (state.status !== 'running') throw new Error('a claimed run runs');
  return state.leaseUntil;
}

/** A paused ticket lets its checks finish: they ask nothing of anybody and cost no model. */
function stopFor(status: Scene['ticket']['status'], run: Run): HeartbeatReply['stop'] {
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
