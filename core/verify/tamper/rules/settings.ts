/** Configuration of checkers and of continuous integration: thresholds, rules, what is left out, what may fail. */

import type { Change } from '../change.ts';
import { readSettings, type Setting } from '../config/setting.ts';
import type { Suspicion } from '../finding.ts';
import { isPipeline, isTestPath } from '../path.ts';
import { standsAside } from './aside.ts';
import { budgetRaised } from './budgets.ts';
import { lintOff, notOurs, testConfigEdit, thresholdLowered, toleratesFailure } from './setting-kinds.ts';
import type { Swap } from './swap.ts';

/** Names of files that configure a checker. */
const configuration =
  /(^|\/)(\.?(eslint|biome|oxlint|tslint|stylelint|jest|vitest|vite|playwright|cypress|karma|ava|nyc|c8|mocha)(rc)?(\.config)?(\.[\w]+)*|\.(eslintrc|nycrc|mocharc|c8rc|coveragerc|pylintrc|flake8)(\.\w+)?|jest\.config\..*|tsconfig[\w.-]*\.json|package\.json|pyproject\.toml|setup\.cfg|tox\.ini|pytest\.ini|noxfile\.py|mypy\.ini|ruff\.toml|\.ruff\.toml|pyrightconfig\.json|\.golangci\.(ya?ml|toml|json)|Cargo\.toml|deny\.toml|clippy\.toml|\.clippy\.toml|nextest\.toml|tarpaulin\.toml|pom\.xml|build\.gradle(\.kts)?|checkstyle[\w-]*\.xml|pmd[\w-]*\.xml|spotbugs[\w-]*\.xml|\.cargo\/config(\.toml)?|\.pre-commit-config\.yaml|\.?codecov\.ya?ml|sonar-project\.properties|conftest\.py|stryker\.conf(ig)?\.\w+|\.?lighthouserc(\.\w+)?|budgets?\.json|\.size-limit(\.\w+)?|\.?bundle(size|watch)(rc|\.config)?(\.\w+)?|angular\.json|detekt[\w-]*\.ya?ml|\.testcoverage\.ya?ml)$/;

/** Whether a file configures how a project is checked. */
export const isConfiguration = (path: string): boolean => configuration.test(path);

/** Checks that were weakened in configuration. */
export function settingRules(change: Change): Suspicion[] {
  const { before, after } = change;
  const moved = {
    to: settingsOnlyIn(after, before),
    from: settingsOnlyIn(before, after),
    known: [...before]
      .flatMap(([path, text]) => (isConfiguration(path) ? text.slice(0, largest) : []))
      .join('\n'),
    tool: [...after.keys()].some((path) => isConfiguration(path) && !before.has(path)),
    tests: [...after.keys()].filter((path) => isTestPath(path) && !before.has(path)),
  };
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].flatMap((path): Suspicion[] => {
    const [was, is] = [before.get(path), after.get(path)];
    if (was === is || was === undefined) return [];
    if (!isConfiguration(path) && !isPipeline(path)) return [];
    if (is === undefined) return isPipeline(path) ? [] : removed(path, was, moved);
    return edited(path, readSettings(path, was), readSettings(path, is), moved).filter(
      ({ at }) => !standsAside(at, change),
    );
  });
}

/** A file of more than this is data. */
const largest = 200_000;

/** A rule of a plugin that nothing knew of before, `unicorn/no-null`, was never checked. */
function isOfNewPlugin({ path }: Setting, known: string): boolean {
  const ofMaven = /(?:^|\.)plugins\.([\w-]+-plugin)\./.exec(path)?.[1];
  if (ofMaven !== undefined) return !known.includes(ofMaven);
  const plugin = /(?:^|\.)@?([\w-]+)\/[\w/-]+$/.exec(path)?.[1];
  return plugin !== undefined && /(^|\.)rules\./.test(path) && !known.includes(plugin);
}

/** Whether a plugin checks what a rule that is off is about, by the rule of that name that takes its place. */
function hasTwin({ path, value }: Setting, all: readonly Setting[]): boolean {
  const rule = /(?:^|\.)rules\.([\w-]+)(?:\[\])?$/.exec(path)?.[1];
  if (rule === undefined || !/^(off|0)$/.test(value)) return false;
  return all.some(
    (one) =>
      /^(warn|error|1|2)$/.test(one.value) && /rules\..*\/([\w-]+)(?:\[\])?$/.exec(one.path)?.[1] === rule,
  );
}

/** Groups of lints of Clippy and of the compiler. */
const groups =
  /^(all|pedantic|nursery|restriction|cargo|style|complexity|perf|suspicious|correctness|warnings|unused|nonstandard_style|future_incompatible|rust_\d+_\w+)$/;

/** Whether a single lint of Rust is allowed of a group that is asked for along with it, and was not before. */
function isOfNewGroup({ path, value }: Setting, fresh: readonly Setting[]): boolean {
  const own = /^(.*\blints\.[\w-]+\.)([\w-]+)$/.exec(path);
  if (own === null || value !== 'allow' || groups.test(own[2] ?? '')) return false;
  const [, root = ''] = own;
  return fresh.some(
    (one) => one.path.startsWith(root) && groups.test(one.path.slice(root.length)) && one.value !== 'allow',
  );
}

/** Settings that have no counterpart in the same file of the other tree: where they went, or where they came from. */
interface Moved {
  readonly to: ReadonlySet<string>;
  readonly from: ReadonlySet<string>;
  /** All configuration of before, as it was written. */
  readonly known: string;
  /** Whether a file that configures a checker is new. */
  readonly tool: boolean;
  /** Files of tests that are new at their place. */
  readonly tests: readonly string[];
}

function settingsOnlyIn(tree: Change['before'], other: Change['before']): ReadonlySet<string> {
  return new Set(
    [...tree]
      .filter(([path, text]) => isConfiguration(path) && other.get(path) !== text)
      .flatMap(([path, text]) =>
        without(readSettings(path, text), readSettings(path, other.get(path) ?? '')).map(keyOf),
      ),
  );
}

const lastKey = (path: string) => path.slice(path.lastIndexOf('.', path.length - 1) + 1);
const uncovered = /(^|\.)(coveragePathIgnorePatterns|omit|coverage\.exclude)(\[\])?$/;
/** Of one value, a list and a plain setting say the same; and a glob that is left out says it with a mark, or by its key. */
function keyOf({ path, value }: Setting): string {
  const key = lastKey(path)
    .replace('[]', '')
    .replace(/^extend[-_]/, '');
  if (uncovered.test(path)) return `uncovered=${value}`;
  if (/^(True|False)$/.test(value)) return `${key}=${value.toLowerCase()}`;
  return key === 'collectCoverageFrom' && value.startsWith('!')
    ? `uncovered=${value.slice(1)}`
    : `${key}=${value}`;
}

function removed(path: string, was: string, moved: Moved): Suspicion[] {
  const at = { side: 'before', file: path, line: 1 } as const;
  const settings = readSettings(path, was);
  // Its rules went into another file, or it gave way to another tool.
  const values = settings.map(({ value }) => `=${value}`);
  if (values.every((value) => [...moved.to].some((one) => one.endsWith(value)))) return [];
  if (settings.length === 0 || moved.tool || settings.some((one) => moved.to.has(keyOf(one)))) return [];
  return [
    { at, kind: 'test-config-edit', severity: 'medium', message: 'The configuration of a checker is gone.' },
  ];
}

function edited(path: string, was: readonly Setting[], is: readonly Setting[], moved: Moved): Suspicion[] {
  const swaps = swapsOf(was, is).filter(({ before, after }) =>
    before
      ? !moved.to.has(keyOf(before)) && (after || !raised(before, moved))
      : after && !moved.from.has(keyOf(after)),
  );
  const globs = swaps.flatMap(({ after }) =>
    after && /(includes?|files)\[\]$/.test(after.path) ? [after.value] : [],
  );
  const generated = globs.length > 0 && globs.every((glob) => notOurs.test(glob));
  const fresh = swaps.flatMap(({ after }) => after ?? []);
  return swaps.flatMap((swap): Suspicion[] => {
    if (swap.before && saidByMore(path, swap.before, swap.after, fresh)) return [];
    if (followsTests(swap, moved)) return [];
    if (!swap.before && swap.after && chosenElsewhere(swap.after, is)) return [];
    if (swap.after && hasTwin(swap.after, is)) return [];
    if (!swap.before && swap.after && isOfNewGroup(swap.after, fresh)) return [];
    if (!swap.before && swap.after && isOfNewPlugin(swap.after, moved.known)) return [];
    if (generated && !swap.before && /^(overrides|\[\])/.test(swap.after?.path ?? '')) return [];
    const told =
      toleratesFailure(swap) ??
      thresholdLowered(path, swap) ??
      budgetRaised(path, swap) ??
      lintOff(path, swap) ??
      testConfigEdit(path, swap);
    return told === undefined ? [] : [{ ...told, ...placesOf(path, swap) }];
  });
}

/** Whether what one project leaves out is what another one takes. */
const chosenElsewhere = ({ path, value }: Setting, all: readonly Setting[]) =>
  /(^|\.)(exclude|testIgnore|testPathIgnorePatterns)\[\]$/.test(path) &&
  all.some((one) => /(^|\.)(include|testMatch|testRegex)\[\]$/.test(one.path) && one.value === value);

/** Whether a glob names a folder now that tests moved into. */
function followsTests({ before, after }: Swap, { tests }: Moved): boolean {
  const root = after?.value.split('*')[0]?.replace(/^(<rootDir>|\.)\//, '') ?? '';
  if (!before || !after?.path.endsWith('[]') || root === '') return false;
  return tests.some((path) => path.startsWith(after.value.includes('*') ? root : `${root}/`));
}

/** Of several options that one turns on, and linters that another took in. */
const parts: readonly { readonly whole: RegExp; readonly part: RegExp; readonly file: RegExp }[] = [
  {
    whole: /(^|\.)strict=true$/,
    part: /(^|\.)(disallow_|warn_|check_untyped|no_implicit_|strict_|noImplicitAny|noImplicitThis|strict[A-Z]|useUnknown)\w*=true$/,
    file: /mypy|pyproject|setup\.cfg|tsconfig/,
  },
  {
    whole: /(^|\.)id=(ruff|ruff-check|ruff-format|biome[\w-]*)$/,
    part: /(^|\.)id=(flake8|isort|pylint|black|pyupgrade|autoflake|pycodestyle|eslint|prettier)$/,
    file: /pre-commit/,
  },
  {
    whole: /^version=2$/,
    part: /enable\[\]=(gosimple|stylecheck|gofumpt|gofmt|goimports|gci|typecheck)$/,
    file: /golangci/,
  },
];

/** Whether what is no longer said of a checker is a part of what is said of it now: all strict options, a glob cut in two. */
function saidByMore(
  file: string,
  before: Setting,
  after: Setting | undefined,
  fresh: readonly Setting[],
): boolean {
  const text = ({ path, value }: Setting) => `${path}=${value}`;
  if (
    after === undefined &&
    parts.some(
      (one) =>
        one.file.test(file) && one.part.test(text(before)) && fresh.some((now) => one.whole.test(text(now))),
    )
  )
    return true;
  const [root = ''] = before.value.split('*');
  const cut = fresh.filter(
    ({ path, value }) => lastKey(path) === lastKey(before.path) && value !== root && value.startsWith(root),
  );
  return root !== before.value && root !== '' && cut.length > 1;
}

/** Whether a floor that is gone here stands elsewhere, as high or higher. */
function raised({ path, value }: Setting, { to }: Moved): boolean {
  if (!/^\d+(\.\d+)?$/.test(value)) return false;
  const key = keyOf({ path, value: '', line: 1 });
  return [...to].some((one) => one.startsWith(key) && Number(one.slice(key.length)) >= Number(value));
}

function placesOf(path: string, { before, after }: Swap): Pick<Suspicion, 'at' | 'was'> {
  const was = before && ({ side: 'before', file: path, line: before.line } as const);
  if (after) return { at: { side: 'after', file: path, line: after.line }, ...(was ? { was } : {}) };
  return { at: was ?? { side: 'after', file: path, line: 1 } };
}

/** What was there and is not, beside what is there at the same path and was not. */
function swapsOf(was: readonly Setting[], is: readonly Setting[]): Swap[] {
  const lost = without(was, is);
  const fresh = without(is, was);
  const byPath = new Map<string, Setting[]>();
  for (const one of fresh) {
    const list = byPath.get(one.path);
    if (list) list.push(one);
    else byPath.set(one.path, [one]);
  }
  const paired = lost.map((before): Swap => {
    const after = byPath.get(before.path)?.shift();
    return after ? { before, after } : { before, after: undefined };
  });
  return [...paired, ...[...byPath.values()].flat().map((after): Swap => ({ before: undefined, after }))];
}

function without(all: readonly Setting[], other: readonly Setting[]): Setting[] {
  const count = new Map<string, number>();
  const key = ({ path, value }: Setting) => `${path}\n${value}`;
  for (const one of other) count.set(key(one), (count.get(key(one)) ?? 0) + 1);
  return all.filter((one) => {
    const left = count.get(key(one)) ?? 0;
    count.set(key(one), left - 1);
    return left <= 0;
  });
}
