/** Where a sandbox may put bytes, and the setup cache. */
import type { Hono } from 'hono';
import { z } from 'zod';
import type { RunClaims } from '#adapters/tokens/run-tokens.ts';
import { Forbidden, InvalidInput } from '#core/errors.ts';
import { Digest } from '#core/id.ts';
import { UploadRequest } from '#core/run/protocol.ts';
import type { Run } from '#core/run/run.ts';
import type { Ticket } from '#core/ticket/ticket.ts';
import type { GatewayDeps, GatewayEnv } from '../deps.ts';
import { TooLarge } from '../errors.ts';
import { read } from '../request.ts';
import { currentRun, requireKind, ticketOf, write } from '../write.ts';

/** A quarter of an hour to begin an upload: it is asked for when the bytes are ready. */
const putSeconds = 900;
/** An hour, as for the bundles of the brief. */
const getSeconds = 3600;

const MB = 1024 * 1024;
/** A log of 100 MB has been seen; bundles of large repositories reach 1 GB; installed dependencies twice that. */
const maxBytes: Readonly<Record<UploadRequest['what'], number>> = {
  log: 256 * MB,
  checkpoint: 1024 * MB,
  work: 1024 * MB,
  merge: 1024 * MB,
  setup: 2048 * MB,
};

/** `POST /v1/run/uploads`, `GET` and `PUT /v1/run/setups/:digest`. */
export function mountUploads(app: Hono<GatewayEnv>, deps: GatewayDeps): void {
  app.post('/v1/run/uploads', async (context) => {
    const { claims, body } = await read(context, UploadRequest);
    const { view } = deps.store;
    const run = await currentRun(view, claims);
    if (body.bytes > maxBytes[body.what]) {
      const limit = maxBytes[body.what];
      throw new TooLarge(`A ${body.what} may have ${limit} bytes.`, { maxBytes: limit });
    }
    const blob = blobOf(run, await ticketOf(view, run), body);
    return context.json({ blob, url: await deps.blobs.presign('PUT', blob, putSeconds) });
  });

  app.get('/v1/run/setups/:digest', async (context) => {
    const digest = Digest.parse(context.req.param('digest'));
    const { view } = deps.store;
    const run = await currentRun(view, context.get('claims'));
    const { projectId } = await ticketOf(view, run);
    const setup = await view.setups.get(projectId, digest);
    const there = setup !== null && (await deps.blobs.size(setup.blob)) !== null;
    return context.json({ url: there ? await deps.blobs.presign('GET', setup.blob, getSeconds) : null });
  });

  app.put('/v1/run/setups/:digest', async (context) => {
    const digest = Digest.parse(context.req.param('digest'));
    const { claims, body } = await read(context, z.object({ blob: z.string() }));
    const there = (await deps.blobs.size(body.blob)) !== null;
    const answer = await write(deps, claims, {}, async ({ tx, run, ticket, at }) => {
      requireBaseline(run);
      if (body.blob !== setupBlob(ticket, digest) || !there) {
        throw new InvalidInput('The setup was not uploaded under its digest.', { blob: body.blob });
      }
      await tx.setups.put(ticket.projectId, digest, body.blob, at);
      return {};
    });
    return context.json(answer);
  });
}

/** Refuses a key that is not of this run's uploads, or under which nothing lies. Throws `InvalidInput`. */
export async function requireUpload(deps: GatewayDeps, { runId }: RunClaims, blob: string): Promise<void> {
  const own = new RegExp(`^runs/${runId}/\\d+/[A-Za-z0-9._-]+$`).test(blob);
  if (own && (await deps.blobs.size(blob)) !== null) return;
  throw new InvalidInput('This was not uploaded by the run.', { blob: blob.slice(0, 300) });
}

function blobOf(run: Run, ticket: Ticket, { what, name }: UploadRequest): string {
  if (what !== 'setup') return `runs/${run.id}/${run.attempt}/${what}-${name}`;
  requireBaseline(run);
  const digest = Digest.safeParse(name.replace(/\.tar$/, ''));
  if (!digest.success) throw new InvalidInput('The name of a setup is the digest of what it read.', { name });
  return setupBlob(ticket, digest.data);
}

function setupBlob(ticket: Ticket, digest: Digest): string {
  return `projects/${ticket.projectId}/setups/${digest}.tar`;
}

/** Only the platform's own run on the base commit fills the cache: nothing that an agent wrote ever enters it. */
function requireBaseline(run: Run): void {
  requireKind(run, 'check');
  if (run.check?.purpose !== 'baseline') {
    throw new Forbidden('Only a check of the base commit writes the setup cache.', { runId: run.id });
  }
}
