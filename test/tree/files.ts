import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A file of the tree: its path from the root with `/`, and its text. */
export interface SourceText {
  readonly path: string;
  readonly text: string;
}

/** Something a rule refuses: where, and what is wrong. Line 0 means the file or folder itself. */
export interface Offence {
  readonly path: string;
  readonly line: number;
  readonly what: string;
}

/** The root of the tree, with a trailing slash. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The rooms that hold product code; `test` and the root's configuration are measured apart. */
export const PRODUCT = ['core', 'adapters', 'functions', 'containers', 'infra', 'local', 'cli', 'web'];

/** One line an offence, `path:line what`, sorted, so that an empty array is the only way to pass. */
export function report(offences: readonly Offence[]): string[] {
  return offences.map((offence) => `${offence.path}:${offence.line} ${offence.what}`).sort();
}

/** All files and folders (folders end in `/`) below the root, without what `.gitignore` names and `.git`. */
export function walk(root: string): string[] {
  const ignored = new Set(['.git', ...ignoredFolders(readFileSync(`${root}.gitignore`, 'utf8'))]);
  const found: string[] = [];
  const visit = (folder: string): void => {
    for (const entry of readdirSync(root + folder, { withFileTypes: true })) {
      if (ignored.has(entry.name)) continue;
      const path = folder + entry.name;
      found.push(entry.isDirectory() ? `${path}/` : path);
      if (entry.isDirectory()) visit(`${path}/`);
    }
  };
  visit('');
  return found;
}

/** The plain folder names of a `.gitignore` (`dist/`); patterns are none of our business here. */
export function ignoredFolders(gitignore: string): string[] {
  return gitignore
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^[^*#!]+\/$/.test(line))
    .map((line) => line.slice(0, -1).replace(/^\//, ''));
}

/** Exempt from every rule: what is generated, and the sample repositories (somebody else's code, so to speak). */
export function isExempt(path: string): boolean {
  return /\.generated\.tsx?$/.test(path) || path.startsWith('local/sample/');
}

/** True for code that ships: TypeScript of the rooms, and the build script. */
export function isProduct(path: string): boolean {
  if (path.endsWith('.d.ts')) return false;
  return path === 'build.mjs' || (/\.(ts|tsx|mts)$/.test(path) && PRODUCT.includes(roomOf(path)));
}

/** The top-level folder of a path, or '' for a file of the root. */
export function roomOf(path: string): string {
  const slash = path.indexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

/** Reads the code of the tree: product code and tests, without what is exempt. */
export function readCode(root: string): SourceText[] {
  return walk(root)
    .filter((path) => !isExempt(path) && (isProduct(path) || /^test\/.*\.tsx?$/.test(path)))
    .map((path) => ({ path, text: readFileSync(root + path, 'utf8') }));
}
