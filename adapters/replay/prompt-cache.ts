/**
 * The prompt cache of the Messages API, simulated by its documented rules, so that what a loop would cost can be measured.
 *
 * A prompt is read in the order tools, system, messages. Entries are written only at breakpoints, hold the whole prompt
 * up to there, live five minutes (or an hour) from their last use, and are not shared between models. From each
 * breakpoint the API looks back over 20 blocks for an earlier entry. Short prompts are not cached.
 */
import { createHash } from 'node:crypto';
import type { Usage } from '#core/cost/ledger.ts';
import type { MessagesRequest } from './request.ts';

/** Good to some ten percent on English and code, and the same in every run; a real tokenizer is neither public nor needed. */
const charactersPerToken = 3.6;
/** Images are billed by area; this is a screenshot. */
const imageTokens = 1500;
/** Blocks that are looked at from a breakpoint, its own included. */
const lookback = 20;
const lifetimeMs = { '5m': 5 * 60_000, '1h': 60 * 60_000 };

/** The shortest prompt, in tokens, that a model caches: 4,096 for the largest and smallest of the family, 1,024 otherwise. */
function minimumFor(model: string): number {
  return /opus|haiku/.test(model) ? 4096 : 1024;
}

/** How many tokens a text of that many characters counts for. */
export function tokensOf(characters: number): number {
  return Math.ceil(characters / charactersPerToken);
}

/** The prompt up to and with one block. */
interface Prefix {
  readonly key: string;
  readonly tokens: number;
  readonly mark: '5m' | '1h' | null;
}

interface Entry {
  readonly lifeMs: number;
  expires: number;
}

/** What a request reads from the cache and writes to it. */
export interface Reading {
  readonly usage: Omit<Usage, 'output'>;
  /** Makes the writes visible; called when the answer begins. An error writes nothing. */
  commit(): void;
}

/** What a provider would have cached; in memory, for one upstream. */
export interface PromptCache {
  read(request: MessagesRequest): Reading;
}

/** An empty cache; `now` tells milliseconds. */
export function createPromptCache(now: () => number): PromptCache {
  const entries = new Map<string, Entry>();
  return {
    read: (request) => {
      const prefixes = prefixesOf(request);
      const least = minimumFor(request.model);
      const marks = [...prefixes.entries()].flatMap(([at, prefix]) =>
        prefix.mark !== null && prefix.tokens >= least ? [at] : [],
      );
      const hit = longestHit(entries, prefixes, marks, now());
      const total = prefixes.at(-1)?.tokens ?? 0;
      const read = prefixes[hit]?.tokens ?? 0;
      const reached = Math.max(read, prefixes[marks.at(-1) ?? -1]?.tokens ?? 0);
      return {
        usage: { cacheRead: read, cacheWrite: reached - read, input: total - reached },
        commit: () =>
          write(
            entries,
            [hit, ...marks].map((at) => prefixes[at]),
            now(),
          ),
      };
    },
  };
}

function longestHit(
  entries: ReadonlyMap<string, Entry>,
  prefixes: readonly Prefix[],
  marks: readonly number[],
  now: number,
): number {
  let hit = -1;
  for (const mark of marks) {
    for (let at = mark; at > hit && at > mark - lookback; at -= 1) {
      const entry = entries.get(prefixes[at]?.key ?? '');
      if (entry && entry.expires > now) hit = at;
    }
  }
  return hit;
}

/** Writes the marked prefixes and renews what was read; drops what has expired. */
function write(entries: Map<string, Entry>, used: readonly (Prefix | undefined)[], now: number): void {
  for (const [key, entry] of entries) if (entry.expires <= now) entries.delete(key);
  for (const prefix of used) {
    if (prefix === undefined) continue;
    const known = entries.get(prefix.key);
    const lifeMs = Math.max(known?.lifeMs ?? 0, prefix.mark === null ? 0 : lifetimeMs[prefix.mark]);
    if (lifeMs > 0) entries.set(prefix.key, { lifeMs, expires: now + lifeMs });
  }
}

function prefixesOf(request: MessagesRequest): Prefix[] {
  let key = request.model;
  let characters = 0;
  return blocksOf(request).map(({ place, block }) => {
    const text = withoutMarks(block);
    key = createHash('sha256').update(`${key}\n${place}\n${text}`).digest('hex');
    characters += charactersOf(block, text);
    return { key, tokens: tokensOf(characters), mark: block.cache_control?.ttl ?? null };
  });
}

type Marked = Record<string, unknown> & {
  readonly cache_control?: { readonly ttl: '5m' | '1h' } | null | undefined;
};

function blocksOf(request: MessagesRequest): { readonly place: string; readonly block: Marked }[] {
  // A change of these two renders the messages anew, so nothing of them is found again.
  const settings = JSON.stringify([request.tool_choice, request.thinking]);
  return [
    ...request.tools.map((block) => ({ place: 'tool', block })),
    ...(request.system ?? []).map((block) => ({ place: 'system', block })),
    ...request.messages.flatMap(({ role, content }) =>
      content.map((block) => ({ place: `${role} ${settings}`, block })),
    ),
  ];
}

/** A mark says where to cache; it is no part of what the model reads. */
function withoutMarks(block: Marked): string {
  return JSON.stringify(block, (name, value) => (name === 'cache_control' ? undefined : value));
}

function charactersOf(block: Marked, text: string): number {
  if (block.type === 'image') return imageTokens * charactersPerToken;
  return typeof block.text === 'string' ? block.text.length : text.length;
}

/** The size of a whole prompt in tokens. */
export function promptTokens(request: MessagesRequest): number {
  return prefixesOf(request).at(-1)?.tokens ?? 0;
}
