import type { EndReason, HoldReason } from '#core/run/run.ts';

/** How an agent's work in this sandbox came to its end. */
export type Outcome =
  /** The gateway has the document or the work; it has ended the run. */
  | { readonly type: 'submitted' }
  /** The gateway holds the run; another attempt will go on. */
  | { readonly type: 'held'; readonly reason: HoldReason }
  /** A person cancelled it; the platform knows. */
  | { readonly type: 'cancelled' }
  | { readonly type: 'failed'; readonly reason: EndReason; readonly message: string };
