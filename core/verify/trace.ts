/** From a requirement to the lines that meet it and the checks that say so; read the other way, from a commit to what it is for. */
import type { Sha } from '../id.ts';
import type { Asked } from '../spec/requirements.ts';
import type { Task, TaskKey } from '../task/task.ts';
import type { ChangedLines, MergedWork } from './check.ts';
import type { Proof } from './proof.ts';

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
  /** The tests that its claim names, as they ran. */
  readonly tests: Proof['tests'];
  /** What its builder took it to mean, where it cannot hold as it is written. */
  readonly interpretation: Proof['interpretation'];
  /** What property tests by another run said of it; null where it asks for none. */
  readonly independent: Proof['independent'];
  /** The checks that speak for it, newest last. */
  readonly checks: Proof['evidence'];
}

/** Every criterion in the order of the requirements. `works` are those that checks merged. */
export function trace(
  { requirements }: Asked,
  proofs: readonly Proof[],
  tasks: readonly Pick<Task, 'key' | 'title'>[],
  works: readonly Pick<MergedWork, 'commit' | 'lines'>[],
): Trace[] {
  const proofOf = new Map(proofs.map((proof) => [proof.criterion, proof]));
  const titleOf = new Map(tasks.map(({ key, title }) => [key, title]));
  const linesOf = new Map(works.map(({ commit, lines }) => [commit, lines]));
  return requirements.flatMap(({ id, title, criteria }) =>
    criteria.map((criterion) => {
      const proof = proofOf.get(criterion.id);
      const key = proof?.task ?? null;
      const commit = proof?.commit ?? null;
      return {
        requirement: { id, title },
        criterion: { id: criterion.id, text: criterion.text },
        state: proof?.state ?? 'open',
        task: key === null ? null : { key, title: titleOf.get(key) ?? '' },
        commit,
        lines: commit === null ? [] : (linesOf.get(commit) ?? []),
        tests: proof?.tests ?? [],
        interpretation: proof?.interpretation ?? null,
        independent: proof?.independent ?? null,
        checks: proof?.evidence ?? [],
      };
    }),
  );
}

/** Whether a row is about this: `REQ-3`, `REQ-3.2`, `T4`, a path, or the beginning of a commit (seven digits or more). */
export function concerns(row: Trace, what: string): boolean {
  if (/^[0-9a-f]{7,40}$/u.test(what)) return row.commit?.startsWith(what) ?? false;
  if (row.lines.some(({ path }) => path === what)) return true;
  return [row.requirement.id, row.criterion.id, row.task?.key].includes(what);
}
