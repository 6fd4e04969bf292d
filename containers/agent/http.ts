/**
 * Requests over Node's own client. `fetch` would do the same, but a sandbox is a fresh process for each run, and there
 * loading what stands behind `fetch` takes more of the processor (40 ms) than all calls of a check together.
 */
import { createReadStream } from 'node:fs';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { pipeline } from 'node:stream/promises';

/** Four seconds: a server of Node's closes an idle connection after five, and a call must not meet that. */
const kept = { keepAlive: true, timeout: 4000 };
const agents = { 'http:': new HttpAgent(kept), 'https:': new HttpsAgent(kept) };

export interface Sending {
  readonly method: string;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly body?: string | { readonly file: string };
  /** Ends a request on which it fires; the call then throws its reason. */
  readonly signal?: AbortSignal;
}

/** Sends a request; resolves with the head of the answer. Rejects when none comes. */
export function send(url: URL, { method, headers = {}, body, signal }: Sending): Promise<IncomingMessage> {
  const secure = url.protocol === 'https:';
  const options = {
    method,
    headers,
    agent: secure ? agents['https:'] : agents['http:'],
    ...(signal && { signal }),
  };
  return new Promise((resolve, reject) => {
    const request = (secure ? httpsRequest : httpRequest)(url, options, resolve);
    // Both: a connection that breaks after the last byte was sent is no concern of the pipeline any more.
    request.on('error', reject);
    if (typeof body === 'object') pipeline(createReadStream(body.file), request).catch(reject);
    else request.end(body);
  });
}
