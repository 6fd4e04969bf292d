/**
 * The sandbox's only way out: typed calls of the gateway's protocol, each repeated while the gateway cannot be reached.
 *
 * Every call is safe to repeat: the gateway tells a repetition by its sequence number or content.
 */
import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import type { Diagnosis } from '#core/discovery/diagnosis.ts';
import type { Finding } from '#core/discovery/discovery.ts';
import type { Memory } from '#core/run/ports.ts';
import {
  DiscoveryReply,
  DocumentReply,
  HeartbeatReply,
  RunBrief,
  SetupReply,
  UploadReply,
  type UploadRequest,
} from '#core/run/protocol.ts';
import type { EndReason, Submission } from '#core/run/run.ts';
import type { StepBody } from '#core/run/step.ts';
import type { CheckResult } from '#core/verify/check.ts';
import type { PropertyTests } from '#core/verify/properties/independent.ts';
import { send } from './http.ts';

/** The gateway answered, and the answer is no. `code` is that of its problem document. */
export class GatewayRefused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'GatewayRefused';
  }
}

/** This attempt is over: another one runs, or the run has ended or is held. Nothing it says counts any more. */
export class AttemptOver extends Error {
  override readonly name = 'AttemptOver';
}

/** The gateway could not be reached for a minute, however often it was tried. */
export class GatewayUnreachable extends Error {
  override readonly name = 'GatewayUnreachable';
}

export interface GatewayOptions {
  readonly url: string;
  readonly token: string;
  readonly sleep: (ms: number) => Promise<void>;
  /** How long an unreachable gateway is tried; a minute is as long as its lease on the run. */
  readonly patienceMs?: number;
}

const Problem = z.object({
  code: z.string().optional(),
  type: z.string().optional(),
  detail: z.string().optional(),
  title: z.string().optional(),
});
const Nothing = z.unknown();

export type Gateway = ReturnType<typeof createGateway>;

export function createGateway(options: GatewayOptions) {
  const call = <T extends z.ZodType>(
    method: string,
    path: string,
    reply: T,
    body?: unknown,
  ): Promise<z.infer<T>> =>
    patiently(options, async () => reply.parse(await once(options, method, path, body)));
  const post = <T extends z.ZodType>(path: string, body: unknown, reply: T) =>
    call('POST', `/v1/run/${path}`, reply, body);
  return {
    brief: () => call('GET', '/v1/run', RunBrief),
    heartbeat: (turn: number, doing: string) =>
      post('heartbeat', { turn, doing: doing.slice(0, 200) }, HeartbeatReply),
    step: (seq: number, body: StepBody, steered: readonly string[]) =>
      post('steps', { seq, body, steered }, Nothing),
    checkpoint: (seq: number, commit: string, bundle: string) =>
      post('checkpoints', { seq, commit, bundle }, Nothing),
    setup: async (digest: string) => (await call('GET', `/v1/run/setups/${digest}`, SetupReply)).url,
    keepSetup: (digest: string, blob: string) => call('PUT', `/v1/run/setups/${digest}`, Nothing, { blob }),
    question: (text: string, choices: readonly string[]) =>
      post('questions', { text, options: choices }, z.object({ questionId: z.string() })),
    discovery: (found: Finding) => post('discoveries', found, DiscoveryReply),
    remember: (kind: Memory['kind'], text: string) => post('memories', { kind, text }, Nothing),
    recall: async (query: string) => {
      const reply = z.object({ memories: z.array(z.object({ kind: z.string(), text: z.string() })) });
      return (await call('GET', `/v1/run/memories?query=${encodeURIComponent(query)}`, reply)).memories;
    },
    hold: () => post('hold', {}, Nothing),
    plan: (items: readonly { text: string; status: 'todo' | 'doing' | 'done' }[]) =>
      post('plan', { items }, Nothing),
    document: (body: unknown, asIs: boolean) => post('document', { body, asIs }, DocumentReply),
    work: (submission: Submission) => post('work', submission, Nothing),
    tests: (tests: PropertyTests) => post('tests', tests, Nothing),
    diagnosis: (diagnosis: Diagnosis) => post('diagnosis', diagnosis, Nothing),
    check: (result: CheckResult) => post('check', result, Nothing),
    end: (reason: EndReason, message: string) =>
      post('end', { reason, message: message.slice(0, 8000) }, Nothing),
    /** Uploads a file and answers with its blob key. */
    upload: async (what: UploadRequest['what'], name: string, path: string): Promise<string> => {
      const { size } = await stat(path);
      const { blob, url } = await post('uploads', { what, name, bytes: size }, UploadReply);
      await patiently(options, () => put(new URL(url, options.url), path, size));
      return blob;
    },
    /** Fetches a presigned URL into a file. */
    download: (url: string, path: string): Promise<void> =>
      patiently(options, () => fetchInto(new URL(url, options.url), path)),
  };
}

async function once(options: GatewayOptions, method: string, path: string, body: unknown): Promise<unknown> {
  const sent = body === undefined ? null : JSON.stringify(body);
  const response = await reach(async () => {
    const answer = await send(new URL(`${options.url.replace(/\/$/, '')}${path}`), {
      method,
      headers: {
        authorization: `Bearer ${options.token}`,
        ...(sent !== null && {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(sent),
        }),
      },
      ...(sent !== null && { body: sent }),
      // A silent connection is as good as none; the slowest answer is a document's evaluation.
      signal: AbortSignal.timeout(30_000),
    });
    return { status: answer.statusCode ?? 0, text: await text(answer) };
  });
  if (response.status >= 200 && response.status < 300)
    return response.text === '' ? {} : JSON.parse(response.text);
  throw refusal(response.status, response.text);
}

function refusal(status: number, text: string): Error {
  const problem = Problem.safeParse(parsed(text)).data ?? {};
  const code = problem.code ?? problem.type?.split(/[/:]/).at(-1) ?? `http-${status}`;
  const message = problem.detail ?? problem.title ?? text.slice(0, 500);
  // A token that is not taken any more says the same as a stale attempt: nothing from here counts.
  if (status === 401 || code === 'stale-attempt' || code === 'illegal-transition')
    return new AttemptOver(message);
  if (status === 429 || status >= 500 || code === 'version-conflict')
    return new NotNow(`${status} ${message}`);
  return new GatewayRefused(status, code, message);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

/** No answer came, or one that asks to come again. */
class NotNow extends Error {
  override readonly name = 'NotNow';
}

/** A broken connection is told of in many ways; all mean the same here. */
async function reach<T>(attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (cause) {
    throw new NotNow(cause instanceof Error ? cause.message || String(cause) : 'no answer', { cause });
  }
}

/** Repeats with growing pauses (0.2 s, 0.4 s … 5 s) until an answer comes or the patience is over. */
async function patiently<T>(options: GatewayOptions, attempt: () => Promise<T>): Promise<T> {
  const patience = options.patienceMs ?? 60_000;
  for (let waited = 0, pause = 200; ; waited += pause, pause = Math.min(pause * 2, 5000)) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof NotNow)) throw error;
      if (waited >= patience) throw new GatewayUnreachable(error.message, { cause: error });
    }
    await options.sleep(pause);
  }
}

function put(url: URL, file: string, size: number): Promise<void> {
  return reach(async () => {
    const answer = await send(url, { method: 'PUT', headers: { 'content-length': size }, body: { file } });
    await text(answer);
    const status = answer.statusCode ?? 0;
    if (status < 200 || status >= 300) throw new Error(`an upload was answered with ${status}`);
  });
}

function fetchInto(url: URL, path: string): Promise<void> {
  return reach(async () => {
    const answer = await send(url, { method: 'GET' });
    if (answer.statusCode !== 200) {
      answer.resume();
      throw new Error(`a download was answered with ${answer.statusCode}`);
    }
    await pipeline(answer, createWriteStream(path));
  });
}
