/**
 * A cassette: the words of a model, by who asked and when. One JSON file; everything around the words is real when it is played.
 */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import type { CallContext } from '#core/agent/upstream.ts';
import { InvalidInput } from '#core/errors.ts';
import { Role } from '#core/run/run.ts';
import { Block } from '#core/run/step.ts';

const roles = Role.options.join('|');

/** `<role>[/<task>][/<round>]`: the round is left out when it is the first. */
export const CassetteKey = z
  .string()
  .regex(
    new RegExp(`^(?:${roles})(?:/T[1-9]\\d*)?(?:/(?:[2-9]|[1-9]\\d+))?$`),
    'must be <role>[/<task>][/<round>], for example builder/T3/2',
  );

/** One answer. `stopReason` is needed only where it does not follow from the content (`max_tokens`, `refusal`). */
export const CassetteAnswer = z.object({ content: z.array(Block), stopReason: z.string().optional() });
export type CassetteAnswer = z.infer<typeof CassetteAnswer>;

/** A turn is written as its content where nothing else is to be said, and as null where a recording missed it. */
export const CassetteTurn = z.union([z.array(Block), CassetteAnswer, z.null()]);
export type CassetteTurn = z.infer<typeof CassetteTurn>;

/** A recorded conversation of each run: answers by run, in order of its turns. */
export const Cassette = z.object({
  name: z.string().min(1).max(100),
  /** The model whose words these are. */
  model: z.string().min(1),
  /** How it came to be, in words. */
  recordedWith: z.string().optional(),
  responses: z.record(CassetteKey, z.array(CassetteTurn)),
});
export type Cassette = z.infer<typeof Cassette>;

/** Under which key the answers of a call are kept. */
export function keyOf(context: CallContext): string {
  const task = context.task === null ? '' : `/${context.task}`;
  return `${context.role}${task}${context.round > 1 ? `/${context.round}` : ''}`;
}

/**
 * Which answer of its key a call gets, counted from 1. A request that carries n answers of the model asks for the next
 * one; where the run has restarted its context, or an answer never entered the history, the number of the call says more.
 */
export function turnOf(messages: readonly { readonly role: string }[], call: number): number {
  const answered = messages.filter((message) => message.role === 'assistant').length;
  return Math.max(answered + 1, call);
}

/** The cassette in a text; throws `InvalidInput` that names the file and each place where it is wrong. */
export function parseCassette(text: string, file: string): Cassette {
  const parsed = Cassette.safeParse(json(text, file));
  if (parsed.success) return parsed.data;
  // Ten: whoever mends a file by hand looks again anyway.
  const issues = parsed.error.issues.slice(0, 10).map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new InvalidInput(`${file} is no cassette: ${issues.join('; ')}`, { file, issues });
}

/** Reads a cassette; throws `InvalidInput` when the file is missing or wrong. */
export async function loadCassette(path: string): Promise<Cassette> {
  return parseCassette(await text(path), basename(path));
}

/** Writes a cassette at once or not at all. */
export async function saveCassette(path: string, cassette: Cassette): Promise<void> {
  const beside = `${path}.new`;
  await writeFile(beside, `${JSON.stringify(cassette, null, 2)}\n`);
  await rename(beside, path);
}

async function text(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    if (missing) throw new InvalidInput(`There is no cassette at ${path}.`, { file: path }, { cause });
    throw cause;
  }
}

function json(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new InvalidInput(`${file} is no cassette: ${cause.message}`, { file }, { cause });
  }
}
