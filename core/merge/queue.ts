/**
 * The merge queue of one ticket: from who waits and what was measured to what to do next.
 *
 * It remembers nothing of its own. Every move follows from rows: the entries, the branch's history, and the checks that
 * ended. So a restart at any point goes on to the same end, and a move that was lost is made again.
 *
 * All that wait are checked together, in order; a green batch is merged whole. A red one is halved: a green half is
 * merged, which leaves the other half known to be red on the new head without another check. So among k that wait, k
 * green ones cost one check, and one culprit costs log2(k) + 3 at most.
 */
import type { Instant, RunId, Sha, TaskId } from '../id.ts';
import type { TaskKey } from '../task/task.ts';

/** Work that waits. `runId` is the run that handed it in. */
export interface Waiting {
  readonly runId: RunId;
  readonly taskId: TaskId;
  readonly key: TaskKey;
  readonly tip: Sha;
  /** The head that its author began from. */
  readonly base: Sha;
  readonly since: Instant;
}

/** A work of the branch's history: the commit that it became, and the one below. */
export interface Landed {
  readonly taskId: TaskId;
  readonly key: TaskKey;
  readonly onto: Sha;
  readonly commit: Sha;
}

/** A check that ended. */
export interface Measured {
  readonly runId: RunId;
  /** When it was asked for: it speaks for nothing that was handed in later. */
  readonly at: Instant;
  readonly head: Sha;
  readonly asked: readonly { readonly taskId: TaskId; readonly tip: Sha }[];
  /** What was merged, in order, each with its commit. */
  readonly works: readonly { readonly taskId: TaskId; readonly tip: Sha; readonly commit: Sha }[];
  /** What was left out because of the head itself; `works` merged before it are another matter, told by the next check. */
  readonly refused: readonly TaskId[];
  /** Those that fail here by what fails on their work alone, too: nothing that was merged meanwhile has a part in it. */
  readonly alone?: readonly TaskId[];
  /** `none`: it came to no end, which says nothing. */
  readonly verdict: 'green' | 'red' | 'none';
}

/** All that the queue knows. */
export interface Queue {
  readonly head: Sha;
  /** In the order in which they came. */
  readonly waiting: readonly Waiting[];
  readonly landed: readonly Landed[];
  /** Oldest first. */
  readonly measured: readonly Measured[];
  /** Whether a check is under way: there is one at a time. */
  readonly checking: boolean;
}

/** Why a work is given back to its task. `by` names the check that tells most about it. */
export type GivenBack =
  /** It fails by itself. */
  | { readonly type: 'red'; readonly by: RunId }
  /** It passes alone and fails together with work that was merged meanwhile: nobody's mistake, one owner's fix. */
  | { readonly type: 'pair'; readonly by: RunId; readonly with: Landed }
  /** It cannot be merged onto the head, or changes nothing there. */
  | { readonly type: 'refused'; readonly by: RunId }
  /** Its check came to no end again and again. */
  | { readonly type: 'unmeasured'; readonly by: RunId };

/** What to do next. */
export type Move =
  | { readonly type: 'wait' }
  /** `head` is the branch's, or for one work alone an earlier one: to learn what it is that it fails together with. */
  | { readonly type: 'check'; readonly head: Sha; readonly works: readonly Waiting[] }
  | {
      readonly type: 'merge';
      readonly by: RunId;
      readonly works: readonly { readonly work: Waiting; readonly onto: Sha; readonly commit: Sha }[];
    }
  | { readonly type: 'giveBack'; readonly work: Waiting; readonly why: GivenBack };

/** More would make one red batch dear to halve, and its commits many to bundle. */
export const maxBatch = 50;

/** A sandbox that dies under a check says nothing about the work: it is asked for three times in all. */
export const maxUnmeasured = 3;

/** A measured batch as it stands on a head, its works all still waiting. */
interface Fact {
  readonly by: RunId;
  readonly works: readonly { readonly work: Waiting; readonly commit: Sha | null }[];
  readonly verdict: 'green' | 'red' | 'unmeasured';
}

/** What to do next. Pure: the same rows, the same move. */
export function nextMove(queue: Queue): Move {
  const { head, waiting } = queue;
  if (queue.checking || waiting.length === 0) return { type: 'wait' };
  const refused = refusedOn(queue);
  if (refused) return refused;
  const facts = factsOn(queue, head);
  const green = longest(facts.filter(({ verdict }) => verdict === 'green'));
  if (green) return merge(head, green);
  const bad = shortest(facts.filter(({ verdict }) => verdict !== 'green'));
  const [first, second] = bad?.works ?? [];
  if (!bad || !first) return { type: 'check', head, works: waiting.slice(0, maxBatch) };
  if (!second) return culprit(queue, first.work, bad);
  const half = bad.works.slice(0, Math.ceil(bad.works.length / 2));
  return { type: 'check', head, works: half.map(({ work }) => work) };
}

function refusedOn({ head, waiting, measured }: Queue): Move | null {
  for (const work of waiting) {
    const by = measured.find(
      (one) => one.head === head && speaksFor(one, work) && one.refused.includes(work.taskId),
    );
    if (by) return { type: 'giveBack', work, why: { type: 'refused', by: by.runId } };
  }
  return null;
}

const speaksFor = ({ at, asked }: Measured, { taskId, tip, since }: Waiting) =>
  at >= since && asked.some((one) => one.taskId === taskId && one.tip === tip);

/**
 * What is known of batches on a head. A batch whose first works have become the head since tells of the rest as well:
 * it is the very same tree.
 */
function factsOn({ waiting, measured }: Queue, head: Sha): Fact[] {
  const byTask = new Map(waiting.map((work) => [work.taskId, work]));
  const unmeasured = new Map<string, number>();
  return measured.flatMap((one): Fact[] => {
    const find = ({ taskId }: { readonly taskId: TaskId }) => {
      const work = byTask.get(taskId);
      return work && speaksFor(one, work) ? [work] : [];
    };
    if (one.verdict === 'none') {
      const works = one.asked.flatMap(find).map((work) => ({ work, commit: null }));
      if (one.head !== head || works.length < one.asked.length) return [];
      const set = works.map(({ work }) => work.runId).join();
      const times = (unmeasured.get(set) ?? 0) + 1;
      unmeasured.set(set, times);
      return times < maxUnmeasured ? [] : [{ by: one.runId, works, verdict: 'unmeasured' as const }];
    }
    const at = one.head === head ? 0 : one.works.findIndex(({ commit }) => commit === head) + 1;
    const rest = one.head === head || at > 0 ? one.works.slice(at) : [];
    const works = rest.flatMap((merged) => find(merged).map((work) => ({ work, commit: merged.commit })));
    if (works.length === 0 || works.length < rest.length) return [];
    return [{ by: one.runId, works, verdict: one.verdict }];
  });
}

const byLength = (a: Fact, b: Fact) => a.works.length - b.works.length;
const longest = (facts: readonly Fact[]) => [...facts].sort(byLength).at(-1);
const shortest = (facts: readonly Fact[]) => [...facts].sort(byLength)[0];

function merge(head: Sha, { by, works }: Fact): Move {
  let onto = head;
  const merged = works.map(({ work, commit }) => {
    const one = { work, onto, commit: commit ?? onto };
    onto = one.commit;
    return one;
  });
  return { type: 'merge', by, works: merged };
}

/**
 * One work is red on the head. Alone on the commit that its author began from it is red too (its own mistake, which is
 * perhaps known already), or green: then what was merged since is searched for the one that it does not go together with.
 */
function culprit(queue: Queue, work: Waiting, bad: Fact): Move {
  const own: GivenBack = { type: bad.verdict === 'unmeasured' ? 'unmeasured' : 'red', by: bad.by };
  const since = landedSince(queue, work.base);
  const last = since.at(-1);
  const known = queue.measured.some(({ runId, alone }) => runId === bad.by && alone?.includes(work.taskId));
  if (!last || known) return { type: 'giveBack', work, why: own };
  const alone = probe(queue, work, work.base);
  if (!alone) return { type: 'check', head: work.base, works: [work] };
  if (alone.verdict !== 'green')
    return { type: 'giveBack', work, why: alone.verdict === 'red' ? { type: 'red', by: alone.by } : own };
  // Green below `low`, red from `high` on.
  let [low, high, partner, by] = [0, since.length, last, bad.by];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    const landed = since[middle - 1] ?? last;
    const fact = probe(queue, work, landed.commit);
    if (!fact) return { type: 'check', head: landed.commit, works: [work] };
    if (fact.verdict === 'green') low = middle;
    else [high, partner, by] = [middle, landed, fact.by];
  }
  return { type: 'giveBack', work, why: { type: 'pair', by, with: partner } };
}

/** What is known of one work alone on a commit of the branch. One that cannot be merged there is not green either. */
function probe(queue: Queue, work: Waiting, head: Sha): Pick<Fact, 'by' | 'verdict'> | null {
  const known = factsOn(queue, head).find(({ works }) => works.length === 1 && works[0]?.work === work);
  if (known) return known;
  const refused = queue.measured.find(
    (one) => one.head === head && speaksFor(one, work) && one.asked.length === 1 && one.refused.length === 1,
  );
  return refused ? { by: refused.runId, verdict: 'red' } : null;
}

/** What was merged from a commit to the head, oldest first; empty where history does not lead back to it. */
function landedSince({ head, landed }: Queue, base: Sha): Landed[] {
  const byCommit = new Map(landed.map((one) => [one.commit, one]));
  const since: Landed[] = [];
  for (let at = head; at !== base; ) {
    const one = byCommit.get(at);
    // A history longer than what is known of it: the branch was moved by other means.
    if (!one || since.length > landed.length) return [];
    since.unshift(one);
    at = one.onto;
  }
  return since;
}
