/** The journal of a run and the checkpoints of its working tree. */
import type { Hono } from 'hono';
import { InvalidInput } from '#core/errors.ts';
import { CheckpointRequest, StepRequest } from '#core/run/protocol.ts';
import type { Run } from '#core/run/run.ts';
import type { GatewayDeps, GatewayEnv } from '../deps.ts';
import { read } from '../request.ts';
import { type Answer, type Scene, write } from '../write.ts';
import { requireUpload } from './uploads.ts';

/** `POST /v1/run/steps` and `POST /v1/run/checkpoints`. */
export function mountJournal(app: Hono<GatewayEnv>, deps: GatewayDeps): void {
  app.post('/v1/run/steps', async (context) => {
    const { claims, body } = await read(context, StepRequest);
    return context.json(await write(deps, claims, {}, (scene) => appendStep(scene, body)));
  });

  app.post('/v1/run/checkpoints', async (context) => {
    const { claims, body } = await read(context, CheckpointRequest);
    await requireUpload(deps, claims, body.bundle);
    return context.json(await write(deps, claims, { kind: 'agent' }, (scene) => checkpoint(scene, body)));
  });
}

async function appendStep(
  { tx, run, at, emit }: Scene,
  { seq, body, steered }: StepRequest,
): Promise<Answer> {
  const last = await tx.journal.last(run.id);
  if (seq > last + 1) {
    throw new InvalidInput(`The journal ends at ${last}: the next step is ${last + 1}, not ${seq}.`, {
      last,
      seq,
    });
  }
  if ((await tx.journal.append(run.id, { seq, attempt: run.attempt, body, at })) === 'already') return {};
  if (steered.length > 0) await tx.notes.delivered(run.id, steered, seq);
  const next = stepped(run, body.kind);
  if (next !== run) await tx.runs.update(next);
  await emit('run.stepped.v1', { runId: run.id, seq, kind: body.kind });
  return {};
}

/** A new step proves that the sandbox got somewhere, so losses are counted anew; the row is left alone where nothing changes. */
function stepped(run: Run, kind: StepRequest['body']['kind']): Run {
  const turns = kind === 'assistant' ? run.turns + 1 : run.turns;
  return turns === run.turns && run.lost === 0 ? run : { ...run, turns, lost: 0 };
}

/**
 * Only one attempt writes at a time, so what comes last is the tree as it is: it replaces a checkpoint of the same step,
 * and is counted no lower than one that a run took beforehand, when it was paused or lost.
 */
async function checkpoint({ tx, run, at, emit }: Scene, request: CheckpointRequest): Promise<Answer> {
  const latest = await tx.notes.latestCheckpoint(run.id);
  if (latest?.seq === request.seq && latest.commit === request.commit) return {};
  const seq = Math.max(latest?.seq ?? 0, request.seq);
  await tx.notes.putCheckpoint({ ...request, seq, runId: run.id, at });
  await emit('checkpoint.taken.v1', { runId: run.id, seq, commit: request.commit });
  return {};
}
