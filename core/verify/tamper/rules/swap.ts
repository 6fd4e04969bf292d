/** One setting in the place of another. */
import type { Setting } from '../config/setting.ts';
import type { Suspicion } from '../finding.ts';

/** A setting that changed, came (`before` undefined) or went (`after` undefined). */
export interface Swap {
  readonly before: Setting | undefined;
  readonly after: Setting | undefined;
}

/** What is told of it, without the place. */
export type Told = Pick<Suspicion, 'kind' | 'severity' | 'message'>;

/** The path of a swap, and the last key of it without the mark of a list. */
export function tellsOf({ before, after }: Swap): { readonly path: string; readonly key: string } {
  const path = (after ?? before)?.path ?? '';
  return { path, key: path.split('.').at(-1)?.replace('[]', '') ?? '' };
}
