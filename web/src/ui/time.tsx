import { useSyncExternalStore } from 'react';
import { exact, relative } from './format.ts';

/** Relative times move once in half a minute: no more than they can show. */
const tickMs = 30_000;

function subscribe(listener: () => void): () => void {
  const timer = setInterval(listener, tickMs);
  return () => clearInterval(timer);
}

const useNow = (): number =>
  useSyncExternalStore(subscribe, () => Math.floor(Date.now() / tickMs) * tickMs + tickMs);

/** Relative, with the exact instant on hover. */
export function Time({ at }: { readonly at: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={exact(at)}>
      {relative(at, now)}
    </time>
  );
}
