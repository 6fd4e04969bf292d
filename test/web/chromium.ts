/** A real Chromium of this machine, for the browser's tests. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The browser's program, by the usual place and then by name on the path; undefined when there is none. */
export function findChromium(path: string | undefined): string | undefined {
  const folders = (path ?? '').split(delimiter).filter((folder) => folder !== '');
  const places = [
    '/usr/bin/chromium',
    ...folders.flatMap((folder) => names.map((name) => join(folder, name))),
  ];
  return places.find((place) => existsSync(place));
}

/** What a skipped test says. */
export const noChromium = 'skipped: no chromium, chromium-browser or google-chrome on this machine';

export function launch(executablePath: string): Promise<Browser> {
  // Root has no user namespace to give to the browser's own sandbox.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({
    executablePath,
    args: [
      ...asRoot,
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      '--disable-dev-shm-usage',
    ],
  });
}

/** Says what the page showed when a test failed: the browser's own errors only name what was not there. */
export async function tellFailed(
  task: { readonly result?: { readonly state: string } },
  page: Page,
): Promise<void> {
  if (task.result?.state !== 'fail') return;
  const shown = await page.locator('body').innerText({ timeout: 5000 });
  console.error(`${page.url()} showed:\n${shown}`);
}
