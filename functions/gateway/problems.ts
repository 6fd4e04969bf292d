/**
 * The one place where the gateway's outcomes become HTTP: RFC 9457 problem documents, and for the Messages API the
 * shape of its own errors, so that any SDK understands them.
 */
import { z } from 'zod';
import { DomainError } from '#core/errors.ts';

/** An outcome as HTTP has it. */
interface Outcome {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const statuses: Readonly<Record<string, number>> = {
  'malformed-body': 400,
  'token-refused': 401,
  'budget-exhausted': 402,
  forbidden: 403,
  'not-found': 404,
  'version-conflict': 409,
  'illegal-transition': 409,
  'stale-attempt': 409,
  'key-reused': 409,
  'too-large': 413,
  'invalid-input': 422,
  'model-unreachable': 502,
  'store-unavailable': 503,
  'disk-full': 507,
};

/** The Messages API's name for each status; what it has no name for is an `api_error`. */
const modelErrorTypes: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  409: 'conflict_error',
  413: 'request_too_large',
};

/** Whether an error is the gateway's own fault, and belongs in its log. */
export function isFault(error: unknown): boolean {
  return outcomeOf(error).status === 500;
}

/** The error as a problem document. */
export function problem(error: unknown): Response {
  const { status, code, detail, data } = outcomeOf(error);
  const words = code.replaceAll('-', ' ');
  const title = `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
  const body = { ...data, type: `about:blank#${code}`, title, status, detail, code };
  return Response.json(body, { status, headers: { 'content-type': 'application/problem+json' } });
}

/** The error as the Messages API would tell it. `x-should-retry` stops SDKs from repeating what cannot succeed. */
export function modelProblem(error: unknown): Response {
  const { status: usual, code, detail, data } = outcomeOf(error);
  // The Messages API knows no 422.
  const status = usual === 422 ? 400 : usual;
  const type = modelErrorTypes[status] ?? 'api_error';
  return Response.json(
    { type: 'error', error: { ...data, type, message: detail, code } },
    { status, headers: { 'x-should-retry': String(status >= 500) } },
  );
}

function outcomeOf(error: unknown): Outcome {
  if (error instanceof z.ZodError) return invalid(error);
  const status = error instanceof DomainError ? statuses[error.code] : undefined;
  if (error instanceof DomainError && status !== undefined) {
    return { status, code: error.code, detail: error.message, data: error.data };
  }
  // What nobody foresaw may hold anything: the log has it, the sandbox does not.
  return { status: 500, code: 'internal', detail: 'Something went wrong in the gateway.', data: {} };
}

function invalid(error: z.ZodError): Outcome {
  const issues = issuesOf(error);
  return { status: 422, code: 'invalid-input', detail: issues.join('; '), data: { issues } };
}

/** What is wrong and where, one sentence each. Fifty: more do not help whoever has to mend it. */
export function issuesOf(error: z.ZodError): string[] {
  return error.issues
    .slice(0, 50)
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`));
}

/** An error for the log, with everything that looks like a credential taken out. */
export function described(error: unknown): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return text
    .replace(/eyJ[\w-]+\.[\w-]+\.[\w-]*/g, '[token]')
    .replace(/sk-[\w-]{8,}/g, '[key]')
    .replace(/\b(bearer|x-api-key)\b[:\s]+\S+/gi, '$1 [credential]');
}
