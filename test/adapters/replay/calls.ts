/** Calls of a model as the gateway makes them. */
import type { CallContext, UpstreamRequest } from '#core/agent/upstream.ts';

export function contextOf(context: Partial<CallContext>): CallContext {
  return { runId: 'run', role: 'explorer', task: null, round: 1, call: 1, ...context };
}

export function requestOf(body: unknown, context: CallContext): UpstreamRequest {
  const signal = new AbortController().signal;
  return { path: '/v1/messages', body: JSON.stringify(body), headers: {}, context, signal };
}

export function tool(id: string, input: unknown) {
  return { type: 'tool_use', id, name: 'read', input };
}

export async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}
