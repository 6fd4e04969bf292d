/** What it means that one setting took the place of another, came or went. */

import { isLonger } from '../config/duration.ts';
import type { Setting } from '../config/setting.ts';
import { licences } from '../config/xml.ts';
import { type Swap, type Told, tellsOf } from './swap.ts';

const truth = (setting: Setting | undefined) => /^(true|yes|on|1)$/i.test(setting?.value ?? '');
const pathOf = (swap: Swap) => tellsOf(swap).path;
const keyOf = (swap: Swap) => tellsOf(swap).key;

const tolerating =
  /^(continue-on-error|continueOnError|allow_failure|testFailureIgnore|ignoreFailures|passWithNoTests|maven\.test\.failure\.ignore|failOnViolation|failIfNoTests|failsOnError|failOnError|haltonfailure|haltOnFailure|dangerouslyIgnoreUnhandledErrors)$/;

/** Settings under which a failure is no failure. */
export function toleratesFailure(swap: Swap): Told | undefined {
  const key = keyOf(swap);
  if (/(^|\.)allow_failure\.exit_codes/.test(pathOf(swap)) && swap.after && !swap.before)
    return {
      kind: 'swallowed-failure',
      severity: 'high',
      message: `Code ${swap.after.value} of a job is no failure.`,
    };
  if (!tolerating.test(key) || swap.after === undefined) return undefined;
  const bad = /^(fail|halt)/.test(key) ? !truth(swap.after) : truth(swap.after);
  return bad
    ? { kind: 'swallowed-failure', severity: 'high', message: `${key} lets a failed check pass.` }
    : undefined;
}

const minimum =
  /^(branches|functions|lines|statements|fail_under|fail-under|minimum|min_coverage|minimum_coverage|cov-fail-under|target|coverage|perFile|global|break|mutationThreshold|coverageThreshold|jacoco\.minimum|value)$/i;
const within = /coverage|threshold|jacoco|codecov|report|nyc|c8|violationRules|limit|rule|status/i;
const maximum =
  /^(max-warnings|max-lines|max-lines-per-function|complexity|max-complexity|max_complexity|max-depth|max-params|max-line-length|max-statements|maxWarnings|cognitive-complexity-threshold|too-many-lines-threshold|too-many-arguments-threshold|cyclomatic-complexity|maxAllowedViolations|maxIssues)$/;

const numeric = (value: string | undefined) =>
  value !== undefined && /^-?[\d.]+(%|".toBigDecimal\(\))?$/.test(value.replace(/^"/, ''))
    ? Number.parseFloat(value.replace(/^"/, ''))
    : undefined;

/** A minimum that is lower or gone, a maximum that is higher or gone. */
export function thresholdLowered(file: string, swap: Swap): Told | undefined {
  const key = keyOf(swap);
  const was = numeric(swap.before?.value);
  const is = numeric(swap.after?.value);
  const tell = (message: string): Told => ({ kind: 'lowered-threshold', severity: 'medium', message });
  if (/^check-?coverage$/i.test(key) && truth(swap.before) && !truth(swap.after))
    return tell('Coverage is measured, and no longer held against a minimum.');
  if (key === 'informational' && truth(swap.after)) return tell('A coverage status only informs now.');
  if (was === undefined) return undefined;
  if (key === 'threshold' && /status/.test(pathOf(swap)) && is !== undefined && is > was)
    return tell(`Coverage may drop by ${is} now.`);
  const isMinimum =
    /fail[_-]under/.test(key) ||
    /^(minimum|minBound|minValue)$/.test(key) ||
    (minimum.test(key) && within.test(pathOf(swap))) ||
    (/testcoverage/.test(file) && /^threshold\./.test(pathOf(swap)));
  if (isMinimum && (is === undefined || is < was))
    return tell(`The minimum ${key} went from ${was} to ${is ?? 'none'}.`);
  // In lint rules the first number of a list may be the severity, which lies between 0 and 2.
  const isLimit = /checkstyle|pmd/.test(file) && /property\.value$/.test(pathOf(swap));
  const isMaximum = (maximum.test(key) && (was > 2 || key === 'maxIssues')) || isLimit;
  if (isMaximum && is !== undefined && is > was) return tell(`The maximum ${key} went from ${was} to ${is}.`);
  return undefined;
}

const off = /^(off|0|allow|none|false|ignore)$/;
const on = /^(error|warn|warning|on|1|2|deny|true)$/;
const rank = (value: string | undefined) =>
  value === undefined
    ? undefined
    : off.test(value)
      ? 0
      : value === 'forbid'
        ? 3
        : /^(warn|warning|1|info)$/.test(value)
          ? 1
          : on.test(value)
            ? 2
            : undefined;

const strictness =
  /^(strict|noImplicitAny|strictNullChecks|strictFunctionTypes|strictBindCallApply|strictPropertyInitialization|noUncheckedIndexedAccess|noImplicitReturns|noFallthroughCasesInSwitch|noUnusedLocals|noUnusedParameters|exactOptionalPropertyTypes|noImplicitOverride|useUnknownInCatchVariables|noImplicitThis|checkJs|disallow_\w+|warn_\w+|check_untyped_defs|no_implicit_optional|strict_\w+|strict_optional|enabled|active|recommended)$/;
/** Options that `strict` turns on. */
const strictParts = /^(noImplicitAny|strict[A-Z]\w+|noImplicitThis|useUnknownInCatchVariables|alwaysStrict)$/;
/** What nobody wrote by hand, or no product ships. */
export const notOurs =
  /(^|[/*.{,])(dist|build|out|coverage|node_modules|vendor|third_party|generated|__generated__|\.next|target|public|fixtures|__snapshots__)\b|\.min\.|\.d\.ts|\.gen\./;
/** What nobody ships, by its path: tests and what they need, examples, documents, what was generated. */
export const notProduct = (glob: string): boolean =>
  notOurs.test(glob) || /test|mock|example|script|docs|migrations|conftest/i.test(glob);
const hooks =
  /^(mypy|ruff|flake8|eslint|biome|pylint|black|isort|clippy|cargo-check|golangci-lint|shellcheck|bandit|pyright|tsc|gitleaks|detect-secrets|hadolint|prettier|check-\w+)/;
const leniency =
  /^(skipLibCheck|ignore_errors|allow_untyped_\w+|suppressImplicitAnyIndexErrors|disable-all|skip)$/;
const leftOut =
  /^(ignore|extend-ignore|extend_ignore|disable|disabled|per-file-ignores|disable_error_code|ignores|ignorePatterns|suppressions)$/;
const chosen = /^(select|extend-select|enable|extends)$/;

/** Rules of linters and type checkers that are off, weaker, or no longer chosen. */
export function lintOff(file: string, swap: Swap): Told | undefined {
  const key = keyOf(swap);
  const path = pathOf(swap);
  const tell = (message: string): Told => ({ kind: 'disabled-lint', severity: 'medium', message });
  if (/pre-commit/.test(file) && key === 'id' && swap.before && !swap.after && hooks.test(swap.before.value))
    return tell(`The hook ${swap.before.value} is gone.`);
  if (/pre-commit/.test(file) && key === 'exclude' && swap.after && !notProduct(swap.after.value))
    return tell(`${swap.after.value} is left out of a hook.`);
  if (/(^|\.)(rules|lints|linter)(\.|$|\[)/.test(path) || /lints/.test(path)) {
    // Of a rule's options a number is no severity.
    const isOption = /\[\]\.\w+$/.test(path);
    const [was, is] = isOption ? [] : [rank(swap.before?.value), rank(swap.after?.value)];
    if (is !== undefined && is < (was ?? (is === 0 ? 1 : 0)))
      return tell(
        `The rule ${key} went from ${swap.before?.value ?? 'its default'} to ${swap.after?.value}.`,
      );
    if (was !== undefined && was > 0 && swap.after === undefined && /rules|lints/.test(path))
      return tell(`The rule ${key} is no longer set.`);
  }
  const linter =
    /eslint|biome|tslint|oxlint|ruff|flake8|pylint|golangci|mypy|pyright|tsconfig|checkstyle|pmd|spotbugs|japicmp|clirr|revapi|clippy|detekt|deny\.toml/.test(
      file + path,
    );
  if (!linter) return undefined;
  if (strictness.test(key) && truth(swap.before) && !truth(swap.after))
    return tell(`${key} is no longer on.`);
  if (strictParts.test(key) && !swap.before && swap.after?.value === 'false') return tell(`${key} is off.`);
  // A dependency without types is asked for by its name; of all modules it says nothing is checked.
  if (/^(tool\.)?mypy\.ignore_missing_imports$/.test(path) && truth(swap.after)) return tell(`${key} is on.`);
  if (leniency.test(key) && truth(swap.after)) return tell(`${key} is on.`);
  // Of golangci: what is old is no longer looked at.
  if (/golangci/.test(file) && /^issues\.new$/.test(path) && truth(swap.after))
    return tell('Only new code is looked at.');
  // Which files an exclusion of golangci is for stands beside which linters.
  const exclusion =
    /^(exclude|exclude-dirs|exclude-files|skip-dirs|extend-exclude)$/.test(key) && !/tsconfig/.test(file);
  if (
    swap.after &&
    (exclusion || (key === 'path' && /exclude-rules|exclusions/.test(path))) &&
    !notProduct(swap.after.value)
  )
    return tell(`${swap.after.value} is left out (${key}).`);
  if (leftOut.test(key) && swap.after && !notOurs.test(swap.after.value))
    return tell(`${swap.after.value} is left out (${key}).`);
  if (chosen.test(key) && swap.before && !swap.after && path.endsWith('[]'))
    return tell(`${swap.before.value} is no longer chosen (${key}).`);
  return undefined;
}

const excluding =
  /^(exclude|excludes|testPathIgnorePatterns|modulePathIgnorePatterns|collect_ignore|collect_ignore_glob|testIgnore|norecursedirs|excludedGroups|excludeTags|grepInvert|omit|coveragePathIgnorePatterns|specIgnore|excludeSpecPattern|default-filter|do_not_mutate)$/;
/** Of sonar: many globs in one value. */
const excludingAll = /^sonar\.[\w.]*exclusions$/;
const including = /^(include|mutate|testMatch|testRegex|testpaths|specPattern|spec|roots|includes|projects)$/;
const repeated = /^(retries|retry|retryTimes|reruns|rerunFailingTestsCount|flaky_reruns|numRuns)$/;
const quieter =
  /^(skipTests|skip|maven\.test\.skip|skipITs|forbidOnly|xfail_strict|allowOnly|bail|updateSnapshot|update)$/;
/** How long a test, a hook or a step of one may take; for the whole of a job it is everyday work. */
const limiting = /(^|[-_.\w])time-?out(s|_?ms|_?seconds|InSeconds|\.default)?$/i;
const ofProduct = /server|proxy|idle|session|connection|cache/i;
/** Gradle's way: calls, and no keys. */
const leavingOut = /^(?:exclude|excludeTestsMatching|excludeTags|excludeGroups)\s*\(?\s*["']([^"']+)["']/;
/** What a report of coverage does not show, and what no mutant is made of. */
const ofCoverage = (file: string, path: string) =>
  (/codecov/.test(file) && /(^|\.)ignore\[\]$/.test(path)) ||
  /(^|\.)excluded(Classes|Methods|Mutators)\.param$|\.excludedMutations\[\]$/.test(path);
/** What goes into a package, which is no matter of tests. */
const packaging =
  /^tool\.(flit|hatch\.build|setuptools|poetry|pdm\.build|maturin|uv\.build-backend)\b|^options\.packages\b/;
/** What a linter leaves out is told apart; and what others wrote is nobody's to test. */
const ofLinter =
  /(^|\.)(ruff|black|isort|mypy|pyright|pyrefly|ty|pylint|flake8|bandit|(maven-(pmd|checkstyle|javadoc)|(spotbugs|japicmp|clirr|revapi)-maven)-plugin)(\.|$)/;
const ofOthers = /(^|[/*^])(third_party|vendor|_vendor)\b/;
const doesNothing = /^(echo\b[^&;|]*|true|:|exit 0|node -e \S*)$/;
const builds = /(^|\/)(tsconfig|package\.json|Cargo\.toml|angular\.json)/;

/** What tests run, and how often until they pass. */
export function testConfigEdit(file: string, swap: Swap): Told | undefined {
  const key = keyOf(swap);
  const tell = (severity: Told['severity'], message: string): Told => ({
    kind: 'test-config-edit',
    severity,
    message,
  });
  if (
    (repeated.test(key) || (key === 'maxRetries' && /build\.gradle/.test(file))) &&
    swap.after &&
    timesOf(swap.after.value) > timesOf(swap.before?.value)
  )
    return tell('medium', `Failed tests are run again until they pass (${key}: ${swap.after.value}).`);
  const [was, is] = [swap.before?.value ?? '', swap.after?.value ?? ''];
  if (limiting.test(key) && !ofProduct.test(pathOf(swap)) && isLonger(was, is))
    return { kind: 'widened-timeout', severity: 'medium', message: `${key} went from ${was} to ${is}.` };
  if (/(^|\.)profile\.(test|dev)\.(overflow-checks|debug-assertions)$/.test(pathOf(swap)) && is === 'false')
    return tell('high', `Tests run without ${key} now.`);
  if (/Cargo\.toml$/.test(file) && /^(lib|bin|test)\.(test|doctest)$/.test(pathOf(swap)) && is === 'false')
    return tell('high', `${pathOf(swap)} is false: its tests are left out.`);
  if (builds.test(file) && !/jest|vitest|mocha|nyc|c8|^scripts\./.test(pathOf(swap))) return undefined;
  const usual = /^\*{0,2}\/?(node_modules|dist|build|coverage|\.git|target|venv|\.venv|out|\.next)\b/;
  const cut = /build\.gradle/.test(file) && swap.after ? leavingOut.exec(swap.after.value) : null;
  if (cut) return tell('high', `${cut[1]} is left out.`);
  if (key === 'filterwarnings' && !swap.before && /^ignore(:[^:]*:\w*)?$/.test(is))
    return tell('medium', `Warnings of a kind no longer fail the tests (${is}).`);
  if (key === 'filterwarnings' && swap.before?.value === 'error' && swap.after?.value !== 'error')
    return tell('medium', 'Warnings no longer fail the tests.');
  if (
    /^scripts\.[\w:-]+$/.test(pathOf(swap)) &&
    swap.before &&
    doesNothing.test(swap.after?.value ?? '') &&
    !doesNothing.test(swap.before.value)
  )
    return tell('high', `The script ${key} does nothing any more.`);
  const hidden = excludingAll.test(pathOf(swap)) ? addedTo(was, is) : [];
  if (hidden.length > 0) return tell('high', `${hidden.join(', ')} is left out (${pathOf(swap)}).`);
  if (/^(collectCoverageFrom|mutate)$/.test(key) && is.startsWith('!') && !notProduct(is))
    return tell('high', `${is.slice(1)} is left out (${key}).`);
  if (packaging.test(pathOf(swap)) || ofLinter.test(pathOf(swap))) return undefined;
  if (pathOf(swap).includes(licences)) return undefined;
  const unseen = ofCoverage(file, pathOf(swap)) && swap.after && !notProduct(is);
  if (unseen) return tell('high', `${is} is left out (${key}).`);
  const ownPart = swap.after && !usual.test(is) && !ofOthers.test(is);
  if (excluding.test(key) && !/pre-commit/.test(file) && swap.after && ownPart)
    return tell('high', `${swap.after.value} is left out (${key}).`);
  if (
    (including.test(key) || (key === 'files' && /karma|\.?ava/.test(file))) &&
    swap.before &&
    !swap.before.value.startsWith('!') &&
    pathOf(swap).endsWith('[]') &&
    (!swap.after || narrower(swap.before.value, swap.after.value))
  )
    return tell('high', `${swap.before.value} is no longer chosen (${key}).`);
  if (!quieter.test(key)) return undefined;
  const strict = /^(forbidOnly|xfail_strict)$/.test(key);
  const bad = strict
    ? truth(swap.before) && !truth(swap.after)
    : key !== 'bail' && truth(swap.after) && /skip|allowOnly|update/.test(key);
  return bad ? tell('high', `${key} is ${swap.after?.value ?? 'gone'}.`) : undefined;
}

/** `3`, or nextest's `{ backoff = "fixed", count = 3 }`. */
const timesOf = (value = '') => numeric(/\bcount\s*=\s*(\d+)/.exec(value)?.[1] ?? value) ?? 0;

/** Globs of a list in one value that were not there before, of what a team writes itself. */
function addedTo(was: string, is: string): string[] {
  const known = new Set(was.split(',').map((one) => one.trim()));
  return is
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '' && !known.has(one) && !notProduct(one));
}

/** A glob that names more folders, and has fewer stars or begins as the other does, chooses less. */
function narrower(was: string, is: string): boolean {
  if (!was.includes('*') && is.startsWith(`${was.replace(/\/$/, '')}/`)) return true;
  const [root = '', then = ''] = cutAtStar(was);
  const [inner = '', now = ''] = cutAtStar(is);
  if (then === now && then !== '' && inner.length > root.length && inner.startsWith(root)) return true;
  const stars = (glob: string) => glob.split('*').length;
  return stars(is) < stars(was) && is.length >= was.length - 4;
}

/** A glob as the folders before its first star and the rest. */
const cutAtStar = (glob: string) => [
  glob.slice(0, Math.max(0, glob.indexOf('*'))),
  glob.slice(Math.max(0, glob.indexOf('*'))),
];
