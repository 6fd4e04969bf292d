/** How a run ends by its own word: a document, work, a check's result, or a failure. */
import type { Hono } from 'hono';
import { Diagnosis } from '#core/discovery/diagnosis.ts';
import { Forbidden, InvalidInput } from '#core/errors.ts';
import type { Digest } from '#core/id.ts';
import { DocumentRequest, EndRequest } from '#core/run/protocol.ts';
import { Submission } from '#core/run/run.ts';
import { contentHash, type DocumentOf, documentSchemas, upstreamOfKind } from '#core/spec/document.ts';
import { judgeDocument, type Standing, verdictInWords } from '#core/spec/standing.ts';
import { type DocumentKind, DocumentPhase, kindOfPhase, type Ticket } from '#core/ticket/ticket.ts';
import { CheckResult } from '#core/verify/check.ts';
import { PropertyTests } from '#core/verify/properties/independent.ts';
import type { GatewayDeps, GatewayEnv } from '../deps.ts';
import { issuesOf } from '../problems.ts';
import { read } from '../request.ts';
import { type Answer, endRun, type Scene, write } from '../write.ts';
import { requireUpload } from './uploads.ts';

/** `POST /v1/run/document`, `/work`, `/tests`, `/diagnosis`, `/check`, `/end`. */
export function mountSubmit(app: Hono<GatewayEnv>, deps: GatewayDeps): void {
  app.post('/v1/run/document', async (context) => {
    const { claims, body, key, text } = await read(context, DocumentRequest);
    const options = { kind: 'agent', once: { verb: 'document', key, text } } as const;
    return context.json(await write(deps, claims, options, (scene) => submitDocument(deps, scene, body)));
  });

  app.post('/v1/run/work', async (context) => {
    const { claims, body, key, text } = await read(context, Submission);
    await requireUpload(deps, claims, body.bundle);
    if (body.blind) await requireUpload(deps, claims, body.blind.bundle);
    const options = { kind: 'agent', once: { verb: 'work', key, text } } as const;
    return context.json(await write(deps, claims, options, (scene) => submitWork(scene, body)));
  });

  app.post('/v1/run/tests', async (context) => {
    const { claims, body, key, text } = await read(context, PropertyTests);
    await requireUpload(deps, claims, body.bundle);
    const options = { kind: 'agent', once: { verb: 'tests', key, text } } as const;
    const answer = await write(deps, claims, options, async (scene) => {
      if (scene.run.role !== 'verifier')
        throw new Forbidden(`A run of the ${scene.run.role} hands in no property tests.`, {
          runId: scene.run.id,
        });
      await endRun(scene, { type: 'tests', tests: body }, body.summary);
      return {};
    });
    return context.json(answer);
  });

  app.post('/v1/run/diagnosis', async (context) => {
    const { claims, body, key, text } = await read(context, Diagnosis);
    const options = { kind: 'agent', once: { verb: 'diagnosis', key, text } } as const;
    const answer = await write(deps, claims, options, async (scene) => {
      if (scene.run.role !== 'diagnostician')
        throw new Forbidden(`A run of the ${scene.run.role} hands in no diagnosis.`, { runId: scene.run.id });
      await endRun(scene, { type: 'diagnosis', diagnosis: body }, body.cause);
      return {};
    });
    return context.json(answer);
  });

  app.post('/v1/run/check', async (context) => {
    const { claims, body, key, text } = await read(context, CheckResult);
    for (const blob of blobsOf(body)) await requireUpload(deps, claims, blob);
    const options = { kind: 'check', once: { verb: 'check', key, text } } as const;
    const answer = await write(deps, claims, options, async (scene) => {
      await endRun(scene, { type: 'check', result: body }, '');
      return {};
    });
    return context.json(answer);
  });

  app.post('/v1/run/end', async (context) => {
    const { claims, body, key, text } = await read(context, EndRequest);
    if (body.reason === 'submitted') {
      throw new InvalidInput('A run that submitted something has ended by that.', { reason: body.reason });
    }
    const answer = await write(deps, claims, { once: { verb: 'end', key, text } }, async (scene) => {
      await endRun(scene, { type: 'failed', ...body }, body.message);
      return {};
    });
    return context.json(answer);
  });
}

async function submitDocument(
  deps: GatewayDeps,
  scene: Scene,
  { body: submitted, asIs }: DocumentRequest,
): Promise<Answer> {
  const { tx, run, ticket, at } = scene;
  const phase = DocumentPhase.safeParse(run.phase);
  if (!phase.success) throw new Forbidden(`The ${run.phase} phase writes no document.`, { runId: run.id });
  const kind = kindOfPhase[phase.data];
  const parsed = documentSchemas[kind].safeParse(submitted);
  if (!parsed.success) return { accepted: false, errors: issuesOf(parsed.error) };
  const body: DocumentOf<DocumentKind> = parsed.data;
  const upstream = upstreamHashes(ticket, kind);
  if (!asIs) {
    // The same rules as the phase is judged by afterwards: an author that still has all in mind mends it at once.
    const errors = verdictInWords(judgeDocument({ kind, body, upstream }, await standingOf(scene)));
    if (errors.length > 0) return { accepted: false, errors };
  }
  const latest = await tx.documents.latest(ticket.id, kind);
  const document = {
    id: deps.newId('document'),
    ticketId: ticket.id,
    kind,
    version: (latest?.version ?? 0) + 1,
    hash: contentHash(body, deps.digest),
    body,
    upstream,
    runId: run.id,
    createdAt: at,
  };
  await tx.documents.insert(document);
  const { id: documentId, version, hash } = document;
  await scene.emit('document.written.v1', { documentId, kind, version, hash });
  await endRun(scene, { type: 'document', documentId }, '');
  return { accepted: true };
}

/** What the document was written from, so that a later approval upstream shows that it is out of date. */
function upstreamHashes(ticket: Ticket, kind: DocumentKind): Partial<Record<DocumentKind, Digest>> {
  const approved = upstreamOfKind[kind].flatMap((upstream) => {
    const hash = ticket.approved[upstream]?.hash;
    return hash === undefined ? [] : [[upstream, hash]];
  });
  return Object.fromEntries(approved);
}

async function standingOf({ tx, ticket }: Scene): Promise<Standing> {
  const approved = Object.entries(ticket.approved);
  const rows = await Promise.all(approved.map(([, { documentId }]) => tx.documents.get(documentId)));
  return {
    ticket,
    approved: Object.fromEntries(approved.map(([kind, { hash }]) => [kind, hash])),
    bodies: Object.fromEntries(rows.flatMap((row) => (row ? [[row.kind, row.body]] : []))),
  };
}

async function submitWork(scene: Scene, submission: Submission): Promise<Answer> {
  if (scene.run.taskId === null || scene.run.role === 'verifier') {
    throw new Forbidden(`A ${scene.run.role} of the ${scene.run.phase} phase submits no work.`, {
      runId: scene.run.id,
    });
  }
  await endRun(scene, { type: 'work', submission }, submission.summary);
  return {};
}

/** Every blob that a result names: its bundle and the logs of its commands. */
function blobsOf(result: CheckResult): string[] {
  if (result.type !== 'checked') return [];
  return [...(result.bundle === null ? [] : [result.bundle]), ...result.commands.map(({ log }) => log.blob)];
}
