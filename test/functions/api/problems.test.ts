import { expect, test } from 'vitest';
import { z } from 'zod';
import { problemOf, statusOf } from '#functions/api/problems.ts';
import { ROOT, readCode } from '#test/tree/files.ts';

/** Outcomes that no request to the API can lead to, and why. */
const elsewhere: Readonly<Record<string, string>> = {
  'data-too-new': 'ends the start of a host',
  'folder-in-use': 'ends the start of a host',
  'port-taken': 'ends the start of a host',
  'upstream-unreachable': 'the gateway answers it to a sandbox',
  'model-unreachable': 'the gateway answers it to a sandbox',
  'token-refused': 'the gateway answers it to a sandbox',
  'malformed-body': 'the gateway answers it to a sandbox',
  'sandbox-capacity': 'the queue of wake-ups delivers again',
  'sandbox-throttled': 'the queue of wake-ups delivers again',
  'sandbox-refused': 'the queue of wake-ups delivers again',
  'secret-missing': 'the health page tells it, the gateway answers it to a sandbox',
};

/** Every code of a `DomainError` in the rooms that the API is built from. */
function codes(): { readonly code: string; readonly path: string }[] {
  return readCode(ROOT)
    .filter(({ path }) => /^(core|adapters|functions)\//.test(path))
    .flatMap(({ path, text }) =>
      [...text.matchAll(/extends DomainError \{[^}]*?readonly code = '([a-z-]+)'/g)].map(([, code = '']) => ({
        code,
        path,
      })),
    );
}

test('every outcome that can reach the API has a status', () => {
  const found = codes();
  expect(found.length).toBeGreaterThan(8);
  const unmapped = found.filter(({ code }) => !(code in statusOf) && !(code in elsewhere));
  expect(unmapped).toEqual([]);
});

test('every status is that of an outcome that exists', () => {
  const known = new Set(codes().map(({ code }) => code));
  expect(Object.keys(statusOf).filter((code) => !known.has(code))).toEqual([]);
});

test('statuses are those of errors', () => {
  for (const status of Object.values(statusOf)) {
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
  }
});

test('a row that does not parse is an error of ours', () => {
  const parsed = z.string().safeParse(1);
  expect(problemOf(parsed.error)).toMatchObject({ status: 500, code: 'internal' });
});

test.each([null, undefined, 'text', { status: 200 }])('thrown %o is an error of ours', (thrown) => {
  expect(problemOf(thrown).status).toBe(500);
});
