/** What a test command leaves beside its output: JUnit reports, as Maven, Gradle and others write them. */
import { constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestReport } from '#core/verify/count/count.ts';

/** Enough for any build; bounds for folders that no person made. */
const maxDepth = 8;
const maxEntries = 20_000;
const maxReports = 500;
const maxBytes = 16 * 1024 * 1024;

const unread = new Set(['.git', 'node_modules', '.venv', 'venv', '.gradle', '.m2']);
const isReport = (path: string) =>
  /(?:^|\/)(?:surefire-reports|failsafe-reports|test-results)\/(?:.*\/)?TEST-[^/]*\.xml$/.test(path);

/** The reports that were written at `since` or later (milliseconds). Links are not followed. */
export async function readReports(workspace: string, since: number): Promise<TestReport[]> {
  const reports: TestReport[] = [];
  let bytes = 0;
  for (const path of (await candidates(workspace)).slice(0, maxReports)) {
    const stats = await lstat(join(workspace, path));
    if (!stats.isFile() || stats.mtimeMs < since || bytes + stats.size > maxBytes) continue;
    bytes += stats.size;
    const handle = await open(join(workspace, path), constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      reports.push({ path, text: await handle.readFile('utf8') });
    } finally {
      await handle.close();
    }
  }
  return reports;
}

async function candidates(workspace: string): Promise<string[]> {
  const found: string[] = [];
  const open = [''];
  let seen = 0;
  for (let folder = open.pop(); folder !== undefined && seen < maxEntries; folder = open.pop()) {
    const entries = await readdir(join(workspace, folder), { withFileTypes: true });
    seen += entries.length;
    for (const entry of entries) {
      const path = `${folder}${entry.name}`;
      const deep = folder.split('/').length > maxDepth;
      if (entry.isDirectory() && !unread.has(entry.name) && !deep) open.push(`${path}/`);
      else if (entry.isFile() && isReport(path)) found.push(path);
    }
  }
  return found.sort();
}
