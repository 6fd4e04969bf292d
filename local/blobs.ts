import { Readable } from 'node:stream';
import { Hono } from 'hono';
import type { FileBlobs } from '#adapters/files/blobs.ts';
import { type Signer, verifyPresigned } from '#adapters/files/presign.ts';
import type { Clock } from '#core/id.ts';
import { problemResponse } from '#functions/api/problems.ts';

/** 2 GB: a bundle of a large repository; more than that belongs on a forge. */
const maxBlobBytes = 2_000_000_000;

/** Serves signed URLs of blobs: exactly the verb and key that were signed, until they expire. */
export function createBlobServer(blobs: FileBlobs, signer: Signer, clock: Clock): Hono {
  const app = new Hono();
  const keyOf = (verb: string, url: string) => verifyPresigned(signer, verb, url, clock());
  app.get('/blobs/*', async (context) => {
    const { bytes, stream } = await blobs.open(keyOf('GET', context.req.url));
    const headers = { 'content-type': 'application/octet-stream', 'content-length': String(bytes) };
    return new Response(Readable.toWeb(stream), { headers });
  });
  app.put('/blobs/*', async (context) => {
    const body = context.req.raw.body ?? new Blob([]).stream();
    const bytes = await blobs.save(keyOf('PUT', context.req.url), body, maxBlobBytes);
    return context.json({ bytes });
  });
  app.onError(problemResponse);
  return app;
}
