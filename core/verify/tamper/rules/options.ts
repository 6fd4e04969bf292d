/** What the options of a command mean for what it checks. */
import { isLonger } from '../config/duration.ts';
import type { Suspicion } from '../finding.ts';

type Told = Pick<Suspicion, 'kind' | 'severity' | 'message'>;

const leavingOut =
  /^(--ignore|--deselect|--ignore-glob|--testPathIgnorePatterns|--exclude|--skip|-skip|--grep-invert|-DskipTests|-DskipITs|-Dmaven\.test\.skip|--exclude-(task|tags?|groups?|category|testsuite)|-x)(=|$)/;
const lowering: Readonly<Record<string, 'minimum' | 'maximum'>> = {
  '--cov-fail-under': 'minimum',
  '--fail-under': 'minimum',
  '--fail-under-lines': 'minimum',
  '--coverage.thresholds.lines': 'minimum',
  '--lines': 'minimum',
  '--branches': 'minimum',
  '--max-warnings': 'maximum',
  '--max-complexity': 'maximum',
};

/** Settings that came along elsewhere, by the option of a command that they stand for. */
export type Held = ReadonlyMap<string, string>;

/** How a setting and the option that says the same are known as one: `--cov-fail-under=90`, `fail_under = 90`. */
export const plainOption = (name: string): string =>
  name
    .replace(/^--?(cov-|coverage\.thresholds\.)?/, '')
    .replaceAll('_', '-')
    .toLowerCase();

/** What the options of a command leave out, choose, repeat or permit that those of the command before did not. */
export function optionsWeakened(
  words: readonly string[],
  then: readonly string[],
  held: Held = new Map(),
): Told | undefined {
  return (
    testsWeakened(words, then, held) ??
    (then.length > 0 ? (chosen(words, then) ?? permitted(words, then)) : undefined) ??
    limitsLowered(words, then, held)
  );
}

/** `-W error`, `-Werror`. */
const asksErrors = (words: readonly string[]) =>
  words.some((word, at) => word === '-Werror' || (word === '-W' && words[at + 1] === 'error'));

/** By which tests are compiled, listed or collected, and not run. */
const onlyMakes = /^(--no-run|--collect-only|--co|--listTests|--list-tests|-DskipTestExecution)$/;

/** Options by which a runner finds more, or takes more for a failure. */
const sharpening =
  /^(-race|--strict-markers|--strict-config|--strict|--forbid-only|--fail-on-flaky-tests|--failOnFlakyTests|--check-leaks|--doctest-modules|--detect-async-leaks|--all-features|--workspace|--include-ignored)$/;

/** By which a runner takes whatever comes out for what is expected. */
const rewriting =
  /^(-u|--update(=all)?|--accept|--bless|--overwrite|--force-regen|--regen-all|--updateSnapshot|--update-snapshots?(=all)?|--snapshot-update|--inline-snapshot=(create|fix|update)[\w,]*|--update-goldens?|-update|INSTA_UPDATE=always|TRYBUILD=overwrite|(UPDATE_\w*(SNAPSHOTS?|GOLDENS?|EXPECT(ED)?|BASELINES?)|(SNAPSHOTS?|GOLDENS?)_UPDATE|BLESS)=['"]?(1|true|yes|all|always)['"]?)$/i;
/** Words that mean so only of a runner of tests. */
const ofRunner = /^(-u|--update(=all)?|--accept|--bless|--overwrite)$/;

const runsTests = (words: readonly string[]) =>
  /\b(tests?|jest|vitest|pytest|mvn|mvnw|gradlew?|cargo|go|tox)\b|addopts/.test(words.join(' '));

/** The option by which a command that compared writes what it would compare with. */
export function writesAnew(words: readonly string[], then: readonly string[]): string | undefined {
  // Of a program that starts the runner, `-u` is a user, and `--update` fetches it.
  const from = words.findIndex((word) => runner.test(word));
  const update = words.find(
    (word, at) =>
      rewriting.test(word) && !then.includes(word) && (!ofRunner.test(word) || (from >= 0 && from < at)),
  );
  return runsTests(words) && then.length > 0 ? update : undefined;
}

function testsWeakened(words: readonly string[], then: readonly string[], held: Held): Told | undefined {
  const known = new Set(then);
  const isTest = runsTests(words);
  const left = words.find((word) => isTest && leavingOut.test(word) && !known.has(word));
  // Of a list of what there is to test; of what a runner prints, nothing is left out.
  const listed = words.findIndex((word) =>
    /^(list|ls|ls-files|find|fd|git|echo|cat|printf|--list\S*)$/.test(word),
  );
  const grep = words.findIndex(
    (word, at) => word === 'grep' && words[at + 1] === '-v' && listed >= 0 && listed < at,
  );
  if (grep >= 0 && words.some((word) => runner.test(word)) && then.length > 0 && !known.has('grep'))
    return {
      kind: 'test-config-edit',
      severity: 'high',
      message: `Tests are left out (${words[grep + 2]}).`,
    };
  if (left) return { kind: 'test-config-edit', severity: 'high', message: `Tests are left out (${left}).` };
  const only = words.find((word) => onlyMakes.test(word) && !known.has(word));
  if (only && then.some((word) => runner.test(word)))
    return { kind: 'test-config-edit', severity: 'high', message: `Tests are no longer run (${only}).` };
  const strict = then.find((word) => sharpening.test(word) && !words.includes(word));
  const same = then.find(
    (word, at) => runner.test(word) && words.includes(word) && isProgram(word, then[at + 1]),
  );
  if (strict && same)
    return { kind: 'test-config-edit', severity: 'medium', message: `${same} is no longer given ${strict}.` };
  if (same && asksErrors(then) && !asksErrors(words) && held.get('filterwarnings[]') !== 'error')
    return { kind: 'test-config-edit', severity: 'medium', message: 'Warnings no longer fail the tests.' };
  const update = writesAnew(words, then);
  if (update)
    return {
      kind: 'test-config-edit',
      severity: 'high',
      message: `Expectations are written anew (${update}).`,
    };
  const again = words.find(
    (word) =>
      /^--(retries|reruns|retry|flaky-retries)(=|$)/.test(word) &&
      !then.some((old) => old.startsWith(word.split('=')[0] ?? word)),
  );
  if (again)
    return {
      kind: 'test-config-edit',
      severity: 'medium',
      message: `Failed tests are run again until they pass (${again}).`,
    };
  return undefined;
}

/** By which a runner takes some tests only. */
const choosing =
  /^(-{1,2}run|-k|-m|-t|-g|-f|--grep|--testNamePattern|--test-name-pattern|--testPathPatterns?|--tests|--filter|--test|--lib|--bins|--markers|--tags?|--group|--groups|--dir|--shard|-short|-Dtest|-Dgroups|-Dit\.test|-o|--onlyChanged|--only-changed|--changed|--changedSince|--lastCommit|--onlyFailures|--last-failed|--lf|--testmon|--picked|--findRelatedTests|--related)(=|$)/;
const runner =
  /^(pytest|jest|vitest|mocha|ava|tap|jasmine|tests?|nextest|unittest|playwright|addopts|verify|check)$/;

/** Of what installs: the next word names what is to be there. */
const givesGroup = /^--?(only-)?(group|extra|with|env|e)$/;

/** A runner that took all tests takes those of a name, a mark or a folder now. */
function chosen(words: readonly string[], then: readonly string[]): Told | undefined {
  // What stands behind an option may be its value: before, that is taken for a path, now it is not.
  const [was, is] = [argumentsOf(then, true), argumentsOf(words, false)];
  if (was === undefined || is === undefined || !was.names.some((name) => is.names.includes(name)))
    return undefined;
  const tell = (what: string): Told => ({
    kind: 'test-config-edit',
    severity: 'high',
    message: `Only some of the tests are run now (${what}).`,
  });
  const option = is.options.find(
    // A shard whose number the pipeline gives is one of all.
    (one) =>
      choosing.test(one) &&
      // pytest takes a setting by it.
      !(one === '-o' && is.names.some((name) => /^(pytest|addopts)$/.test(name))) &&
      !(/^--shard=/.test(one) && one.includes('$')) &&
      !was.options.some((old) => old.split('=')[0] === one.split('=')[0]),
  );
  if (option) return tell(option);
  const all = was.paths.find((path) => path.endsWith('./...'));
  if (all && is.paths.length > 0 && !is.paths.includes(all)) return tell(is.paths.join(' '));
  // The folder of all tests is no choice among them.
  const path = is.paths.find((one) => !/^(\.\/)?tests?\/$/.test(one));
  return path && was.paths.length === 0 ? tell(path) : undefined;
}

interface Arguments {
  readonly names: readonly string[];
  readonly options: readonly string[];
  /** What is given without an option, where it names files. */
  readonly paths: readonly string[];
}

/** What follows the runner, up to the end of its command. */
function argumentsOf(words: readonly string[], behindOptions: boolean): Arguments | undefined {
  const at = words.findIndex(
    (word, index) =>
      runner.test(word) &&
      isProgram(word, words[index + 1]) &&
      // `ruff check src/` looks at code.
      !(word === 'check' && linter.test(words[index - 1] ?? '')) &&
      !givesGroup.test(words[index - 1] ?? ''),
  );
  if (at < 0) return undefined;
  const length = words.slice(at).findIndex((word) => /^(;|\|\|?|&&?)$/.test(word));
  const own = words.slice(at, length < 0 ? undefined : at + length);
  const isPath = (word: string, index: number) =>
    /^[\w.@*][^=:$]*\/|\.(py|[cm]?[jt]sx?|rs|go)$/.test(word) &&
    (behindOptions ||
      !(own[index - 1]?.startsWith('-') && own[index - 1] !== '--' && !own[index - 1]?.includes('=')));
  return {
    names: own.filter((word) => runner.test(word)),
    options: [...words.slice(0, at).filter((word) => word.startsWith('-D')), ...own].filter((word) =>
      word.startsWith('-'),
    ),
    paths: own.filter((word, index) => index > 0 && isPath(word, index)),
  };
}

const linter =
  /^(clippy|eslint|ruff|flake8|mypy|pylint|golangci-lint|tsc|biome|oxlint|pyright|staticcheck|stylelint|checkstyle|RUSTFLAGS:?|rustflags|([\w.]*\.)?compilerArgs(\.\w+)?)$/;
const denying = /^(-D|--deny|-F|--forbid|-W?error|--error-on-warnings|--strict|--noEmitOnError|-D[a-z]\w+)$/;
const allowing =
  /^(-A|--allow|--ignore|--extend-ignore|--disable|--disable-all|--exclude|--extend-exclude|--skip|-A[a-z]\w+|--ignore-missing-imports|--ignore-pattern|--quiet|--no-inline-config|--skipLibCheck)(=|$)/;

/** A linter that refused less, or permits more. */
function permitted(words: readonly string[], then: readonly string[]): Told | undefined {
  if (!words.some((word) => linter.test(word) && then.includes(word))) return undefined;
  const lost = then.find((word) => denying.test(word) && !words.includes(word));
  const fresh = words.find(
    (word) => allowing.test(word) && !then.some((old) => old.split('=')[0] === word.split('=')[0]),
  );
  if (lost === undefined && fresh === undefined) return undefined;
  const how = fresh ? `is given ${fresh}` : `no longer has ${lost}`;
  return { kind: 'disabled-lint', severity: 'medium', message: `A linter ${how}.` };
}

/** The name of a script, `"test": …`, is none. */
const isProgram = (word: string, next = '') =>
  (runner.test(word) || linter.test(word)) && !next.startsWith(':');

/** How long one test, or all of them, may take. */
const limiting = /^--?(test-?|hook-?|global-?)?timeout$/i;

function limitsLowered(words: readonly string[], then: readonly string[], elsewhere: Held): Told | undefined {
  const program = then.find((word, at) => isProgram(word, then[at + 1]));
  // Another tool has other options.
  if (program && !words.includes(program)) return undefined;
  const limit = then.map((word) => word.split('=')[0] ?? '').find((word) => program && limiting.test(word));
  const [shorter, longer] = [textAfter(then, limit), textAfter(words, limit)];
  if (isLonger(shorter, longer))
    return {
      kind: 'widened-timeout',
      severity: 'medium',
      message: `${limit} went from ${shorter} to ${longer}.`,
    };
  const spared = then.some((word) => auditor.test(word) && words.includes(word))
    ? graver(words, then)
    : undefined;
  if (spared) return spared;
  const held = holding.find((option) => then.includes(option));
  const kept =
    holding.some((option) => words.includes(option)) || elsewhere.get(plainOption(holding[0])) === 'true';
  const measurer = program ?? then.find((word) => /^(c8|nyc)$/.test(word));
  if (measurer && held && !kept && words.includes(measurer))
    return { kind: 'lowered-threshold', severity: 'medium', message: `${held} is gone.` };
  for (const [option, direction] of Object.entries(lowering)) {
    const told = Number(elsewhere.get(plainOption(option)) ?? Number.NaN);
    const was = optionValue(then, option);
    const is = optionValue(words, option) ?? (Number.isNaN(told) ? undefined : told);
    if (was === undefined || (is === undefined && !words.includes(then[0] ?? ''))) continue;
    const worse = is === undefined || (direction === 'minimum' ? is < was : is > was);
    if (worse)
      return {
        kind: 'lowered-threshold',
        severity: 'medium',
        message: `${option} went from ${was} to ${is ?? 'none'}.`,
      };
  }
  return undefined;
}

/** By which coverage is held against a minimum, and not only measured; the second asks for all of it. */
const holding = ['--check-coverage', '--100'] as const;

const auditor = /^(audit|snyk|trivy|grype|osv-scanner|npm-audit|audit-ci|bandit|semgrep)$/;
const levels = ['info', 'low', 'moderate', 'high', 'critical'];
const leveled =
  /^--(audit-level|severity|severity-threshold|minimum-severity|min-severity|fail-on|fail-on-severity)$/;

/** An audit that only fails for graver findings than before: `--audit-level`, `--severity HIGH,CRITICAL`. */
function graver(words: readonly string[], then: readonly string[]): Told | undefined {
  const option = then.map((word) => word.split('=')[0] ?? '').find((word) => leveled.test(word));
  const [was, is] = [leastOf(then, option), leastOf(words, option)];
  return was !== undefined && is !== undefined && is > was
    ? {
        kind: 'lowered-threshold',
        severity: 'medium',
        message: `${option} went from ${levels[was]} to ${levels[is]}.`,
      }
    : undefined;
}

function leastOf(words: readonly string[], option: string | undefined): number | undefined {
  const at = words.findIndex((word) => word === option || word.startsWith(`${option}=`));
  if (at < 0 || option === undefined) return undefined;
  const given = [words[at]?.slice(option.length + 1) ?? '', ...words.slice(at + 1)].filter(
    (word) => word !== '',
  );
  const end = given.findIndex((word) => levelOf(word) < 0);
  const ranks = given.slice(0, end < 0 ? undefined : end).map(levelOf);
  return ranks.length === 0 ? undefined : Math.min(...ranks);
}

const levelOf = (word: string) => levels.indexOf(word.toLowerCase().replace('medium', 'moderate'));

/** What an option is given, as it is written. */
function textAfter(words: readonly string[], option: string | undefined): string {
  const at = words.findIndex((word) => word === option || word.startsWith(`${option}=`));
  return at < 0 || option === undefined ? '' : words[at]?.slice(option.length + 1) || (words[at + 1] ?? '');
}

function optionValue(words: readonly string[], option: string): number | undefined {
  const at = words.findIndex((word) => word === option || word.startsWith(`${option}=`));
  if (at < 0) return undefined;
  const value = Number(words[at]?.slice(option.length + 1) || words[at + 1]);
  return Number.isNaN(value) ? undefined : value;
}
