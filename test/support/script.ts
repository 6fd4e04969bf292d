/**
 * A scripted model for whole tickets: the plain road to a pull request in the greeter, and what a test makes of it. Only
 * its words are made up; they go through the gateway, the ledger and the sandboxes like anybody's.
 */
import { z } from 'zod';
import type { CallContext, ModelUpstream, UpstreamRequest, UpstreamResponse } from '#core/agent/upstream.ts';
import { calls, eventsOf, type Refused, type Said, text, use } from '#test/containers/agent/model.ts';

/** What the model does with a call: it speaks, refuses, or the line goes dead before a word came. */
export type Reply = Said | Refused | 'dead';

/** A call as a script sees it. */
export interface Asked extends CallContext {
  /** Everything that was sent. */
  readonly body: string;
  /** The newest words that it answers to: results of tools, mostly. */
  readonly heard: string;
}

/** Null: as on the plain road. */
export type Script = (asked: Asked) => Reply | null | Promise<Reply | null>;

export interface ScriptedModel {
  readonly upstream: ModelUpstream;
  /** All calls so far, with the title of the ticket that they are for. */
  readonly asked: readonly (Asked & { readonly title: string })[];
  /** Plays the ticket with this title, which its prompts show. */
  play(title: string, script: Script): void;
}

const Body = z.looseObject({ messages: z.array(z.looseObject({ role: z.string(), content: z.unknown() })) });

export function scriptedModel(): ScriptedModel {
  const scripts = new Map<string, Script>();
  const asked: (Asked & { readonly title: string })[] = [];
  const upstream: ModelUpstream = {
    name: 'scripted',
    replayed: false,
    send: async (request) => {
      const title = [...scripts.keys()].find((known) => request.body.includes(`# ${known}\\n`)) ?? '';
      const one = { ...askedOf(request), title };
      asked.push(one);
      const reply = (await scripts.get(title)?.(one)) ?? plainRoad(one);
      if (reply === 'dead') throw new TypeError('fetch failed');
      return 'status' in reply ? refusal(reply) : streamed(reply);
    },
  };
  return { upstream, asked, play: (title, script) => void scripts.set(title, script) };
}

function askedOf({ body, context }: UpstreamRequest): Asked {
  const last = Body.parse(JSON.parse(body)).messages.at(-1);
  return { ...context, body, heard: JSON.stringify(last?.content) };
}

function refusal({ status, error, headers }: Refused): UpstreamResponse {
  const body = pieces([JSON.stringify({ type: 'error', error })]);
  return { status, headers: { 'content-type': 'application/json', ...headers }, body };
}

function streamed(said: Said): UpstreamResponse {
  const events = eventsOf(said).map(
    ([event, data]) => `event: ${event}\ndata: ${JSON.stringify({ type: event, ...data })}\n\n`,
  );
  const body = pieces(events.slice(0, said.cutAfter), said.cutAfter !== undefined);
  return { status: 200, headers: { 'content-type': 'text/event-stream; charset=utf-8' }, body };
}

async function* pieces(texts: readonly string[], cut = false): AsyncGenerator<Uint8Array> {
  for (const piece of texts) yield new TextEncoder().encode(piece);
  if (cut) throw new Error('socket hang up');
}

/** One obvious task: the greeter learns to shout. */
export const exploration = {
  summary: 'A greeter: one function in src/greet.js, tested with node --test. The change goes beside it.',
  size: 'direct',
  sizeReason: 'One function and its test; nothing else has to know of it.',
  stack: ['JavaScript, ES modules', 'node:test'],
  keyFiles: [{ path: 'src/greet.js', purpose: 'The greeting that is to be shouted' }],
  conventions: ['Tests lie in test/ and end in .test.js.'],
  commands: { test: 'node --test' },
  risks: [],
  questions: [],
  direct: {
    criteria: [{ text: 'shout("Ada") is "HELLO, ADA."', kind: 'example' }],
    writes: ['src/shout.js', 'test/shout.test.js'],
  },
};

/** What the builder writes. */
export const shouting = {
  'src/shout.js':
    "import { greet } from './greet.js';\nexport const shout = (name) => greet(name).toUpperCase();\n",
  'test/shout.test.js': [
    "import assert from 'node:assert/strict';",
    "import { test } from 'node:test';",
    "import { shout } from '../src/shout.js';",
    "test('shouts', () => assert.equal(shout('Ada'), 'HELLO, ADA.'));",
    '',
  ].join('\n'),
};

/** An answer that writes files. */
export const writing = (files: Readonly<Record<string, string>>): Said =>
  calls(...Object.entries(files).map(([path, content]) => use('write', { path, content })));

/** An answer that hands the work in, with a claim for each of these criteria. */
export const handingIn = (...criteria: string[]): Said =>
  calls(
    use('submit_work', {
      summary: 'Done as asked, with its test.',
      claims: criteria.map((criterion) => ({ criterion, how: 'test/shout.test.js: "shouts"' })),
    }),
  );

/** An answer that runs a command. */
export const running = (command: string): Said => calls(use('bash', { command }));

/** What a diagnostic run says of any failure. */
export const diagnosis = {
  cause: 'The builder never came to an end.',
  findings: [{ task: 'T1', what: 'It handed in nothing that counts.' }],
  proposals: [{ change: 'ticket', what: 'Say what is to be shouted.' }],
};

/** The explorer proposes a direct change, the builder writes it and hands it in. */
export function plainRoad({ role, call }: Pick<CallContext, 'role' | 'call'>): Said {
  if (role === 'explorer') return calls(use('submit_exploration', exploration));
  if (role === 'diagnostician') return calls(use('submit_diagnosis', diagnosis));
  if (role !== 'builder') return { content: [text(`Nobody wrote words for the ${role}.`)] };
  return call === 1 ? writing(shouting) : handingIn('REQ-1.1');
}
