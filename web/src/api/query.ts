/** Reading and commanding through react-query: one cache, refreshed by events and never by polling. */
import {
  keepPreviousData,
  QueryClient,
  type QueryKey,
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import type { RouteAnswer, RouteName } from '#core/api/routes.ts';
import { type CallArgs, type CallFailed, call, isPassing } from './call.ts';

/** How long to wait for a server that said nothing about it. */
const patienceMs = 2000;
/** At five seconds each a minute: a database wakes in half of it. */
const wakeTries = 12;

const delayOf = (error: Error): number =>
  isPassing(error) ? (error.retryAfterMs ?? patienceMs) : patienceMs;

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // Events say when something is stale; half a minute only spares the reload on each change of page.
        staleTime: 30_000,
        refetchOnWindowFocus: false,
        // The host is on this machine as a rule: it answers without any network.
        networkMode: 'always',
        retry: (_, error) => isPassing(error),
        retryDelay: (_, error) => delayOf(error),
      },
      // A store that sleeps has written nothing: the command goes on by itself when it is awake.
      mutations: {
        retry: (tries, error) =>
          isPassing(error) && error.problem?.code === 'store-unavailable' && tries < wakeTries,
        retryDelay: (_, error) => delayOf(error),
      },
    },
  });
}

interface ReadOptions {
  readonly enabled?: boolean;
  /** For what never changes: an immutable version, a stored log. */
  readonly immutable?: boolean;
}

/** Reads a route under a key; what was there stays until the new answer has come. */
export function useRead<N extends RouteName>(
  name: N,
  args: CallArgs<N>,
  key: QueryKey,
  { enabled = true, immutable = false }: ReadOptions = {},
): UseQueryResult<RouteAnswer<N>, CallFailed> {
  return useQuery<RouteAnswer<N>, CallFailed>({
    queryKey: key,
    queryFn: ({ signal }) => call(name, args, signal),
    enabled,
    placeholderData: keepPreviousData,
    ...(immutable ? { staleTime: Number.POSITIVE_INFINITY } : {}),
  });
}

/**
 * A command. What it changed is asked for again at once, without waiting for the events. `onSent` hears that it was
 * taken even when its component is gone by then, as that of a gate that was decided.
 */
export function useCommand<N extends RouteName>(
  name: N,
  onSent?: (args: CallArgs<N>) => void,
): UseMutationResult<RouteAnswer<N>, CallFailed, CallArgs<N>> {
  const client = useQueryClient();
  return useMutation<RouteAnswer<N>, CallFailed, CallArgs<N>>({
    mutationFn: (args) => call(name, args),
    onSuccess: (_, args) => {
      onSent?.(args);
      return client.invalidateQueries();
    },
  });
}

/**
 * A log that only grows: asks for what comes after the last known item, page after page, and keeps the rest.
 * `cursorOf` says where an item stands.
 */
export function useGrowing<T>(
  key: QueryKey,
  cursorOf: (item: T) => number,
  fetchPage: (after: number, signal: AbortSignal) => Promise<{ items: readonly T[]; next: string | null }>,
): UseQueryResult<readonly T[], CallFailed> {
  const client = useQueryClient();
  return useQuery<readonly T[], CallFailed>({
    queryKey: key,
    queryFn: async ({ signal }) => {
      const known = [...(client.getQueryData<readonly T[]>(key) ?? [])];
      for (;;) {
        const last = known.at(-1);
        const page = await fetchPage(last === undefined ? 0 : cursorOf(last), signal);
        known.push(...page.items);
        if (page.next === null || page.items.length === 0) return known;
      }
    },
  });
}
