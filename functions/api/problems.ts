/**
 * The one place that maps outcomes to HTTP: every `DomainError` code and its status, as RFC 9457 problem documents.
 */
import type { Problem } from '#core/api/views.ts';
import { DomainError } from '#core/errors.ts';

/** The status of each code that can reach the API. A test walks the tree for codes that are missing here. */
export const statusOf: Readonly<Record<string, number>> = {
  'not-found': 404,
  'version-conflict': 409,
  'illegal-transition': 409,
  'stale-attempt': 409,
  'not-ready': 409,
  'key-reused': 422,
  'invalid-input': 422,
  'budget-exhausted': 402,
  forbidden: 403,
  'too-large': 413,
  'blob-too-large': 413,
  'function-failed': 502,
  'store-unavailable': 503,
  'branch-gone': 422,
  'forge-refused': 422,
  'forge-unavailable': 503,
  'disk-full': 507,
};

/** What a client is told about an error; anything unknown is 500 without detail, so that nothing inner leaks. */
export function problemOf(error: unknown): Problem {
  const status = error instanceof DomainError ? statusOf[error.code] : undefined;
  if (error instanceof DomainError && status !== undefined) {
    return {
      // First, so that data which is called `status` or `type` cannot take the place of the problem's own members.
      ...error.data,
      type: `about:blank#${error.code}`,
      title: titleOf(error.code),
      status,
      detail: error.message,
      code: error.code,
    };
  }
  return {
    type: 'about:blank#internal',
    title: 'Internal error',
    status: 500,
    detail: 'Something went wrong on our side. The log of the host has the details.',
    code: 'internal',
  };
}

/** Seconds until a store that sleeps or starts has woken, as a rule. */
const retryAfterSeconds = 5;

/** The problem as a response. 503 says when to come again. */
export function problemResponse(error: unknown): Response {
  const body = problemOf(error);
  const retry = body.status === 503 ? { 'retry-after': String(retryAfterSeconds) } : {};
  const headers = { 'content-type': 'application/problem+json', ...retry };
  return new Response(JSON.stringify(body), { status: body.status, headers });
}

function titleOf(code: string): string {
  const words = code.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
