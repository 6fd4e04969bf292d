import { describe, expect, it } from 'vitest';
import { aboutPath, type Trace, traced, tracedTokens } from '#adapters/aws/tracing.ts';
import { newId } from '#adapters/ids/ids.ts';
import { createRunTokens } from '#adapters/tokens/run-tokens.ts';

const ticketId = newId('ticket');
const runId = newId('run');

describe('a path', () => {
  it.each([
    [`/v1/tickets/${ticketId}/gates`, { ticketId }],
    ['/v1/tickets/TKT-12', { ticket: 'TKT-12' }],
    [`/v1/runs/${runId}/journal`, { runId }],
    ['/v1/tickets', {}],
    [`/v1/tickets/${ticketId}x`, {}],
    ['/v1/tickets/TKT-12%0a', {}],
  ])('%s names %o', (path, named) => {
    expect(aboutPath(path)).toEqual(named);
  });
});

/** Notes what it is told. */
function noting(enabled = true) {
  const told: (readonly [string, unknown])[] = [];
  const segment = { addNewSubsegment: () => segment, close: () => told.push(['closed', true]) };
  const trace = {
    isTracingEnabled: () => enabled,
    getSegment: () => segment,
    putAnnotation: (name: string, value: unknown) => void told.push([name, value]),
    ...{ setSegment() {}, annotateColdStart() {}, addServiceNameAnnotation() {}, addErrorAsMetadata() {} },
  } as unknown as Trace;
  return { trace, told };
}

describe('a traced function', () => {
  it('is told all that it is called with, and annotated with what its input is about', async () => {
    const { trace, told } = noting();
    const act = async (path: string, context: number) => `${path} ${context}`;
    const handler = traced('api', act, { about: aboutPath, trace });
    expect(await handler('/v1/tickets/TKT-1', 7)).toBe('/v1/tickets/TKT-1 7');
    expect(told).toEqual([
      ['ticket', 'TKT-1'],
      ['closed', true],
    ]);
  });
});

describe('run tokens', () => {
  const tokens = createRunTokens('a secret that is long enough for this');
  const at = '2026-03-01T09:00:00.000Z';
  const claims = { runId, attempt: 1, expiresAt: '2026-03-01T10:00:00.000Z' };

  it('tell their run when they are good, and nothing when they are not', async () => {
    const { trace, told } = noting();
    const known = tracedTokens(tokens, trace);
    const token = await known.sign(claims);
    expect(await known.verify(token, at)).toEqual(claims);
    await expect(known.verify(`${token}x`, at)).rejects.toThrow();
    expect(told).toEqual([['runId', runId]]);
  });

  it('stay as they are where nothing is traced', async () => {
    const { trace, told } = noting(false);
    const known = tracedTokens(tokens, trace);
    await known.verify(await known.sign(claims), at);
    expect(told).toEqual([]);
  });
});
