/** When pipelines other than GitHub's run their checks: a job that waits until a change is merged lets it be merged unchecked. */
import type { Change } from '../change.ts';
import { readPipeline } from '../config/pipeline.ts';
import { readSettings } from '../config/setting.ts';
import type { Suspicion } from '../finding.ts';
import { isPipeline } from '../path.ts';
import { checksIn } from './pipelines.ts';

/** Jobs and stages that checked each change, and check only what is merged now. */
export function occasionRules({ before, after }: Change): Suspicion[] {
  return [...after].flatMap(([path, text]) => {
    const was = before.get(path);
    if (was === undefined || was === text || !isPipeline(path) || path.startsWith('.github/')) return [];
    return was.length + text.length > largest ? [] : laterChecks(path, was, text);
  });
}

/** Files of more than this are data. */
const largest = 200_000;

function laterChecks(path: string, was: string, is: string): Suspicion[] {
  const found = /Jenkinsfile$/.test(path)
    ? stagesOnBranch(was, is)
    : /gitlab-ci/.test(path)
      ? jobsAfterMerge(was, is)
      : path.startsWith('.circleci/')
        ? jobsOnBranch(path, was, is)
        : withoutRequests(path, was, is);
  return found.map(
    ({ line, what }): Suspicion => ({
      at: { side: 'after', file: path, line },
      kind: 'ci-edit',
      severity: 'high',
      message: `${what} no longer runs before a change is merged.`,
    }),
  );
}

interface Later {
  readonly line: number;
  readonly what: string;
}

const checks = (text: string) => checksIn(text).length > 0;

/** GitLab: also of the pipeline as a whole, whose rules stand in `workflow`. */
function jobsAfterMerge(was: string, is: string): Later[] {
  const then = new Map(readPipeline(was).jobs.map((job) => [job.name, job]));
  return readPipeline(is).jobs.flatMap((job): Later[] => {
    const old = then.get(job.name);
    const isLater = old?.forRequests === true && !job.forRequests;
    return isLater && (job.name === 'workflow' || checks(old.text))
      ? [{ line: job.line, what: job.name }]
      : [];
  });
}

/** CircleCI: a job of a workflow that is filtered by its branch. */
function jobsOnBranch(path: string, was: string, is: string): Later[] {
  const filters = (text: string) =>
    readSettings(path, text).filter(({ path: key }) =>
      /^workflows\..*\.filters\.branches\.only(\[\])?$/.test(key),
    );
  const known = new Set(filters(was).map((one) => one.path));
  const checking = new Set(
    readPipeline(was)
      .jobs.filter(({ text }) => checks(text))
      .map(({ name }) => name),
  );
  return filters(is).flatMap((one): Later[] => {
    const name =
      one.path
        .replace(/\.filters\..*/, '')
        .split('.')
        .at(-1) ?? '';
    const anyBranch = /^\/\.[*+]\/$/.test(one.value);
    return known.has(one.path) || anyBranch || !checking.has(name) ? [] : [{ line: one.line, what: name }];
  });
}

/** Stages of a Jenkinsfile by their names. */
function stagesOf(text: string): ReadonlyMap<string, { readonly text: string; readonly line: number }> {
  let line = 1;
  return new Map(
    text.split(/\bstage\s*\(/).map((part) => {
      const start = line;
      line += part.split('\n').length - 1;
      return [/^\s*["']([^"']{1,80})["']/.exec(part)?.[1] ?? '', { text: part, line: start }];
    }),
  );
}

/** Jenkins: `when { branch 'main' }`. */
function stagesOnBranch(was: string, is: string): Later[] {
  const isFiltered = (text: string) =>
    /\bwhen\s*\{[^}]{0,300}\b(branch|buildingTag|not|expression)\b/.test(text);
  const then = stagesOf(was);
  return [...stagesOf(is)].flatMap(([name, { text, line }]): Later[] => {
    const old = then.get(name);
    const isLater = old && !isFiltered(old.text) && isFiltered(text) && !/changeRequest/.test(text);
    return name !== '' && isLater && checks(old.text) ? [{ line, what: name }] : [];
  });
}

/** Azure: `pr: none`. Bitbucket: no pipeline of pull requests. */
function withoutRequests(path: string, was: string, is: string): Later[] {
  const [then, now] = [readSettings(path, was), readSettings(path, is)];
  const never = (one: { readonly path: string; readonly value: string }) =>
    one.path === 'pr' && one.value === 'none';
  const found = now.find(never);
  if (found && !then.some(never)) return [{ line: found.line, what: 'The pipeline' }];
  const asks = ({ path: key }: { readonly path: string }) => key.startsWith('pipelines.pull-requests.');
  return then.some(asks) && !now.some(asks) ? [{ line: 1, what: 'The pipeline' }] : [];
}
