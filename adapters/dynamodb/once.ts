/** What must happen once: a key is claimed by the first who asks, until it expires. */
import type { Instant } from '#core/id.ts';
import { seconds, type Table } from './table.ts';

/** Claims and releases. */
export interface Once {
  /** True for the first who claims the key; a key may be claimed again after `forSeconds`. */
  claim(scope: string, key: string, at: Instant, forSeconds: number): Promise<boolean>;
  /** Gives a claim back, so that the act can be tried again. */
  release(scope: string, key: string): Promise<void>;
}

/** Claims in the table, each a conditional write. */
export function createOnce(table: Table): Once {
  const pk = (scope: string) => `once#${scope}`;
  return {
    claim: (scope, key, at, forSeconds) =>
      table.put(
        pk(scope),
        key,
        { expiresAt: seconds(at) + forSeconds },
        {
          expression: 'attribute_not_exists(pk) or #until <= :now',
          names: { '#until': 'expiresAt' },
          values: { ':now': seconds(at) },
        },
      ),
    async release(scope, key) {
      await table.remove(pk(scope), key);
    },
  };
}
