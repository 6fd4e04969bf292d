/** A connection without GitHub: it remembers what it was asked to connect, and stands as the last of them. */
import type { AppGrant, Farewell, GitHubConnection, Standing, TokenGrant } from '#core/forge/connection.ts';

export interface FakeConnection extends GitHubConnection {
  readonly grants: (AppGrant | TokenGrant)[];
  readonly farewells: Farewell[];
}

export function fakeConnection(): FakeConnection {
  const grants: FakeConnection['grants'] = [];
  const farewells: FakeConnection['farewells'] = [];
  const standing = async (): Promise<Standing> => {
    const last = grants.at(-1);
    const isApp = last !== undefined && 'code' in last;
    return {
      kind: last === undefined ? 'none' : isApp ? 'app' : 'token',
      as: last === undefined ? null : isApp ? 'omoios-test' : 'ada',
      webUrl: 'https://github.com',
      ...{ manageUrl: null, installUrl: null, installations: [], missing: [], problems: [], fixed: false },
      connectedBy: last?.by ?? null,
      connectedAt: last?.at ?? null,
    };
  };
  const keep = (grant: AppGrant | TokenGrant): Promise<Standing> => {
    grants.push(grant);
    return standing();
  };
  const disconnect = (farewell: Farewell): Promise<Standing> => {
    farewells.push(farewell);
    grants.length = 0;
    return standing();
  };
  return { grants, farewells, standing, connectApp: keep, connectToken: keep, disconnect };
}
