/** Targets of cargo: tests that it no longer finds, and tests whose program is no longer made to run them. */
import type { Change } from '../change.ts';
import type { Suspicion, Tree } from '../finding.ts';

/** Tests that a manifest leaves out. */
export function cargoRules({ before, after }: Change): Suspicion[] {
  return [...after].flatMap(([path, text]): Suspicion[] => {
    const was = before.get(path);
    if (!/(^|\/)Cargo\.toml$/.test(path) || was === undefined || was === text || text.length > largest)
      return [];
    const folder = path.slice(0, path.lastIndexOf('/') + 1);
    const [then, now] = [readManifest(was, folder), readManifest(text, folder)];
    return [
      ...searchesNoMore(path, then, now, after),
      ...targetsGone(path, then, now, { before, after }),
      ...withoutHarness(path, then, now, { before, after }),
    ];
  });
}

/** A file of more than this is data. */
const largest = 200_000;

interface Target {
  readonly line: number;
  /** The files that it may be made from; where the manifest names none, cargo looks at two places. */
  readonly files: readonly string[];
  /** The line that says that the program runs its tests itself. */
  readonly harness: number | undefined;
}

interface Manifest {
  readonly folder: string;
  /** The line that keeps cargo from looking for tests. */
  readonly unsearched: number | undefined;
  readonly tests: readonly Target[];
  readonly lib: Target | undefined;
}

interface Section {
  readonly name: string;
  readonly line: number;
  readonly values: ReadonlyMap<string, { readonly value: string; readonly line: number }>;
}

function sectionsOf(text: string): Section[] {
  const found: { name: string; line: number; values: Map<string, { value: string; line: number }> }[] = [];
  text.split('\n').forEach((raw, index) => {
    const line = raw.slice(0, 2000).trim();
    const name = /^\[+\s*([\w.-]+)\s*\]+/.exec(line)?.[1];
    if (name !== undefined) found.push({ name, line: index + 1, values: new Map() });
    const [, key, value] = /^([\w-]+)\s*=\s*"?([^"#]*?)"?\s*(?:#.*)?$/.exec(line) ?? [];
    if (key !== undefined) found.at(-1)?.values.set(key, { value: value ?? '', line: index + 1 });
  });
  return found;
}

function readManifest(text: string, folder: string): Manifest {
  const sections = sectionsOf(text);
  const lib = sections.find(({ name }) => name === 'lib');
  const search = sections.find(({ name }) => name === 'package')?.values.get('autotests');
  return {
    folder,
    unsearched: search?.value === 'false' ? search.line : undefined,
    tests: sections.filter(({ name }) => name === 'test').map((one) => targetOf(one, folder)),
    lib: lib && targetOf(lib, folder),
  };
}

function targetOf({ line, name: kind, values }: Section, folder: string): Target {
  const [name, path, harness] = ['name', 'path', 'harness'].map((key) => values.get(key));
  const usual = kind === 'lib' ? ['src/lib.rs'] : [`tests/${name?.value}.rs`, `tests/${name?.value}/main.rs`];
  const files = (path ? [path.value.replace(/^\.\//, '')] : usual).map((file) => folder + file);
  return { line, files, harness: harness?.value === 'false' ? harness.line : undefined };
}

const tell = (at: Suspicion['at'], message: string): Suspicion => ({
  at,
  kind: 'test-config-edit',
  severity: 'high',
  message,
});

/** Cargo looks for tests no longer, and not every one is named. */
function searchesNoMore(file: string, then: Manifest, now: Manifest, after: Tree): Suspicion[] {
  if (now.unsearched === undefined || then.unsearched !== undefined) return [];
  const named = then.tests.some(({ files }) => files.some((one) => after.has(one)));
  const programs = [...after.keys()].filter((path) => isProgram(path, now.folder));
  const lost = programs.find((path) => !isNamed(path, now, after));
  if (lost === undefined && (now.tests.length > 0 || !named)) return [];
  const which = lost === undefined ? 'None of its tests is' : `${lost} is not`;
  return [
    tell(
      { side: 'after', file, line: now.unsearched },
      `Cargo no longer looks for tests. ${which} named here.`,
    ),
  ];
}

/** `tests/a.rs`, `tests/a/main.rs`: what cargo makes a program of by itself. */
const isProgram = (path: string, folder: string) =>
  path.startsWith(`${folder}tests/`) &&
  /^[^/]+(\.rs|\/main\.rs)$/.test(path.slice(folder.length + 'tests/'.length));

/** Whether a target is made from a file, or from one that takes it in as a module. */
function isNamed(path: string, { tests }: Manifest, after: Tree): boolean {
  const module = /([^/]+)\.rs$/.exec(path)?.[1] ?? '';
  const takesIn = new RegExp(
    `\\bmod\\s+${module.replace(/\W/g, '')}\\s*[;{]|"[^"]*\\b${module.replace(/\W/g, '.')}\\.rs"`,
  );
  const files = tests.flatMap((one) => one.files);
  return files.includes(path) || files.some((one) => takesIn.test(after.get(one) ?? ''));
}

/** A target that is named no longer where cargo looks for none, though what it is made from stays. */
function targetsGone(
  file: string,
  then: Manifest,
  now: Manifest,
  { before, after }: Pick<Change, 'before' | 'after'>,
): Suspicion[] {
  if (now.unsearched === undefined || then.unsearched === undefined) return [];
  return then.tests
    .filter(({ files }) => !files.some((one) => isNamed(one, now, after)))
    .filter(({ files }) => !files.some((one) => before.has(one) && !after.has(one)))
    .map(({ line, files: [first] }) =>
      tell({ side: 'before', file, line }, `${first} is no target any more, and cargo looks for none.`),
    );
}

const marked = /#\[(\w+::)*(test|rstest|test_case|quickcheck)\b|\bproptest!/;

/** A program that held tests and is to run them by itself now, which it does not: they stand there as they stood. */
function withoutHarness(
  file: string,
  then: Manifest,
  now: Manifest,
  { before, after }: Pick<Change, 'before' | 'after'>,
): Suspicion[] {
  const targets = [...now.tests, ...(now.lib ? [now.lib] : [])];
  const old = [...then.tests, ...(then.lib ? [then.lib] : [])];
  return targets.flatMap(({ harness, files }): Suspicion[] => {
    if (harness === undefined) return [];
    const same = old.find((one) => one.files.some((path) => files.includes(path)));
    if (same?.harness !== undefined) return [];
    const path = files.find((one) => after.has(one));
    const was = before.get(path ?? '');
    const held =
      path === undefined ? same !== undefined : marked.test(was ?? '') && marked.test(after.get(path) ?? '');
    return held
      ? [
          tell(
            { side: 'after', file, line: harness },
            `The tests of ${path ?? files[0]} are run by nothing (harness).`,
          ),
        ]
      : [];
  });
}
