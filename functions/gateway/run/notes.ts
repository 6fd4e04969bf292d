/** What a run says besides its journal: questions, memories, its plan. */
import type { Hono } from 'hono';
import { z } from 'zod';
import { MemoryRequest, PlanRequest, QuestionRequest } from '#core/run/protocol.ts';
import type { GatewayDeps, GatewayEnv } from '../deps.ts';
import { read, storable } from '../request.ts';
import { type Answer, currentRun, holdRun, requireKind, type Scene, ticketOf, write } from '../write.ts';

/** What `recall` shows: enough to choose from, little enough to read. */
const recalled = 10;

/** `POST /v1/run/questions`, `/memories`, `/plan` and `GET /v1/run/memories`. */
export function mountNotes(app: Hono<GatewayEnv>, deps: GatewayDeps): void {
  app.post('/v1/run/questions', async (context) => {
    const { claims, body, key, text } = await read(context, QuestionRequest);
    const options = { kind: 'agent', once: { verb: 'question', key, text } } as const;
    return context.json(await write(deps, claims, options, (scene) => ask(deps, scene, body)));
  });

  app.post('/v1/run/memories', async (context) => {
    const { claims, body, key, text } = await read(context, MemoryRequest);
    // Before the transaction: an embedding model may be a network away.
    const vector = await deps.embed.embed(storable(body.text));
    const options = { kind: 'agent', once: { verb: 'memory', key, text } } as const;
    const answer = await write(deps, claims, options, (scene) => remember(deps, scene, body, vector));
    return context.json(answer);
  });

  app.get('/v1/run/memories', async (context) => {
    const { query } = z.object({ query: z.string().min(1).max(2000) }).parse(context.req.query());
    const { view } = deps.store;
    const run = await currentRun(view, context.get('claims'));
    requireKind(run, 'agent');
    const { projectId } = await ticketOf(view, run);
    const vector = await deps.embed.embed(storable(query));
    const found = await view.memories.search(projectId, query, vector, deps.embed.model, recalled);
    return context.json({ memories: found.map(({ kind, text }) => ({ kind, text })) });
  });

  app.post('/v1/run/plan', async (context) => {
    const { claims, body } = await read(context, PlanRequest);
    const answer = await write(deps, claims, { kind: 'agent' }, async ({ run, emit }) => {
      await emit('run.planned.v1', { runId: run.id, items: body.items });
      return {};
    });
    return context.json(answer);
  });
}

async function ask(deps: GatewayDeps, scene: Scene, { text, options }: QuestionRequest): Promise<Answer> {
  const { tx, run, at } = scene;
  const id = deps.newId('question');
  await tx.notes.insertQuestion({
    id,
    runId: run.id,
    ticketId: run.ticketId,
    text: storable(text),
    options,
    answer: null,
    askedAt: at,
  });
  await scene.emit('question.asked.v1', { questionId: id, runId: run.id, text });
  await holdRun(scene, 'question');
  return { questionId: id };
}

async function remember(
  deps: GatewayDeps,
  { tx, run, ticket, at, emit }: Scene,
  { kind, text }: MemoryRequest,
  vector: readonly number[],
): Promise<Answer> {
  const id = deps.newId('memory');
  const memory = { id, projectId: ticket.projectId, kind, text, runId: run.id, at };
  await tx.memories.insert(memory, vector, deps.embed.model);
  await emit('memory.stored.v1', { memoryId: id, kind });
  return {};
}
