/**
 * Makes openapi.json: the part of GitHub's published OpenAPI description that our calls are checked against.
 *
 * `npm pack @octokit/openapi@23.0.2` in a temporary folder, unpack `generated/api.github.com.json`, then
 * `npx tsx test/support/github/subset.ts <that file>`. The whole package is 385 MB, so it is no dependency.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';

/** What we call, and nothing else: another path or verb is refused by the stand-in. */
const used: Readonly<Record<string, readonly string[]>> = {
  '/app': ['get'],
  '/app/installations': ['get'],
  '/app-manifests/{code}/conversions': ['post'],
  '/app/installations/{installation_id}/access_tokens': ['post'],
  '/user': ['get'],
  '/repos/{owner}/{repo}': ['get'],
  '/repos/{owner}/{repo}/installation': ['get'],
  '/repos/{owner}/{repo}/branches/{branch}': ['get'],
  '/repos/{owner}/{repo}/collaborators/{username}/permission': ['get'],
  '/repos/{owner}/{repo}/git/refs': ['post'],
  '/repos/{owner}/{repo}/pulls': ['get', 'post'],
  '/repos/{owner}/{repo}/pulls/{pull_number}': ['get', 'patch'],
  '/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/comments': ['get'],
  '/repos/{owner}/{repo}/issues/{issue_number}/labels': ['post'],
  '/repos/{owner}/{repo}/issues/{issue_number}/comments': ['get', 'post'],
  '/repos/{owner}/{repo}/commits/{ref}/check-runs': ['get'],
  '/repos/{owner}/{repo}/check-runs': ['post'],
  '/repos/{owner}/{repo}/check-runs/{check_run_id}': ['patch'],
  '/repos/{owner}/{repo}/check-suites/{check_suite_id}/check-runs': ['get'],
  '/repos/{owner}/{repo}/statuses/{sha}': ['post'],
};

const Json = z.record(z.string(), z.unknown());
const Whole = z.looseObject({
  openapi: z.string(),
  info: z.looseObject({ version: z.string() }),
  paths: z.record(z.string(), Json),
  components: z.record(z.string(), Json),
});

/** Examples and prose are most of the file, and nothing is checked against them. */
const prose = new Set(['example', 'examples', 'externalDocs', 'x-github']);

function bare(value: unknown, inProperties = false): unknown {
  if (Array.isArray(value)) return value.map((item) => bare(item));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .filter(
      ([key, item]) =>
        inProperties || !(prose.has(key) || (key === 'description' && typeof item === 'string')),
    )
    .map(([key, item]) => [key, bare(item, !inProperties && key === 'properties')] as const);
  return Object.fromEntries(entries);
}

function refsOf(value: unknown): string[] {
  return [...JSON.stringify(value).matchAll(/"\$ref":"#\/components\/([^"]+)"/g)].flatMap(
    ([, ref]) => ref ?? [],
  );
}

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('Which api.github.com.json?');
const whole = Whole.parse(JSON.parse(await readFile(file, 'utf8')));
const paths = Object.fromEntries(
  Object.entries(used).map(([path, verbs]) => {
    const item = whole.paths[path];
    if (!item) throw new Error(`The description has no ${path}.`);
    const kept = Object.entries(item).filter(([key]) => key === 'parameters' || verbs.includes(key));
    return [path, bare(Object.fromEntries(kept))];
  }),
);

const components: Record<string, Record<string, unknown>> = {};
for (const queue = refsOf(paths); ; ) {
  const ref = queue.pop();
  if (ref === undefined) break;
  const [kind = '', name = ''] = ref.split('/');
  if (components[kind]?.[name] !== undefined) continue;
  const found = bare(whole.components[kind]?.[name]);
  components[kind] = { ...components[kind], [name]: found };
  queue.push(...refsOf(found));
}
const { version } = whole.info;
const description = `A part of GitHub's OpenAPI description ${version}, from @octokit/openapi 23.0.2. Made by subset.ts.`;
const subset = { openapi: whole.openapi, info: { title: 'GitHub', version, description }, paths, components };
await writeFile(new URL('openapi.json', import.meta.url), `${JSON.stringify(subset)}\n`);
