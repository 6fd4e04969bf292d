import { NotFound } from '#core/errors.ts';
import type { Instant, Micros } from '#core/id.ts';
import type { Sql } from '../../client.ts';

/**
 * Turns a reservation into money spent; settled before: nothing changes. One that was released meanwhile is charged all
 * the same, for the money is gone. Throws `NotFound` for a key that never reserved.
 */
export async function settleLedgerEntry(sql: Sql, key: string, amount: Micros, at: Instant): Promise<void> {
  const { rows } = await sql.query(
    `with before as (
       select key, ticket_id, case status when 'reserved' then reserved_micros else 0 end as held
       from ledger_entries
       where key = $1 and status <> 'settled'
       for update
     ),
     closed as (
       update ledger_entries
       set status = 'settled', settled_micros = $2, closed_at = $3
       from before
       where ledger_entries.key = before.key
     )
     update ledgers
     set spent_micros = spent_micros + $2, reserved_micros = reserved_micros - before.held
     from before
     where ledgers.ticket_id = before.ticket_id
     returning ledgers.ticket_id`,
    [key, amount, at],
  );
  if (rows.length === 1) return;
  const known = await sql.query('select key from ledger_entries where key = $1', [key]);
  if (known.rows.length === 0) throw new NotFound('Nothing was reserved under this key.', { key });
}
