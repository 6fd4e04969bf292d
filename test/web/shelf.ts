/** The console in a real Chromium against the fixture server with one project, anew for each test of a suite. */
import { rm } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest';
import { builtConsole } from './built.ts';
import { findChromium, launch, noChromium, tellFailed } from './chromium.ts';
import { type Fixture, startFixture } from './fixture/server.ts';

/** What a test has; both are made anew for each, so they are asked for when they are needed. */
export interface Shelf {
  readonly fixture: () => Fixture;
  readonly page: () => Page;
}

interface Options {
  readonly beatMs: number;
  readonly width: number;
}

/** A suite about `what`; it is skipped, and says so, where this machine has no Chromium. */
export function describeConsole(
  what: string,
  { beatMs, width }: Options,
  tests: (shelf: Shelf) => void,
): void {
  const program = findChromium(process.env.PATH);
  describe.skipIf(program === undefined)(program === undefined ? `${what} (${noChromium})` : what, () => {
    let web: string;
    let browser: Browser;
    let fixture: Fixture;
    let page: Page;

    beforeAll(async () => {
      web = await builtConsole();
      browser = await launch(program ?? '');
    });
    afterAll(async () => {
      await browser.close();
      await rm(web, { recursive: true });
    });
    beforeEach(async () => {
      fixture = await startFixture({ web, beatMs });
      page = await browser.newPage({ viewport: { width, height: 900 } });
      const project = { name: 'shelf', repo: '/home/marta/shelf' };
      await fetch(`${fixture.url}/v1/projects`, { method: 'POST', body: JSON.stringify(project) });
    });
    afterEach(async ({ task }) => {
      await tellFailed(task, page);
      await page.close();
      await fixture.close();
    });

    tests({ fixture: () => fixture, page: () => page });
  });
}
