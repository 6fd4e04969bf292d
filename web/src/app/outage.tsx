import { useQueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { type CallFailed, isPassing } from '../api/call.ts';

/** A calm line while the server wakes up or is away; the page goes on by itself. */
export function Outage() {
  const cache = useQueryClient().getQueryCache();
  const failure = useSyncExternalStore(
    (listener) => cache.subscribe(listener),
    (): CallFailed | null => {
      for (const { state } of cache.getAll()) {
        if (state.fetchStatus === 'fetching' && isPassing(state.fetchFailureReason))
          return state.fetchFailureReason;
      }
      return null;
    },
  );
  if (failure === null) return null;
  const seconds = Math.ceil((failure.retryAfterMs ?? 2000) / 1000);
  return (
    <p className="notice" role="status">
      {failure.problem?.code === 'forge-unavailable'
        ? `${failure.message} This page goes on by itself.`
        : failure.status === 503
          ? `The store is waking up. This page goes on by itself, in about ${seconds} s.`
          : 'The server does not answer. This page goes on by itself as soon as it does.'}
    </p>
  );
}
