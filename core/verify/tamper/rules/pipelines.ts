/**
 * Pipelines of continuous integration: what they no longer check, and when they no longer check it. An edit that takes nothing
 * away (a job more, a cache, a newer action, jobs joined or renamed) is no finding.
 */
import type { Change } from '../change.ts';
import { type Job, readPipeline } from '../config/pipeline.ts';
import type { Suspicion } from '../finding.ts';
import { isPipeline } from '../path.ts';
import { commandsOf, reachedFrom } from './called.ts';
import { narrowedMatrix } from './matrix.ts';

/** Checks, conditions and events that pipelines lost or were given. */
export function pipelineRules({ before, after }: Change): Suspicion[] {
  const now = [...after].filter(([path]) => isPipeline(path));
  const runs = new Set(now.flatMap(([, text]) => checksIn(text)).map(({ key }) => key));
  const then = new Set(
    [...before].flatMap(([path, text]) => (isPipeline(path) ? checksIn(text) : [])).map(({ key }) => key),
  );
  const replacing = now
    .flatMap(([, text]) => checksIn(text))
    .filter(({ key }) => !then.has(key))
    .map(({ tool }) => familyOf(tool));
  const reached = reachedFrom(
    now.map(([, text]) => text.replace(installed, '')),
    [...after].filter(([path]) => holdsScripts.test(path)),
  );
  const begun = new Set(
    now
      .filter(([path]) => !before.has(path))
      .flatMap(([, text]) => readPipeline(text.slice(0, largest)).events.map(({ name }) => name)),
  );
  return [...before].flatMap(([path, was]): Suspicion[] => {
    const is = after.get(path);
    if (!isPipeline(path) || was === is || was.length > largest) return [];
    const lost = checksIn(was).find(
      ({ key, tool }) =>
        !runs.has(key) &&
        !new RegExp(`\\b${tool.replaceAll('-', '[- ]')}\\b`).test(reached) &&
        !(
          /^:?(\w+:)*(test|check)$/.test(tool) &&
          /\b(mvnw?\b.* (package|verify|install)|gradlew?\b.* (check|build))\b/.test(reached)
        ) &&
        !replacing.some((family) => family >= 0 && family === familyOf(tool)),
    );
    const gone: Suspicion[] = lost
      ? [
          tell(
            path,
            'before',
            lost.line,
            'high',
            `The pipeline no longer checks this: ${lost.text.slice(0, 80)}`,
          ),
        ]
      : [];
    const all = now.map(([, text]) => text).join('\n');
    if (is !== undefined && gone.length === 0) gone.push(...silenced(path, was, is));
    return is === undefined || is.length > largest ? gone : [...gone, ...narrowed(path, was, is, all, begun)];
  });
}

/** What is installed is not run by that. */
const installed =
  /\b(go|npm|pnpm|yarn|pip3?|pipx|cargo|gem|brew|apt-get|apt) (install|get|add|i)\b[^\n;&|]*/g;

/** A file of more than this is data. */
const largest = 200_000;

const holdsScripts =
  /(^|\/)([Mm]akefile|justfile|Taskfile\.ya?ml|package\.json|tox\.ini|noxfile\.py|pyproject\.toml|\.pre-commit-config\.yaml|lefthook\.ya?ml)$|\.(sh|mk)$/;

const tell = (
  file: string,
  side: 'before' | 'after',
  line: number,
  severity: Suspicion['severity'],
  message: string,
): Suspicion => ({ at: { side, file, line }, kind: 'ci-edit', severity, message });

/** A command that checks something. */
export interface Check {
  readonly key: string;
  /** The word by which another command that does the same is known. */
  readonly tool: string;
  readonly text: string;
  readonly line: number;
}

/** Programs that check something; of those that do more, only with these words. */
const checkers =
  /^(jest|vitest|mocha|ava|pytest|py\.test|unittest|tox|nox|eslint|biome|oxlint|tsc|prettier|ruff|flake8|mypy|pyright|pylint|black|isort|bandit|clippy|nextest|vet|golangci-lint|staticcheck|govulncheck|gosec|checkstyle|spotbugs|pmd|playwright|cypress|nyc|c8|stylelint|shellcheck|hadolint|actionlint|semgrep|trivy|gitleaks|audit|pip-audit|tarpaulin|llvm-cov|miri|deny|pre-commit|lint-staged|test|tests|lint|check|verify|coverage|typecheck|type-check|fmt|e2e|integration)$/;
/** Tools that do the same work, so that a new one may take the place of an old one. */
const families: readonly RegExp[] = [
  /^(eslint|biome|oxlint|tslint)$/,
  /^(prettier|biome)$/,
  /^(flake8|pylint|ruff|isort|black|bandit)$/,
  /^(mypy|pyright)$/,
  /^(jest|vitest|mocha|ava)$/,
  /^(pytest|py\.test|unittest)$/,
  /^(tox|nox)$/,
  /^(nyc|c8)$/,
  /^(tarpaulin|llvm-cov)$/,
  /^(vet|staticcheck|golangci-lint)$/,
];
/** Whether one tool does the work of another. */
export const doesTheSame = (one: string, other: string): boolean =>
  one === other || families.some((family) => family.test(one) && family.test(other));
const familyOf = (tool: string) => families.findIndex((family) => family.test(tool));
const actions =
  /(golangci-lint|codeql|super-linter|dependency-review|trivy|gitleaks|pre-commit|ruff|semgrep|sonar|codecov|cargo-deny|cargo-audit|audit-check|osv-scanner|snyk|scorecard|cypress-io|typos|markdownlint|actionlint)[\w-]*/;
const installing = /^(npm|pnpm|yarn|pip3?|uv|poetry|cargo|go|rustup|apt-get|apt|brew|pipx|gem)$/;
const putting = /^(ci|install|i|add|sync|get|component|download|fetch|update|upgrade|mod|build|run-install)$/;

/** Every command of a pipeline, a script or a hook that checks something. */
export function checksIn(text: string): Check[] {
  return text.split('\n').flatMap((raw, index): Check[] => {
    const line = index + 1;
    const uses = /^\s*-?\s*uses:\s*(\S+)/.exec(raw)?.[1];
    const action = uses === undefined ? null : actions.exec(uses);
    if (action) return [{ key: action[0], tool: action[1] ?? action[0], text: uses ?? '', line }];
    if (uses !== undefined || raw.length > 2000 || /^\s*(-\s*)?[\w-]+:\s*$/.test(raw)) return [];
    return commandsOf(raw).flatMap((words): Check[] => {
      const tool = toolOf(words);
      return tool === undefined ? [] : [{ key: words.join(' '), tool: bare(tool), text: raw.trim(), line }];
    });
  });
}

/** `$(go env GOPATH)/bin/staticcheck` and `staticcheck` are one program; what lies in a folder of the project is its own. */
const bare = (tool: string) => /\/bin\/([\w-]+)$/.exec(tool)?.[1] ?? tool;

/** What a command checks with: of `npx eslint .` and `npm run lint` the word that says so. */
function toolOf(words: readonly string[]): string | undefined {
  const [program = '', verb = ''] = words;
  if (/^(echo|export|cd|cp|mv|mkdir|curl|docker)$/.test(program)) return undefined;
  if (installing.test(program) && putting.test(verb)) return undefined;
  if (/^(mvnw?|\.\/mvnw|gradlew?|\.\/gradlew)$/.test(program))
    return words.find((word) => /^:?([\w-]+:)*(test|check|verify|build|install|package|\w+Test)$/.test(word));
  return words.slice(0, 8).find((word) => {
    const parts = word.split(/[:/]/).map((part) => part.replace(/\.(sh|py)$/, ''));
    return !word.startsWith('-') && parts.some((part) => checkers.test(part));
  });
}

function narrowed(
  path: string,
  was: string,
  is: string,
  all: string,
  begun: ReadonlySet<string>,
): Suspicion[] {
  const [then, now] = [readPipeline(was), readPipeline(is)];
  const jobs = new Map(then.jobs.map((job) => [job.name, job]));
  const known = new Set(checksIn(was).map(({ key }) => key));
  return [
    ...now.jobs.flatMap((job) => conditioned(path, jobs.get(job.name), job, known)),
    ...retriggered(path, then.events, now.events, begun),
    ...fewerSystems(path, was, is, all),
    ...fewerVersions(path, was, is),
    ...unblocked(path, jobs, now.jobs),
  ];
}

/** Of a command that nothing is known of, a word that says that it checks. */
const perhaps = /\b\w*(check|test|lint|verif|audit|scan|bench|cover|assert|valid)\w*/i;

/** A command that is left in the pipeline as a comment: somebody means to have it back, and it does not run. */
function silenced(path: string, was: string, is: string): Suspicion[] {
  const commented = new Map(
    is.split('\n').flatMap((line, index): [string, number][] => {
      const said = /^\s*#\s*(.*\S)\s*$/.exec(line.slice(0, 2000))?.[1];
      return said === undefined ? [] : [[said, index + 1]];
    }),
  );
  const still = new Set(is.split('\n').map((line) => line.trim()));
  const [found] = was.split('\n').flatMap((raw) => {
    const text = raw.trim();
    const command = /^(?:-?\s*(?:run|script|uses|command):|-)\s*(\S.*)$/.exec(text)?.[1] ?? '';
    const line = commented.get(text);
    return line !== undefined && !still.has(text) && perhaps.test(command) ? [{ text, line }] : [];
  });
  return found
    ? [tell(path, 'after', found.line, 'high', `This is only a comment now: ${found.text.slice(0, 80)}`)]
    : [];
}

/** Conditions under which a step runs that otherwise would not. */
const widening = /always\(\)|!\s*cancelled\(\)|success\(\)|failure\(\)|succeeded(OrFailed)?\(|failed\(/;

/** A job, or a step of it, that checked something whatever happened and only runs under a condition now. */
function conditioned(path: string, was: Job | undefined, is: Job, known: ReadonlySet<string>): Suspicion[] {
  const say = (line: number, condition: string) => [
    tell(
      path,
      'after',
      line,
      /^\W*(false|never|manual)/.test(condition) ? 'high' : 'medium',
      `A part of the pipeline only runs under a condition now (${condition.slice(0, 80)}).`,
    ),
  ];
  const narrows = (old: readonly string[], now: string) =>
    !old.includes(now) &&
    !widening.test(now) &&
    !old.some((one) => now.includes(`${one} ||`) || now.includes(`|| ${one}`));
  const checks = (text: string) => checksIn(text).some(({ key }) => known.has(key));
  const own = is.conditions[0];
  if (
    was &&
    own &&
    narrows(
      was.conditions.map(({ text }) => text),
      own.text,
    ) &&
    checks(is.text)
  )
    return say(own.line, own.text);
  return is.steps.flatMap(({ text, condition }) => {
    if (!condition || !checks(text)) return [];
    const old = was?.steps.flatMap((one) => (one.condition ? [one.condition.text] : [])) ?? [];
    return narrows(old, condition.text) ? say(condition.line, condition.text) : [];
  });
}

type Events = ReturnType<typeof readPipeline>['events'];

/** Events on which the pipeline ran and does not now, or does for fewer files. */
function retriggered(path: string, was: Events, is: Events, begun: ReadonlySet<string>): Suspicion[] {
  const now = new Map(is.map((event) => [event.name, event]));
  return was.flatMap((event): Suspicion[] => {
    if (!/^(push|pull_request|merge_group|schedule)$/.test(event.name)) return [];
    const still = now.get(event.name);
    // A workflow that others call runs when they do.
    if (still === undefined) {
      const called =
        begun.has(event.name) ||
        now.has('workflow_call') ||
        (event.name === 'push' && now.has('pull_request') && now.size >= was.length);
      return called
        ? []
        : [tell(path, 'before', event.line, 'high', `The pipeline no longer runs on ${event.name}.`)];
    }
    const filter = still.filters.find(({ key, values }) => {
      const old = event.filters.find((one) => one.key === key);
      if (old === undefined) return narrowing(key, values);
      // What was filtered already is filtered by more.
      if (key === 'paths-ignore')
        return narrowing(
          key,
          values.filter((value) => !old.values.includes(value)),
        );
      return key === 'paths' && losesPaths(old.values, values);
    });
    return filter
      ? [
          tell(
            path,
            'after',
            filter.line,
            'medium',
            `On ${event.name} the pipeline runs for fewer changes (${filter.key}).`,
          ),
        ]
      : [];
  });
}

const isDocument = (value: string) =>
  /\.(md|mdx|rst|txt|png|svg)$|(^|\/)(docs?|LICENSE|\.github)\b/.test(value);

function losesPaths(was: readonly string[], is: readonly string[]): boolean {
  const lost = was.filter((value) => !is.includes(value) && !isDocument(value) && !value.startsWith('!'));
  return lost.length > 0 && is.every((value) => was.includes(value));
}

/** Leaving documents out, or naming the main branch, is everyday work. */
function narrowing(key: string, values: readonly string[]): boolean {
  if (key === 'paths-ignore') return values.some((value) => !isDocument(value));
  // Those of the pipeline itself, or of documents only, are none that it checks.
  if (key === 'paths') return values.length > 0 && values.every(isDocument);
  if (key === 'branches')
    return !values.some((value) => /\b(main|master|develop|trunk)\b|^\*\*?$/.test(value));
  return key === 'types' && !values.some((value) => /^(opened|synchronize)$/.test(value));
}

/** Operating systems that tests ran on and do not now. */
function fewerSystems(path: string, was: string, is: string, all: string): Suspicion[] {
  const systems = ['ubuntu', 'windows', 'macos'];
  // What a pipeline calls runs on systems of its own.
  const now = /^\s*uses:\s*\.\//m.test(is) ? all : is;
  const lost = systems.find((one) => runsOn(was, one) !== undefined && runsOn(now, one) === undefined);
  const gained = systems.some((one) => runsOn(was, one) === undefined && runsOn(is, one) !== undefined);
  if (lost === undefined || gained) return [];
  return [tell(path, 'before', runsOn(was, lost) ?? 1, 'medium', `Nothing runs on ${lost} any more.`)];
}

function fewerVersions(path: string, was: string, is: string): Suspicion[] {
  const found = narrowedMatrix(path, was, is);
  return found ? [tell(path, found.side, found.line, 'medium', found.message)] : [];
}

function runsOn(text: string, system: string): number | undefined {
  const at = text.split('\n').findIndex((line) => new RegExp(`^[^#]*\\b${system}-(latest|\\d)`).test(line));
  return at < 0 ? undefined : at + 1;
}

/** A job that waited for another one, which is still there, and waits no longer. */
function unblocked(path: string, was: ReadonlyMap<string, Job>, is: readonly Job[]): Suspicion[] {
  const names = new Set(is.map(({ name }) => name));
  return is.flatMap((job): Suspicion[] => {
    const old = was.get(job.name);
    const lost = old?.needs.find((name) => names.has(name) && !job.needs.includes(name));
    const waits = job.needs.some((name) => !old?.needs.includes(name));
    return old && lost && !waits
      ? [tell(path, 'before', old.line, 'medium', `${job.name} no longer waits for ${lost}.`)]
      : [];
  });
}
