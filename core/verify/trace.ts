/** From a requirement to the lines that meet it and the checks that say so; read the other way, from a commit to what it is for. */
import type { Sha } from '../id.ts';
import type { MergeEntry } from '../merge/entry.ts';
import { mergedIn } from '../merge/landed.ts';
import type { Asked } from '../spec/requirements.ts';
import type { Task, TaskKey } from '../task/task.ts';
import type { ChangedLines, MergedWork } from './check.ts';
import type { Proof } from './proof.ts';

/** What is told of a task. */
type Traced = Pick<Task, 'id' | 'key' | 'title' | 'origin'>;

/** A commit on the ticket branch and the lines that it wrote. */
export interface TracedWork {
  readonly commit: Sha;
  readonly lines: readonly ChangedLines[];
}

/** A task by which no criterion is met, as one that a review led to, and what its work became, oldest first. */
export interface Unasked {
  readonly task: Traced;
  readonly works: readonly TracedWork[];
}

/** What the branch consists of: its queue's entries in their order, and the works that checks merged. */
export interface Landed {
  readonly entries: readonly MergeEntry[];
  readonly works: readonly Pick<MergedWork, 'commit' | 'lines'>[];
}

/** One criterion with all that belongs to it. */
export interface Trace {
  readonly requirement: { readonly id: string; readonly title: string };
  readonly criterion: { readonly id: string; readonly text: string };
  readonly state: Proof['state'];
  readonly task: { readonly key: TaskKey; readonly title: string } | null;
  /** The commit of its task on the ticket branch; null before it is there. */
  readonly commit: Sha | null;
  /** Where that commit changed what. */
  readonly lines: readonly ChangedLines[];
  /** Commits that its task's work became before it began anew; they are on the branch, too. */
  readonly earlier: readonly TracedWork[];
  /** The tests that its claim names, as they ran. */
  readonly tests: Proof['tests'];
  /** What its builder took it to mean, where it cannot hold as it is written. */
  readonly interpretation: Proof['interpretation'];
  /** What property tests by another run said of it; null where it asks for none. */
  readonly independent: Proof['independent'];
  /** The checks that speak for it, newest last. */
  readonly checks: Proof['evidence'];
}

/** Every criterion in the order of the requirements. */
export function trace(
  { requirements }: Asked,
  proofs: readonly Proof[],
  tasks: readonly Traced[],
  landed: Landed,
): Trace[] {
  const proofOf = new Map(proofs.map((proof) => [proof.criterion, proof]));
  const taskOf = new Map(tasks.map((task) => [task.key, task]));
  const worksOf = worksIn(landed);
  return requirements.flatMap(({ id, title, criteria }) =>
    criteria.map((criterion) => {
      const proof = proofOf.get(criterion.id);
      const key = proof?.task ?? null;
      const commit = proof?.commit ?? null;
      const task = key === null ? undefined : taskOf.get(key);
      return {
        requirement: { id, title },
        criterion: { id: criterion.id, text: criterion.text },
        state: proof?.state ?? 'open',
        task: key === null ? null : { key, title: task?.title ?? '' },
        commit,
        lines: commit === null ? [] : worksOf.lines(commit),
        earlier: task ? worksOf.task(task).filter((work) => work.commit !== commit) : [],
        tests: proof?.tests ?? [],
        interpretation: proof?.interpretation ?? null,
        independent: proof?.independent ?? null,
        checks: proof?.evidence ?? [],
      };
    }),
  );
}

/** The tasks that are on the branch and in none of the rows. */
export function unasked(
  rows: readonly Pick<Trace, 'task'>[],
  tasks: readonly Traced[],
  landed: Landed,
): Unasked[] {
  const asked = new Set(rows.map(({ task }) => task?.key));
  const worksOf = worksIn(landed);
  return tasks
    .filter(({ key }) => !asked.has(key))
    .map((task) => ({ task, works: worksOf.task(task) }))
    .filter(({ works }) => works.length > 0);
}

function worksIn({ entries, works }: Landed) {
  const linesOf = new Map(works.map(({ commit, lines }) => [commit, lines]));
  const lines = (commit: Sha) => linesOf.get(commit) ?? [];
  const task = ({ id }: Pick<Task, 'id'>): TracedWork[] =>
    mergedIn(entries, id).map((commit) => ({ commit, lines: lines(commit) }));
  return { lines, task };
}

/** Whether a row is about this: `REQ-3`, `REQ-3.2`, `T4`, a path, or the beginning of a commit (seven digits or more). */
export function concerns(
  { requirement, criterion, task, commit, lines, earlier }: Trace,
  what: string,
): boolean {
  const works = commit === null ? earlier : [...earlier, { commit, lines }];
  return [requirement.id, criterion.id, task?.key].includes(what) || isIn(works, what);
}

/** The same of a task that no criterion asked for. */
export const isAbout = ({ task, works }: Unasked, what: string): boolean =>
  task.key === what || isIn(works, what);

function isIn(works: readonly TracedWork[], what: string): boolean {
  if (/^[0-9a-f]{7,40}$/u.test(what) && works.some(({ commit }) => commit.startsWith(what))) return true;
  return works.some(({ lines }) => lines.some(({ path }) => path === what));
}
