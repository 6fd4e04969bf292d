import type { Instant } from '../id.ts';
import type { ApiKey, KeyHolder, NewKey } from './key.ts';

/** Makes, lists, finds and takes back keys. */
export interface ApiKeys {
  /** Makes a key; `secret` is it, and is never shown again. */
  create(key: NewKey): Promise<{ readonly secret: string; readonly key: ApiKey }>;
  /** Those that open something at `at`, newest first. */
  list(at: Instant): Promise<ApiKey[]>;
  /** Who a key speaks for at `at`, or null; notes the use. */
  find(secret: string, at: Instant): Promise<KeyHolder | null>;
  /** Takes a key back, for ever; it, or null when there is none. May be called twice. */
  revoke(id: string, at: Instant): Promise<ApiKey | null>;
}
