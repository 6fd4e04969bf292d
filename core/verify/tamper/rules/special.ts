/** Product code that behaves otherwise when it is tested: it asks for the test runner, or knows the answers of the tests. */

import type { Change, Source } from '../change.ts';
import type { Suspicion } from '../finding.ts';
import { canonical, stringValue } from '../source/source.ts';
import { answerRules } from './answers.ts';
import { isConfiguration } from './settings.ts';
import { tabledRules } from './tabled.ts';

/** Product code that special-cases its tests. */
export function specialRules(change: Change): Suspicion[] {
  const product = (sources: readonly Source[]) => sources.filter(({ isTest, same }) => !isTest && !same);
  const known = new Set(
    product(change.sources.before)
      .flatMap(runnersAsked)
      .map(({ text }) => text),
  );
  const asked = product(change.sources.after).flatMap((source) =>
    runnersAsked(source)
      .filter(({ text }) => !known.has(text))
      .map(
        ({ line, what }): Suspicion => ({
          at: { side: 'after', file: source.path, line },
          kind: 'special-cased-test',
          severity: 'high',
          message: `Product code asks whether it is tested (${what}).`,
        }),
      ),
  );
  return [...asked, ...answerRules(change), ...tabledRules(change)];
}

interface Asked {
  readonly text: string;
  readonly what: string;
  readonly line: number;
}

const runnerNames =
  /^(JEST_WORKER_ID|VITEST|VITEST_WORKER_ID|PYTEST_CURRENT_TEST|PYTEST_VERSION|MOCHA_\w+|NODE_TEST_CONTEXT|RUST_TEST_THREADS|GO_TEST|TEST_ENV|IS_TEST|TESTING|UNIT_TEST|(\w+_)?(IN|IS|UNDER|RUNNING)_TESTS?|\w+_TEST(_?(MODE|RUN|ENV)|ING)|test\.v|test\.run|test\.timeout)$/;
const runnerModules =
  /^(pytest|_pytest|unittest|hypothesis|nose|doctest|py\.test|org\.junit\.?.*|.*\.junit\..*|junit.*|org\.testng.*|\.test)$/;

/** Each place that asks for the runner, with the words around it, so that a place that moved is no new one. */
function runnersAsked(source: Source): Asked[] {
  const { code } = source;
  const tests = source.tests.map(({ from, to }) => [from, to] as const);
  const found: Asked[] = [];
  code.tokens.forEach((token, at) => {
    const what = asksAt(source, at);
    if (what === undefined || tests.some(([from, to]) => from <= at && at <= to)) return;
    found.push({ what, line: token.line, text: `${what}\n${canonical(code, Math.max(0, at - 3), at + 3)}` });
  });
  return found;
}

function asksAt(source: Source, at: number): string | undefined {
  const { code, path } = source;
  const token = code.tokens[at];
  const value = token?.kind === 'string' ? stringValue(token) : undefined;
  const next = code.tokens[at + 1]?.text;
  const before = code.tokens[at - 1]?.text ?? '';
  if (token?.kind === 'word') {
    if (before === '.' && isEnvironment(code.tokens[at - 2]?.text)) {
      if (runnerNames.test(token.text)) return token.text;
      if (machineNames.test(token.text) && decides(source, at)) return token.text;
    }
    if (
      path.endsWith('.go') &&
      token.text === 'testing' &&
      next === '.' &&
      code.tokens[at + 2]?.text === 'Testing'
    )
      return 'testing.Testing()';
    if (path.endsWith('.rs') && token.text === 'cfg' && next === '!' && code.tokens[at + 3]?.text === 'test')
      return 'cfg!(test)';
    return undefined;
  }
  if (value === undefined) return undefined;
  const asksByName = /^[([]$/.test(before) || (path.endsWith('.py') && /^(in|not)$/.test(next ?? ''));
  if (runnerNames.test(value) && asksByName) return value;
  if (machineNames.test(value) && /^[([]$/.test(before) && readsEnvironment(code, at) && decides(source, at))
    return value;
  if (
    runnerModules.test(value) &&
    comparesModules(code.tokens.slice(Math.max(0, at - 12), at + 8).map(({ text }) => text))
  )
    return value;
  if (
    /^(test|testing)$/.test(value) &&
    /^([!=]==?|\()$/.test(before) &&
    namesEnvironment(code.tokens.slice(Math.max(0, at - 10), at + 3).map(({ text }) => text))
  )
    return `environment '${value}'`;
  return undefined;
}

/** Set where continuous integration runs: where the tests count. */
const machineNames =
  /^(CI|CONTINUOUS_INTEGRATION|GITHUB_ACTIONS|GITLAB_CI|BUILD_NUMBER|TF_BUILD|BUILDKITE|CIRCLECI|TRAVIS)$/;
/** Programs ask for it as well to know whether a person looks on. */
const looks =
  /colou?r|tty|interactive|spinner|progress|prompt|terminal|ansi|log|banner|telemetry|reporter|browser/i;

/** Whether what is asked decides about more than how a program shows itself. */
function decides({ code, path }: Source, at: number): boolean {
  if (
    isConfiguration(path) ||
    /(^|\/)(scripts?|tools?|bin|ci|build|tasks)\/|(^|\/)[\w.-]*\.config\.\w+$/.test(path)
  )
    return false;
  return !code.tokens.slice(Math.max(0, at - 20), at + 20).some(({ text }) => looks.test(text));
}

const readsEnvironment = (code: Source['code'], at: number) =>
  code.tokens
    .slice(Math.max(0, at - 5), at)
    .some(({ text }) => /^(env|environ|getenv|Getenv|LookupEnv|var|var_os)$/.test(text));

const isEnvironment = (text: string | undefined) => text === 'env' || text === 'environ';

function comparesModules(words: readonly string[]): boolean {
  return words.some((word) =>
    /^(modules|argv|Args|forName|getClassName|startsWith|contains|HasSuffix|getStackTrace|stack)$/.test(word),
  );
}

function namesEnvironment(words: readonly string[]): boolean {
  return words.some((word) =>
    /NODE_ENV|^MODE$|APP_ENV|RAILS_ENV|^["']?(ENV|ENVIRONMENT|DJANGO_ENV|FLASK_ENV|GO_ENV|SPRING_PROFILES_ACTIVE)["']?$/.test(
      word,
    ),
  );
}
