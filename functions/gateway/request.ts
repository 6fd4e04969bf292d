/** Reading a sandbox's request: whose it is, and what it says. */
import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { z } from 'zod';
import { type RunClaims, TokenRefused } from '#adapters/tokens/run-tokens.ts';
import { InvalidInput } from '#core/errors.ts';
import type { GatewayDeps, GatewayEnv } from './deps.ts';
import { MalformedBody, TooLarge } from './errors.ts';

export type GatewayContext = Context<GatewayEnv>;

const MB = 1024 * 1024;

/** Most bytes of a body by the end of its path: a step may carry screenshots, a model call is what the Messages API takes at most. */
const limits = [
  ['/v1/messages', 32 * MB],
  ['/v1/messages/count_tokens', 32 * MB],
  ['/v1/run/steps', 32 * MB],
  ['/v1/run/document', 4 * MB],
  ['/v1/run/check', 4 * MB],
] as const;
const usualLimit = MB / 4;

/** Checks the run token, from `Authorization: Bearer` or, as the Messages API has it, `x-api-key`. */
export function authenticated(deps: Pick<GatewayDeps, 'tokens' | 'clock'>): MiddlewareHandler<GatewayEnv> {
  return async (context, next) => {
    const bearer = /^Bearer (\S+)$/i.exec(context.req.header('authorization') ?? '')?.[1];
    const token = bearer ?? context.req.header('x-api-key');
    if (!token) throw new TokenRefused('The request carries no run token.');
    context.set('claims', await deps.tokens.verify(token, deps.clock()));
    await next();
  };
}

/** Refuses a body that is larger than its path allows. */
export const sized: MiddlewareHandler<GatewayEnv> = (context, next) => {
  // By its end: the app may be mounted under a prefix.
  const maxSize = limits.find(([path]) => context.req.path.endsWith(path))?.[1] ?? usualLimit;
  const limit = bodyLimit({
    maxSize,
    onError: () => {
      throw new TooLarge(`The body is larger than ${maxSize} bytes.`, { maxBytes: maxSize });
    },
  });
  return limit(context, next);
};

/** A parsed request: who, what, and the key by which a repetition is known. */
export interface Call<B> {
  readonly claims: RunClaims;
  readonly body: B;
  /** The body as it came. */
  readonly text: string;
  /** The client's `Idempotency-Key`, or null. */
  readonly key: string | null;
}

/** Parses the body. Throws `MalformedBody`, or the ZodError of the schema. */
export async function read<S extends z.ZodType>(
  context: GatewayContext,
  schema: S,
): Promise<Call<z.infer<S>>> {
  const text = await bodyText(context);
  return {
    claims: context.get('claims'),
    body: schema.parse(parsed(text)),
    text,
    key: keyOf(context.req.header('idempotency-key')),
  };
}

/** The body as text, byte for byte. Throws `MalformedBody` when it is not UTF-8. */
export async function bodyText(context: GatewayContext): Promise<string> {
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    return decoder.decode(await context.req.arrayBuffer());
  } catch (cause) {
    if (cause instanceof TypeError) throw new MalformedBody('The body is not UTF-8.', {}, { cause });
    throw cause;
  }
}

/** The JSON value of a text. Throws `MalformedBody`. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text === '' ? '{}' : text);
  } catch (cause) {
    // The parser's message repeats parts of the body: it goes no further than the cause.
    if (cause instanceof SyntaxError) throw new MalformedBody('The body is not JSON.', {}, { cause });
    throw cause;
  }
}

function keyOf(header: string | undefined): string | null {
  if (header === undefined) return null;
  if (!/^[\x21-\x7e]{1,200}$/.test(header)) {
    throw new InvalidInput('An Idempotency-Key has 1 to 200 printable characters without spaces.');
  }
  return header;
}

/** Refuses a text that the store's columns cannot keep. */
export function storable(text: string): string {
  if (text.includes('\u0000')) throw new InvalidInput('The text holds a NUL character.');
  return text;
}
