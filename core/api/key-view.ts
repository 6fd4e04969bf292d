import { z } from 'zod';
import { ApiKey } from '../key/key.ts';

/** A key, without itself. */
export const KeyView = ApiKey;
export type KeyView = ApiKey;

/** A key that was just made, with itself: nobody ever sees it again. */
export const NewKeyView = ApiKey.extend({ key: z.string() });
export type NewKeyView = z.infer<typeof NewKeyView>;
