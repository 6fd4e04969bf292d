/**
 * The project's setup, once: what it leaves in the workspace is kept under the digest of what it read.
 *
 * Only the platform's own check of a base commit keeps anything; an agent's sandbox may use it, never write it.
 */
import { createHash } from 'node:crypto';
import { access, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { arch, platform, version } from 'node:process';
import { sandboxFolder } from '#adapters/process/bubblewrap.ts';
import type { CommandEnd } from '../commands/run.ts';
import type { Folders } from '../folders.ts';
import type { Gateway } from '../gateway.ts';
import type { Repository } from './repository.ts';
import { pack, unpack } from './tar.ts';

/** Manifests, lockfiles and toolchain files by name: what package managers read. */
const manifests = new Set(
  `package.json package-lock.json npm-shrinkwrap.json .npmrc yarn.lock .yarnrc .yarnrc.yml pnpm-lock.yaml
   pnpm-workspace.yaml .pnpmfile.cjs bun.lock bun.lockb bunfig.toml deno.json deno.lock lerna.json .nvmrc .node-version
   .tool-versions mise.toml pyproject.toml poetry.lock uv.lock Pipfile Pipfile.lock setup.py setup.cfg .python-version
   environment.yml go.mod go.sum go.work go.work.sum Cargo.toml Cargo.lock rust-toolchain rust-toolchain.toml Gemfile
   Gemfile.lock .ruby-version composer.json composer.lock pom.xml build.gradle build.gradle.kts settings.gradle
   settings.gradle.kts gradle.properties gradle.lockfile libs.versions.toml mix.exs mix.lock Package.swift
   Package.resolved Makefile justfile Taskfile.yml Directory.Packages.props packages.lock.json global.json`.split(
    /\s+/,
  ),
);

function isManifest(path: string): boolean {
  const name = basename(path);
  return (
    manifests.has(name) || /^(?:requirements|constraints)[\w.-]*\.(?:txt|in)$|\.(?:cs|fs)proj$/.test(name)
  );
}

/** Part of the digest: raise it when what a kept setup looks like changes. */
const layout = 'setup-2';

/** The digest of what a setup of this commit reads: manifests, what they and the command refer to, and the tools. */
export async function setupDigest(repository: Repository, treeish: string, command: string): Promise<string> {
  const files = await repository.files(treeish);
  const named = await referred(repository, files, command);
  const read = files.filter(
    ({ path }) => isManifest(path) || named.some((name) => path === name || path.startsWith(`${name}/`)),
  );
  const hash = createHash('sha256');
  hash.update(JSON.stringify([layout, command, version, platform, arch]));
  for (const { path, blob } of read.sort((a, b) => (a.path < b.path ? -1 : 1)))
    hash.update(`\n${blob} ${path}`);
  return hash.digest('hex');
}

/** Files and folders of the repository that a manifest names by `file:` or `link:`, or that the command names. */
async function referred(
  repository: Repository,
  files: readonly { path: string; blob: string }[],
  command: string,
): Promise<string[]> {
  const words = command.split(/[\s;&|()'"<>]+/).map((word) => word.replace(/^\.\//, ''));
  const named = words.filter((word) => files.some(({ path }) => path === word));
  for (const { path, blob } of files) {
    if (!/(?:^|\/)package(?:-lock)?\.json$/.test(path)) continue;
    const folder = path.includes('/') ? `${path.slice(0, path.lastIndexOf('/'))}/` : '';
    const text = (await repository.content(blob)).toString('utf8');
    for (const [, target = ''] of text.matchAll(/"(?:file|link):([^"]+)"/g)) {
      named.push(join(folder, target).replace(/\/$/, ''));
    }
  }
  return [...new Set(named)];
}

/** Puts a kept setup where it was made; false when there is none. */
export async function restoreSetup(gateway: Gateway, folders: Folders, digest: string): Promise<boolean> {
  const url = await gateway.setup(digest);
  if (url === null) return false;
  const path = join(folders.logs, 'setup.tar');
  await gateway.download(url, path);
  await unpack(path, folders.root);
  await rm(path, { force: true });
  return true;
}

/** What a setup may leave in the home folder without being needed again: downloads that are also in the workspace. */
const downloadCaches = new Set(['.npm', '.cache', '.yarn', '.config', '.node-gyp']);
/** Of `.cache` what later builds would make anew, a minute of processor each time: Go's packages, its standard library's too. */
const buildCaches = ['.cache/go-build'];

/**
 * Keeps what a setup made: everything in the workspace that git does not track, and what package managers keep in the
 * home folder (modules, crates, jars). Says why when it does not.
 */
export async function keepSetup(
  gateway: Gateway,
  repository: Repository,
  folders: Folders,
  digest: string,
): Promise<string | null> {
  const home = await madeAtHome(folders.home);
  const made = (await repository.untracked()).filter((path) => path !== '.git' && path !== '.git/');
  if (made.length + home.length === 0) return 'setup is not kept: it made nothing';
  if (folders.root !== sandboxFolder) {
    if (home.length > 0)
      return `setup is not kept: it left ${home.join(', ')} in a home folder that is another one each time`;
    if (await hasFixedPaths(made, folders.workspace))
      return 'setup is not kept: it made a virtual environment, which fits no other folder than this';
  }
  const path = join(folders.logs, 'setup.tar');
  const within = (folder: string, names: readonly string[]) => names.map((name) => join(folder, name));
  const all = [
    ...within(relative(folders.root, folders.workspace), made),
    ...within(relative(folders.root, folders.home), home),
  ];
  await pack(all, folders.root, path);
  const blob = await gateway.upload('setup', `${digest}.tar`, path);
  await rm(path, { force: true });
  await gateway.keepSetup(digest, blob);
  return null;
}

async function madeAtHome(home: string): Promise<string[]> {
  const names = (await readdir(home)).filter((name) => !downloadCaches.has(name));
  const caches = await Promise.all(
    buildCaches.map((name) =>
      access(join(home, name)).then(
        () => [name],
        () => [],
      ),
    ),
  );
  return [...names, ...caches.flat()];
}

/** A Python environment names its own folder in every script; only behind walls is that folder always the same. */
async function hasFixedPaths(made: readonly string[], workspace: string): Promise<boolean> {
  const marks = made.map((path) =>
    access(join(workspace, path, 'pyvenv.cfg')).then(
      () => true,
      () => false,
    ),
  );
  return (await Promise.all(marks)).includes(true);
}

/** The log of a setup that came from the cache, so that it too has one. */
export async function restoredLog(folders: Folders, digest: string, durationMs: number): Promise<CommandEnd> {
  const text = `Restored from the setup kept under ${digest}.\n`;
  const path = join(folders.logs, 'setup.log');
  await writeFile(path, text);
  const log = {
    path,
    digest: createHash('sha256').update(text).digest('hex'),
    bytes: Buffer.byteLength(text),
  };
  return {
    excerpt: text,
    omitted: 0,
    log,
    exitCode: 0,
    timedOut: false,
    stopped: false,
    cut: false,
    durationMs,
  };
}
