/** Leases by name: of several processes that want to do one thing, one does it until its time is over. */
import type { Instant } from '#core/id.ts';
import { seconds, type Table } from './table.ts';

/** Takes and gives back; both may be called twice. */
export interface Leases {
  /** Takes or keeps a lease; false while another holder has it. */
  take(name: string, holder: string, at: Instant, forSeconds: number): Promise<boolean>;
  /** Gives it back; harmless when another holder has it. */
  leave(name: string, holder: string): Promise<void>;
}

const pk = 'lease';

/** Leases in the table, each a conditional write. */
export function createLeases(table: Table): Leases {
  const names = { '#holder': 'holder', '#until': 'expiresAt' };
  return {
    take: (name, holder, at, forSeconds) =>
      table.put(
        pk,
        name,
        { holder, expiresAt: seconds(at) + forSeconds },
        {
          expression: 'attribute_not_exists(pk) or #holder = :holder or #until <= :now',
          names,
          values: { ':holder': holder, ':now': seconds(at) },
        },
      ),
    async leave(name, holder) {
      await table.remove(pk, name, {
        expression: '#holder = :holder',
        names: { '#holder': 'holder' },
        values: { ':holder': holder },
      });
    },
  };
}
