/** The one page of GitHub that our console sends people to: it takes the manifest of an App, and asks once more. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { State } from './state.ts';

const Manifest = z.looseObject({
  name: z.string().max(34),
  url: z.url(),
  redirect_url: z.url(),
  default_permissions: z.record(z.string(), z.enum(['read', 'write'])),
  hook_attributes: z.object({ url: z.url(), active: z.boolean() }).optional(),
  default_events: z.array(z.string()).optional(),
});

const escaped = (text: string): string => text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);

/** Whether a path is that page's. */
export const isAppPage = (path: string): boolean =>
  /^(\/organizations\/[^/]+)?\/settings\/apps\/new$/.test(path);

/** A person who presses the button is sent back with a code. */
export async function makeApp(
  state: State,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const form = new URLSearchParams(Buffer.concat(chunks).toString());
  const manifest = Manifest.parse(JSON.parse(form.get('manifest') ?? '{}'));
  const code = `code${state.next()}`;
  state.manifests.push(manifest);
  state.codes.add(code);
  const back = new URL(request.url ?? '/', 'http://github').searchParams.get('state') ?? '';
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
  response.end(`<!doctype html><title>Create GitHub App</title>
<form action="${escaped(manifest.redirect_url)}"><h1>${escaped(manifest.name)}</h1>
<input type="hidden" name="code" value="${code}"><input type="hidden" name="state" value="${escaped(back)}">
<button>Create GitHub App</button></form>`);
}
