/**
 * Who may talk to a host on this machine: only programs on it. A page of another site in the person's browser is kept
 * out by `Host` (DNS rebinding) and `Origin` (cross-site requests); sandboxes come with a run token instead.
 */
import type { MiddlewareHandler } from 'hono';
import { Forbidden } from '#core/errors.ts';

const localNames = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Whether a `Host` header names this machine, whatever the port. */
export function isLocalHost(host: string | undefined): boolean {
  return host !== undefined && localNames.has(host.replace(/:\d+$/, '').toLowerCase());
}

/** Whether an `Origin` header is absent (no browser page) or a page of this very server. */
export function isOwnOrigin(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined) return true;
  return host !== undefined && URL.canParse(origin) && new URL(origin).host === host;
}

/** Refuses requests from elsewhere with 403 before anything looks at them. */
export const onlyThisMachine: MiddlewareHandler = async (context, next) => {
  const host = context.req.header('host');
  if (!isLocalHost(host)) throw new Forbidden('This host answers only to 127.0.0.1 and localhost.');
  if (!isOwnOrigin(context.req.header('origin'), host))
    throw new Forbidden('This host answers only to its own pages.');
  await next();
};

/**
 * What a browser may do with our pages: run our own code, talk to this server, and post the manifest of a GitHub App to
 * the GitHub that a person names.
 */
export const headersOf = (gitHub: string): Readonly<Record<string, string>> => ({
  'content-security-policy': `default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self' ws:; frame-ancestors 'none'; base-uri 'none'; form-action 'self' https: ${new URL(gitHub).origin}`,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
});
