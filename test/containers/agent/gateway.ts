/**
 * A gateway in memory, as strict as the real one: every body is parsed with the protocol's own schemas, the journal
 * only grows by one, a repetition is harmless, and a call's answer is kept under its number.
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { Finding } from '#core/discovery/discovery.ts';
import {
  CheckpointRequest,
  DocumentRequest,
  EndRequest,
  HeartbeatRequest,
  MemoryRequest,
  PlanRequest,
  QuestionRequest,
  RunBrief,
  StepRequest,
  UploadRequest,
} from '#core/run/protocol.ts';
import { Submission } from '#core/run/run.ts';
import type { Step } from '#core/run/step.ts';
import { CheckResult } from '#core/verify/check.ts';
import { PropertyTests } from '#core/verify/properties/independent.ts';
import { type Answer, type AskedRequest, send } from './model.ts';

export type Ended =
  | { type: 'document'; body: unknown }
  | { type: 'work'; submission: Submission }
  | { type: 'tests'; tests: PropertyTests }
  | { type: 'check'; result: CheckResult }
  | { type: 'failed'; reason: string; message: string }
  | { type: 'held'; reason: string };

export interface FakeGatewayOptions {
  brief: z.input<typeof RunBrief>;
  /** The model's words; `null` breaks the connection. */
  model?: (asked: AskedRequest) => Answer | null | Promise<Answer | null>;
  /** What is wrong with a document; nothing unless told. */
  judge?: (body: unknown) => string[];
  /** Called before a request is answered; throwing breaks the connection. */
  before?: (what: string) => void;
}

export type FakeGateway = Awaited<ReturnType<typeof openFakeGateway>>;
export const token = 'a-run-token';

export async function openFakeGateway(options: FakeGatewayOptions) {
  const state = {
    brief: options.brief,
    journal: [...(options.brief.journal ?? [])] as Step[],
    blobs: new Map<string, Buffer>(),
    setups: new Map<string, string>(),
    checkpoint: null as null | { seq: number; commit: string; bundle: string },
    ended: null as Ended | null,
    asked: [] as AskedRequest[],
    charged: [] as number[],
    questions: [] as z.infer<typeof QuestionRequest>[],
    discoveries: [] as Finding[],
    memories: [] as z.infer<typeof MemoryRequest>[],
    plans: [] as z.infer<typeof PlanRequest>[],
    steered: [] as string[],
    stop: null as 'paused' | 'cancelled' | null,
    steering: [] as { id: string; text: string }[],
    beats: 0,
  };
  const answered = new Map<number, { body: string; answer: Answer }>();
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (error instanceof Broken) return request.socket.destroy();
      const status = error instanceof Problem ? error.status : 422;
      const code = error instanceof Problem ? error.code : 'invalid-input';
      response.writeHead(status, { 'content-type': 'application/problem+json' });
      response.end(
        JSON.stringify({ status, code, detail: String(error), error: { code, message: String(error) } }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', url);
    const bytes = await bodyOf(request);
    const what = `${request.method} ${pathname}`;
    try {
      options.before?.(what);
    } catch (cause) {
      throw new Broken('broken', { cause });
    }
    if (pathname.startsWith('/blobs/')) return blob(request, response, pathname.slice(7), bytes);
    const given = request.headers.authorization ?? `Bearer ${request.headers['x-api-key']}`;
    if (given !== `Bearer ${token}`) throw new Problem(401, 'token-refused');
    if (state.ended && what !== 'GET /v1/run') throw new Problem(409, 'stale-attempt');
    if (pathname === '/v1/messages') return messages(request, response, bytes.toString('utf8'));
    const body: unknown = bytes.length > 0 ? JSON.parse(bytes.toString('utf8')) : undefined;
    const reply = answer(what, searchParams, body);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(reply));
  }

  function blob(request: IncomingMessage, response: ServerResponse, key: string, bytes: Buffer): void {
    if (request.method === 'PUT') {
      state.blobs.set(key, bytes);
      response.end();
      return;
    }
    const found = state.blobs.get(key);
    response.writeHead(found ? 200 : 404);
    response.end(found);
  }

  async function messages(request: IncomingMessage, response: ServerResponse, body: string): Promise<void> {
    const call = z.coerce.number().int().positive().parse(request.headers['x-omoi-call']);
    const earlier = answered.get(call);
    if (earlier && earlier.body !== body) throw new Problem(409, 'key-reused');
    const asked = { call, body, json: JSON.parse(body) };
    state.asked.push(asked);
    const reply = earlier?.answer ?? (await options.model?.(asked)) ?? null;
    if (reply === null) throw new Broken('broken');
    const whole = 'content' in reply && reply.cutAfter === undefined && reply.silentAfter === undefined;
    if (whole && !earlier) {
      answered.set(call, { body, answer: reply });
      state.charged.push(call);
    }
    send(response, reply);
  }

  function uploaded(key: string): void {
    if (!state.blobs.has(key)) throw new Problem(422, 'invalid-input');
  }

  function answer(what: string, query: URLSearchParams, body: unknown): object {
    const setup = /^(GET|PUT) \/v1\/run\/setups\/([0-9a-f]{64})$/.exec(what);
    if (setup?.[2] !== undefined) {
      const digest = setup[2];
      if (setup[1] === 'PUT') {
        if (state.brief.check?.purpose !== 'baseline') throw new Problem(403, 'forbidden');
        const { blob } = z.object({ blob: z.string() }).parse(body);
        uploaded(blob);
        state.setups.set(digest, blob);
        return {};
      }
      const found = state.setups.get(digest);
      return { url: found === undefined ? null : `${url}/blobs/${found}` };
    }
    const handler = handlers[what];
    if (!handler) throw new Problem(404, 'not-found');
    return handler(body, query);
  }

  const end = (ended: Ended) => {
    state.ended = ended;
    return {};
  };
  const handlers: Record<string, (body: unknown, query: URLSearchParams) => object> = {
    'GET /v1/run': () =>
      RunBrief.parse({ ...state.brief, journal: state.journal, checkpoint: checkpointed() }),
    'POST /v1/run/heartbeat': (body) => {
      HeartbeatRequest.parse(body);
      state.beats++;
      return {
        leaseUntil: new Date().toISOString(),
        stop: state.stop,
        steering: state.steering.filter(({ id }) => !state.steered.includes(id)),
      };
    },
    'POST /v1/run/hold': () => end({ type: 'held', reason: 'paused' }),
    'POST /v1/run/steps': (body) => {
      const { seq, body: step, steered } = StepRequest.parse(body);
      const there = state.journal.find((one) => one.seq === seq);
      if (there) {
        if (!isDeepStrictEqual(there.body, step)) throw new Problem(409, 'key-reused');
        return {};
      }
      if (seq !== (state.journal.at(-1)?.seq ?? 0) + 1) throw new Problem(422, 'invalid-input');
      state.journal.push({ seq, attempt: state.brief.run.attempt, body: step, at: new Date().toISOString() });
      state.steered.push(...steered);
      return {};
    },
    'POST /v1/run/uploads': (body) => {
      const { what, name } = UploadRequest.parse(body);
      const blob = what === 'setup' ? `setups/${name}` : `runs/${state.brief.run.attempt}/${what}-${name}`;
      return { blob, url: `${url}/blobs/${blob}` };
    },
    'POST /v1/run/checkpoints': (body) => {
      const next = CheckpointRequest.parse(body);
      uploaded(next.bundle);
      const same = state.checkpoint?.seq === next.seq && state.checkpoint.commit !== next.commit;
      if (same) throw new Problem(409, 'key-reused');
      if ((state.checkpoint?.seq ?? 0) < next.seq) state.checkpoint = next;
      return {};
    },
    'POST /v1/run/questions': (body) => {
      state.questions.push(QuestionRequest.parse(body));
      end({ type: 'held', reason: 'question' });
      return { questionId: 'question' };
    },
    'POST /v1/run/discoveries': (body) => {
      state.discoveries.push(Finding.parse(body));
      return { accepted: true, message: 'Stored.' };
    },
    'POST /v1/run/memories': (body) => {
      state.memories.push(MemoryRequest.parse(body));
      return {};
    },
    'GET /v1/run/memories': (_, query) => ({
      memories: state.memories.filter(({ text }) => text.includes(query.get('query') ?? '')),
    }),
    'POST /v1/run/plan': (body) => {
      state.plans.push(PlanRequest.parse(body));
      return {};
    },
    'POST /v1/run/document': (body) => {
      const document = DocumentRequest.parse(body).body;
      const errors = options.judge?.(document) ?? [];
      if (errors.length > 0) return { accepted: false, errors };
      end({ type: 'document', body: document });
      return { accepted: true };
    },
    'POST /v1/run/work': (body) => {
      const submission = Submission.parse(body);
      uploaded(submission.bundle);
      if (submission.blind) uploaded(submission.blind.bundle);
      return end({ type: 'work', submission });
    },
    'POST /v1/run/tests': (body) => {
      const tests = PropertyTests.parse(body);
      uploaded(tests.bundle);
      return end({ type: 'tests', tests });
    },
    'POST /v1/run/check': (body) => {
      const result = CheckResult.parse(body);
      if (result.type === 'checked') for (const { log } of result.commands) uploaded(log.blob);
      return end({ type: 'check', result });
    },
    'POST /v1/run/end': (body) => end({ type: 'failed', ...EndRequest.parse(body) }),
  };

  function checkpointed() {
    const { checkpoint } = state;
    return checkpoint && { ...checkpoint, bundle: `${url}/blobs/${checkpoint.bundle}` };
  }

  return {
    url,
    state,
    /** Puts bytes where the sandbox can fetch them, and answers with their URL. */
    offer(key: string, bytes: Buffer): string {
      state.blobs.set(key, bytes);
      return `${url}/blobs/${key}`;
    },
    /** The next attempt: the run goes on. */
    resume(changes: Partial<z.input<typeof RunBrief>> = {}): void {
      state.ended = null;
      state.brief = {
        ...state.brief,
        ...changes,
        run: { ...state.brief.run, attempt: state.brief.run.attempt + 1 },
      };
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
  ) {
    super(code);
  }
}
class Broken extends Error {}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
