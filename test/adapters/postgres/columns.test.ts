import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { columnsOf } from '#adapters/postgres/columns.ts';
import { storable } from '#adapters/postgres/wire-types.ts';

describe('columns', () => {
  it('name fields as the database does, and come back as fields', () => {
    const columns = columnsOf(
      z.object({
        id: z.string(),
        openedAt: z.string(),
        state: z.object({ status: z.string() }),
        list: z.array(z.number()),
        none: z.null(),
      }),
      { status: (row) => row.state.status },
    );
    expect(columns.names).toBe('"id", "opened_at", "state", "list", "none", "status"');
    expect(columns.places).toBe('$1, $2, $3, $4, $5, $6');
    expect(columns.next).toBe(7);
    expect(columns.selected).toBe(
      '"id" as "id", "opened_at" as "openedAt", "state" as "state", "list" as "list", "none" as "none"',
    );
    const row = { none: null, list: [1], state: { status: 'open' }, openedAt: 'now', id: 'x' };
    expect(columns.params(row)).toEqual(['x', 'now', '{"status":"open"}', '[1]', null, 'open']);
  });
});

describe('parameters', () => {
  it('hold no NUL, at any depth of an array', () => {
    expect(storable(['a\0b', 1, null, ['\0', ['c']]])).toEqual(['a\uFFFDb', 1, null, ['\uFFFD', ['c']]]);
  });
});
