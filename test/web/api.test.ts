import { describe, expect, it } from 'vitest';
import { routes } from '#core/api/routes.ts';
import type { EventView } from '#core/api/views.ts';
import { staleAfter } from '../../web/src/api/keys.ts';
import { addressOf, paths } from '../../web/src/api/paths.ts';

const event = (type: string, data: Record<string, unknown> = {}): EventView =>
  ({ type, ticketId: 'ticket_1', data, cursor: 1 }) as unknown as EventView;
const stale = (...args: Parameters<typeof event>): string[] =>
  staleAfter(event(...args)).map((key) => key.join('/'));

describe('the paths of the console', () => {
  it('are those of the API, verb by verb', () => {
    const table = Object.entries(routes).map(([name, { method, path }]) => [name, [method, path]]);
    expect(Object.entries(paths)).toEqual(table);
  });

  it('take parameters as parts of the path, whatever is in them', () => {
    expect(addressOf('/v1/evidence/:ticket/:id/log', { ticket: 'TKT 1/2', id: 'ü' }, {})).toBe(
      '/v1/evidence/TKT%201%2F2/%C3%BC/log',
    );
  });

  it('leave out what is not asked for', () => {
    expect(addressOf('/v1/tickets', {}, { limit: 20, status: undefined })).toBe('/v1/tickets?limit=20');
    expect(addressOf('/v1/tickets', {}, {})).toBe('/v1/tickets');
  });
});

describe('what an event makes stale', () => {
  it('is only the run, who is at work and the log for a step, of which there are many', () => {
    expect(stale('run.stepped.v1', { runId: 'run_1' })).toEqual([
      'run/run_1',
      'agents',
      'ticket/ticket_1/events',
    ]);
  });

  it('is the gates, the documents and the tickets for a gate', () => {
    expect(stale('gate.opened.v1')).toEqual([
      'tickets',
      'ticket/ticket_1/events',
      'ticket/ticket_1/gates',
      'ticket/ticket_1/documents',
    ]);
  });

  it('is the list of pull requests too for a pull request', () => {
    expect(stale('pull.merged.v1')).toContain('pulls');
  });

  it('is something for every event of a ticket, known or not', () => {
    expect(stale('novelty.seen.v9')).toEqual(['tickets', 'ticket/ticket_1/events']);
  });
});
