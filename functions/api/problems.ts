/**
 * The one place that maps outcomes to HTTP: every `DomainError` code and its status, as RFC 9457 problem documents.
 */

import { z } from 'zod';
import type { Problem } from '#core/api/views.ts';
import { DomainError } from '#core/errors.ts';

const statusOf: Readonly<Record<string, number>> = {
  'not-found': 404,
  'version-conflict': 409,
  'illegal-transition': 409,
  'stale-attempt': 409,
  'key-reused': 422,
  'invalid-input': 422,
  'budget-exhausted': 402,
  forbidden: 403,
  'store-unavailable': 503,
  'disk-full': 507,
};

/** What a client is told about an error; anything unknown is 500 without detail, so that nothing inner leaks. */
export function problemOf(error: unknown): Problem {
  if (error instanceof DomainError) {
    const status = statusOf[error.code] ?? 500;
    return {
      type: `about:blank#${error.code}`,
      title: titleOf(error.code),
      status,
      detail: error.message,
      code: error.code,
      ...error.data,
    };
  }
  if (error instanceof z.ZodError) {
    const issues = error.issues.map((issue) => ({ at: issue.path.join('.'), message: issue.message }));
    const detail = issues.map(({ at, message }) => (at === '' ? message : `${at}: ${message}`)).join('; ');
    return {
      type: 'about:blank#invalid-input',
      title: 'Invalid input',
      status: 422,
      detail,
      code: 'invalid-input',
      issues,
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

function titleOf(code: string): string {
  const words = code.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
