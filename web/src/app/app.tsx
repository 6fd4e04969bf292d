/** The console: providers, the pages by path, and what is the same on all of them. */
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useHealth } from '../features/health/api/health.ts';
import { useWaiting } from '../features/tickets/api/tickets.ts';
import { resolve } from '../router/match.ts';
import { usePath, useSearch } from '../router/router.tsx';
import { Boundary } from './boundary.tsx';
import { LiveUpdates } from './live-updates.tsx';
import { NoPage } from './pages/no-page.tsx';
import { pages } from './pages.tsx';
import { Shell } from './shell.tsx';
import { ThemeProvider } from './theme.tsx';

export function App({ client }: { readonly client: QueryClient }) {
  return (
    <QueryClientProvider client={client}>
      <ThemeProvider>
        <Console />
      </ThemeProvider>
    </QueryClientProvider>
  );
}

function Console() {
  const path = usePath();
  const search = useSearch();
  const { data: health } = useHealth();
  const { data: waits } = useWaiting();
  const found = resolve(pages, path);
  return (
    <LiveUpdates after={health?.cursor}>
      {(live) => (
        <Shell health={health} waiting={waits?.total ?? 0} live={live} path={path}>
          <Boundary place={`${path}?${search}`}>
            {found === null ? (
              <NoPage />
            ) : (
              // What is read keeps its last answer until the next has come: another ticket is another page, or its
              // buttons would act on the one before while this one is on its way.
              <found.page key={found.params.ticket ?? found.params.project} params={found.params} />
            )}
          </Boundary>
        </Shell>
      )}
    </LiveUpdates>
  );
}
