/**
 * A Hono app behind a REST API whose integration streams. Hono's own `streamHandle` ends an answer that broke off as if
 * it were whole; here it is cut, so that no client takes a part for the answer.
 */
import { once } from 'node:events';
import { z } from 'zod';

/** The runtime's side of a streamed answer. */
interface ResponseStream extends NodeJS.WritableStream {
  destroy(error?: Error): unknown;
}

/** What the Node runtime of Lambda gives a function that streams, as the global `awslambda`. */
export interface StreamingRuntime {
  streamifyResponse(
    handler: (event: unknown, stream: ResponseStream) => Promise<void>,
  ): (event: unknown, context?: unknown) => Promise<unknown>;
  readonly HttpResponseStream: {
    from(
      stream: ResponseStream,
      metadata: { readonly statusCode: number; readonly headers: Readonly<Record<string, string>> },
    ): ResponseStream;
  };
}

const Runtime = z.custom<StreamingRuntime>(
  (value) => typeof value === 'object' && value !== null && 'streamifyResponse' in value,
);

/** The runtime's means of streaming; undefined where it has none, as in an emulator. */
export function streamingRuntime(): StreamingRuntime | undefined {
  return Runtime.safeParse(Reflect.get(globalThis, 'awslambda')).data;
}

/** The part of an app that is needed. A body that errors is an answer which broke off. */
export interface Fetches {
  fetch(request: Request): Response | Promise<Response>;
}

const list = z.record(z.string(), z.array(z.string()).nullish()).nullish();

/** A proxy event of a REST API (payload 1.0). */
const ProxyEvent = z.looseObject({
  httpMethod: z.string(),
  path: z.string(),
  headers: z.record(z.string(), z.string().nullish()).nullish(),
  multiValueQueryStringParameters: list,
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

/** The event as a request. Its host is of no matter to the app. */
export function requestOf(raw: unknown): Request {
  const event = ProxyEvent.parse(raw);
  const url = new URL(event.path, 'https://gateway.invalid');
  for (const [name, values] of Object.entries(event.multiValueQueryStringParameters ?? {}))
    for (const value of values ?? []) url.searchParams.append(name, value);
  const headers = new Headers();
  for (const [name, value] of Object.entries(event.headers ?? {})) if (value) headers.set(name, value);
  const body = event.body ? Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8') : undefined;
  return new Request(url, { method: event.httpMethod, headers, ...(body && { body }) });
}

/** The app as a streaming handler. */
export function streamed(app: Fetches, runtime: StreamingRuntime) {
  return runtime.streamifyResponse(async (event, stream) => {
    const response = await app.fetch(requestOf(event));
    const headers = Object.fromEntries(response.headers);
    const out = runtime.HttpResponseStream.from(stream, { statusCode: response.status, headers });
    try {
      for await (const piece of response.body ?? []) {
        // The client reads slower than the model writes: wait, or the answer piles up here.
        if (!out.write(piece)) await once(out, 'drain');
      }
      out.end();
    } catch (error) {
      out.destroy(error instanceof Error ? error : new Error('The answer broke off.'));
    }
  });
}

/**
 * The app as a plain handler: the answer comes whole, as text. For runtimes that cannot stream, such as an emulator's; a
 * REST API hands bytes on only where it was told their types.
 */
export function whole(app: Fetches) {
  return async (event: unknown) => {
    const response = await app.fetch(requestOf(event));
    const headers = Object.fromEntries(response.headers);
    return { statusCode: response.status, headers, body: await response.text() };
  };
}
