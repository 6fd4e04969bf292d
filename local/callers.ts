/** Who asks a host on this machine: its person, or a program that shows a key and acts under the key's name and role. */
import type { Context } from 'hono';
import { z } from 'zod';
import { mayCall } from '#core/api/access.ts';
import { Forbidden } from '#core/errors.ts';
import type { Clock } from '#core/id.ts';
import type { ApiKeys } from '#core/key/ports.ts';

const Env = z.looseObject({ caller: z.string() });

/** What the API finds out who asked by. */
export const knownCaller = (context: Context): string => Env.parse(context.env).caller;

/** The name of who asks. Throws `Forbidden` for a key that opens nothing, or not this. */
export async function callerOf(
  { req }: Context,
  deps: { readonly keys: Pick<ApiKeys, 'find'>; readonly person: string; readonly clock: Clock },
): Promise<string> {
  const shown = /^Bearer (\S+)$/i.exec(req.header('authorization') ?? '')?.[1] ?? req.header('x-api-key');
  if (shown === undefined) return deps.person;
  const holder = await deps.keys.find(shown, deps.clock());
  if (holder === null) throw new Forbidden('This key is unknown, has expired or was revoked.');
  if (mayCall(holder.role, req.method, req.path)) return holder.actor;
  throw new Forbidden(`The role of this key is ${holder.role}, which does not allow this.`, {
    role: holder.role,
  });
}
