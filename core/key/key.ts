/** Keys by which programs call the API. The key itself is shown once and kept nowhere: only its digest is. */
import { z } from 'zod';
import type { AccessRole } from '../api/access.ts';
import { Instant } from '../id.ts';

/** What a key may do; each role may all that the one before it may. */
export const KeyRole = z.enum(['viewer', 'approver', 'admin'] satisfies AccessRole[]);

/** Who a key speaks for, and what it may do. */
export const KeyHolder = z.object({ actor: z.string(), role: KeyRole });
export type KeyHolder = z.infer<typeof KeyHolder>;

/** What is kept of a key. */
export const ApiKey = z.object({
  /** The beginning of its digest; what it is revoked by. */
  id: z.string(),
  /** Its first ten letters, so that people know it again. */
  prefix: z.string(),
  /** What it acts as: written into events and decisions. */
  name: z.string(),
  role: KeyRole,
  createdBy: z.string(),
  createdAt: Instant,
  /** Of the last five minutes at best; null before the first use. */
  lastUsedAt: Instant.nullable(),
  /** From then on it opens nothing. */
  expiresAt: Instant,
});
export type ApiKey = z.infer<typeof ApiKey>;

/** What a new key is made of. */
export type NewKey = Pick<ApiKey, 'name' | 'role' | 'createdBy' | 'createdAt' | 'expiresAt'>;
