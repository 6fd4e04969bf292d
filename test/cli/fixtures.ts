/** Fixture hosts for the tests of one file: each is closed after its test, and a world leads to it. */
import { afterEach } from 'vitest';
import { FixtureHost } from './fixture.ts';
import { testWorld } from './world.ts';

export function fixtureHosts() {
  const hosts: FixtureHost[] = [];
  afterEach(async () => {
    for (const host of hosts.splice(0)) if (!host.closed) await host.close();
  });
  return {
    async openFixture(override: ConstructorParameters<typeof FixtureHost>[0] = {}): Promise<FixtureHost> {
      const host = await new FixtureHost(override).open();
      hosts.push(host);
      return host;
    },
    worldOf: (host: FixtureHost) => testWorld({ vars: { OMOI_URL: host.url }, openHost: async () => host }),
  };
}
