/**
 * What a long run sends and pays for: one builder of a hundred turns through the real harness, gateway and replay. The
 * same requests are then put to a second replay without their breakpoints, as a loop would send them that sets none.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { createReplay } from '#adapters/replay/replay.ts';
import { modelOf } from '#core/agent/models.ts';
import type { ModelUpstream, UpstreamRequest } from '#core/agent/upstream.ts';
import { cost, type Usage } from '#core/cost/ledger.ts';
import { type Bench, rounded } from '../figure.ts';
import { built, inFolder } from '../folder.ts';
import { drive } from '../road/drive.ts';
import { openBenchHost } from '../road/host.ts';
import { cassette, makeRepository, turns } from './story.ts';

interface Sums extends Usage {
  readonly calls: number;
  readonly bytes: number;
}

export const cache: Bench = {
  name: 'cache',
  summary: 'what a run of 100 turns sends, reads from the prompt cache, and pays',
  async run(desk) {
    await built();
    const requests = await inFolder((folder) => requestsOf(folder));
    if (requests.length !== turns)
      throw new Error(`There were ${requests.length} turns instead of ${turns}.`);
    const marked = await sums(requests);
    const plain = await sums(requests.map((request) => ({ ...request, body: unmarked(request.body) })));
    const share = (marked.cacheRead / tokensIn(marked)) * 100;
    desk.report({
      metric: 'input tokens read from the cache',
      value: rounded(share, 2),
      unit: '%',
      goal: '>= 95',
    });
    const against = (value: number) => ({ what: 'the same requests without breakpoints', value });
    desk.report({
      metric: 'input tokens',
      value: tokensIn(marked),
      unit: 'tokens',
      against: against(tokensIn(plain)),
    });
    const fresh = (sum: Sums) => sum.input + sum.cacheWrite;
    desk.report({
      metric: 'input tokens at full price or more',
      value: fresh(marked),
      unit: 'tokens',
      against: against(fresh(plain)),
    });
    desk.report({ metric: 'bytes sent', value: marked.bytes, unit: 'bytes', against: against(plain.bytes) });
    const usd = (sum: Sums) => rounded(price(sum) / 1_000_000, 4);
    desk.report({
      metric: 'price of the input',
      value: usd(marked),
      unit: 'USD',
      against: against(usd(plain)),
    });
    desk.report({
      metric: 'price of the input, ratio',
      value: rounded(price(marked) / price(plain)),
      unit: 'x',
    });
  },
};

/** The builder's first requests, as they reached the model. */
async function requestsOf(folder: string): Promise<UpstreamRequest[]> {
  const repo = join(folder, 'repo');
  const file = join(folder, 'cassette.json');
  await makeRepository(repo);
  await writeFile(file, JSON.stringify(cassette));
  const seen: UpstreamRequest[] = [];
  const watched = (upstream: ModelUpstream): ModelUpstream => ({
    ...upstream,
    send: (request) => {
      if (request.context.role === 'builder') seen.push(request);
      return upstream.send(request);
    },
  });
  const host = await openBenchHost({ dataDir: join(folder, 'data'), cassette: file, upstream: watched });
  try {
    const ticket = await drive(host.url, {
      repo,
      title: 'Add more',
      description: 'A module with one constant.',
    });
    if (ticket?.status !== 'completed')
      throw new Error(`The ticket ended as ${ticket?.status}: ${ticket?.reason}`);
  } finally {
    await host.close();
  }
  return seen.slice(0, turns);
}

/** What a fresh replay bills for the requests, one after the other. */
async function sums(requests: readonly UpstreamRequest[]): Promise<Sums> {
  const replay = createReplay(cassette);
  const total = { calls: 0, bytes: 0, input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  for (const request of requests) {
    const { usage } = await billed(replay, request);
    total.calls += 1;
    total.bytes += Buffer.byteLength(request.body);
    total.input += usage.input_tokens;
    total.output += usage.output_tokens;
    total.cacheRead += usage.cache_read_input_tokens;
    total.cacheWrite += usage.cache_creation_input_tokens;
  }
  return total;
}

const Body = z.looseObject({ stream: z.boolean() });
const count = z.number().int();
const Billed = z.object({
  usage: z.object({
    input_tokens: count,
    output_tokens: count,
    cache_read_input_tokens: count,
    cache_creation_input_tokens: count,
  }),
});

async function billed(replay: ModelUpstream, request: UpstreamRequest): Promise<z.infer<typeof Billed>> {
  const body = JSON.stringify({ ...Body.parse(JSON.parse(request.body)), stream: false });
  const response = await replay.send({ ...request, body });
  const pieces: Uint8Array[] = [];
  for await (const piece of response.body) pieces.push(piece);
  return Billed.parse(JSON.parse(Buffer.concat(pieces).toString('utf8')));
}

/** The request as a loop without breakpoints would send it. */
function unmarked(body: string): string {
  return JSON.stringify(JSON.parse(body, (key, value) => (key === 'cache_control' ? undefined : value)));
}

function tokensIn({ input, cacheRead, cacheWrite }: Usage): number {
  return input + cacheRead + cacheWrite;
}

/** Of the input alone: the words of the model cost the same either way. */
function price(usage: Usage): number {
  return cost({ ...usage, output: 0 }, modelOf('claude-sonnet-5-5').price);
}
