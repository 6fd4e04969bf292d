/** Who asks, as the authorizer of the HTTP API found out, and whether they may. */
import type { Context } from 'hono';
import { z } from 'zod';
import { mayCall } from '#core/api/access.ts';
import { Forbidden } from '#core/errors.ts';

/** What Lambda's adapter of Hono hands on of an event (payload 2.0). */
const Env = z.looseObject({
  event: z.looseObject({
    requestContext: z.looseObject({
      authorizer: z.looseObject({
        lambda: z.object({ actor: z.string().min(1), role: z.enum(['viewer', 'approver', 'admin']) }),
      }),
    }),
  }),
});

/** The person's or key's name. Throws `Forbidden` where nobody was let in, or their role does not allow the call. */
export function callerOf(context: Context): string {
  const known = Env.safeParse(context.env);
  if (!known.success) throw new Forbidden('Sign in first.');
  const { actor, role } = known.data.event.requestContext.authorizer.lambda;
  const { method, path } = context.req;
  if (mayCall(role, method, path)) return actor;
  throw new Forbidden(`Your role here is ${role}, which does not allow this. Ask an admin.`, { role });
}
