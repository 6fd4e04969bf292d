/**
 * Who may import whom (DESIGN, "The rooms"): `core ◀ adapters ◀ functions ◀ local ◀ cli`, and the side rooms.
 * Pure: takes the sources and the aliases of package.json, returns offences.
 */
import ts from 'sample-typescript';
import type { Offence, SourceText } from './files.ts';
import { roomOf } from './files.ts';

/** Package imports, `#core/` → `core/`. */
export type Aliases = Readonly<Record<string, string>>;

/** One import: where it stands, what it says, and the file of the tree it means (undefined: a package or a builtin). */
interface Import {
  readonly path: string;
  readonly line: number;
  readonly specifier: string;
  readonly target: string | undefined;
}

/** Reads the `imports` of a package.json, `"#core/*": "./core/*"`, as prefixes. */
export function aliasesOf(imports: Readonly<Record<string, string>>): Aliases {
  return Object.fromEntries(
    Object.entries(imports).map(([from, to]) => [
      from.replace(/\*$/, ''),
      to.replace(/^\.\//, '').replace(/\*$/, ''),
    ]),
  );
}

/** Every import, re-export, `import()` and `require()` with a literal path. */
export function importsOf(source: SourceText, aliases: Aliases): Import[] {
  const { importedFiles } = ts.preProcessFile(source.text, true, true);
  return importedFiles.map(({ fileName, pos }) => ({
    path: source.path,
    line: source.text.slice(0, pos).split('\n').length,
    specifier: fileName,
    target: resolve(source.path, fileName, aliases),
  }));
}

function resolve(from: string, specifier: string, aliases: Aliases): string | undefined {
  const clean = specifier.replace(/\?.*$/, '');
  for (const [prefix, folder] of Object.entries(aliases)) {
    if (clean.startsWith(prefix)) return folder + clean.slice(prefix.length);
  }
  if (!clean.startsWith('.')) return undefined;
  const parts = from.split('/').slice(0, -1);
  for (const part of clean.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/** Everything the arrows refuse, cycles of core included. */
export function checkArrows(sources: readonly SourceText[], aliases: Aliases): Offence[] {
  const imports = sources.flatMap((source) => importsOf(source, aliases));
  const offences = imports.flatMap((one): Offence[] => {
    const what = refusal(one) ?? crossing(one, aliases);
    return what === undefined
      ? []
      : [{ path: one.path, line: one.line, what: `imports ${one.specifier}: ${what}` }];
  });
  return [...offences, ...cycles(imports.filter((one) => roomOf(one.path) === 'core'))];
}

/** What each room may reach besides itself; rooms not named here (test, the root's files) may reach all. */
const REACH: Readonly<Record<string, readonly string[]>> = {
  core: [],
  adapters: ['core'],
  functions: ['core', 'adapters'],
  local: ['core', 'adapters', 'functions'],
  cli: ['core', 'adapters', 'functions', 'local'],
  containers: ['core', 'adapters'],
};

/** Data of the core that stacks are made from (docs/adr/0007). */
const TABLES = ['core/project/registries.ts', 'core/cost/forecast.ts'];

function refusal({ path, specifier, target }: Import): string | undefined {
  const room = roomOf(path);
  if (target === undefined) {
    if (room !== 'core' || specifier === 'zod' || specifier.startsWith('zod/')) return undefined;
    return 'core imports only zod and itself';
  }
  const to = roomOf(target);
  if (to === room) return sibling(room, path, target);
  if (room === 'web') {
    return /^core\/(api|events)\//.test(target) ? undefined : 'web imports only core/api and core/events';
  }
  if (room === 'infra') {
    return /(^|\/)env\.ts$/.test(target) || target.startsWith('core/events/') || TABLES.includes(target)
      ? undefined
      : 'infra imports only */env.ts and core/events';
  }
  const reach = REACH[room];
  return reach === undefined || reach.includes(to)
    ? undefined
    : `${room} may reach ${reach.join(', ') || 'nothing'} only`;
}

/** Functions and containers are deployed one by one, so what two of them need belongs in core or adapters. */
function sibling(room: string, path: string, target: string): string | undefined {
  if (room !== 'functions' && room !== 'containers') return undefined;
  return path.split('/')[1] === target.split('/')[1] ? undefined : `${room} never import each other`;
}

function crossing({ path, specifier, target }: Import, aliases: Aliases): string | undefined {
  if (target === undefined || !specifier.startsWith('.') || roomOf(target) === roomOf(path)) return undefined;
  const alias = Object.entries(aliases).find(([, folder]) => target.startsWith(folder));
  return alias === undefined
    ? undefined
    : `a relative import leaves ${roomOf(path) || 'the root'}, write ${alias[0]}…`;
}

/** Import cycles between files, each told once, from its alphabetically first file. */
function cycles(imports: readonly Import[]): Offence[] {
  const next = new Map<string, Import[]>();
  for (const one of imports) next.set(one.path, [...(next.get(one.path) ?? []), one]);
  const done = new Set<string>();
  const found = new Map<string, Offence>();
  const visit = (path: string, trail: readonly string[]): void => {
    if (done.has(path)) return;
    for (const { target, line } of next.get(path) ?? []) {
      if (target === undefined) continue;
      const start = [...trail, path].indexOf(target);
      if (start < 0) {
        visit(target, [...trail, path]);
        continue;
      }
      const members = [...trail, path].slice(start);
      const key = [...members].sort().join();
      if (!found.has(key))
        found.set(key, { path, line, what: `import cycle ${[...members, target].join(' → ')}` });
    }
    done.add(path);
  };
  for (const path of [...next.keys()].sort()) visit(path, []);
  return [...found.values()];
}
