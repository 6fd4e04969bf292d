/** On which occasions a job of GitLab runs, as far as it tells whether it does before a change is merged. */

/** What stands below a key of a job: the line of the key, and those after it. */
type Block = readonly string[];

/** Whether a job runs for merge requests, by its `rules`, or by `only` and `except`; without them it runs for all. */
export function runsForRequests(blocks: readonly Block[]): boolean {
  const rules = blocks.find(([head]) => head === 'rules:');
  if (rules) return rulesOf(rules.slice(1)).some(admitsRequests);
  const only = blocks.find(([head]) => /^only:/.test(head ?? ''));
  const except = blocks.find(([head]) => /^except:/.test(head ?? ''));
  // Without merge requests the branch of one is still run.
  if (except && /\bbranches\b/.test(except.join(' '))) return false;
  return (
    only === undefined ||
    /merge_requests|branches|external_pull_requests|\/\.\*\/|variables|changes/.test(only.join(' '))
  );
}

/** Each rule with its lines: it begins with a dash. */
function rulesOf(lines: Block): string[][] {
  const found: string[][] = [];
  for (const line of lines) {
    if (line.startsWith('- ')) found.push([line.slice(2)]);
    else found.at(-1)?.push(line);
  }
  return found;
}

/** A rule that refers to others, or has no condition but on files, lets any change in; by hand is not by itself. */
function admitsRequests(rule: readonly string[]): boolean {
  if (rule.some((line) => /^when:\s*(never|manual)/.test(line))) return false;
  const asked = rule.find((line) => /^if:/.test(line));
  if (asked === undefined) return true;
  if (/merge_request|MERGE_REQUEST/.test(asked)) return true;
  // Of any branch, or of any but one, or where another pipeline that runs for all of them asks for it.
  return /\$CI_COMMIT_BRANCH\s*(['"]?$|!=|&&)|PIPELINE_SOURCE\s*(!=|==\s*["'](?:push|parent_pipeline|pipeline))/.test(
    asked,
  );
}
