import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#adapters/ids/ids.ts';
import { eventOf } from '#core/events/event.ts';
import type { Run } from '#core/run/run.ts';
import { design, exploration, planOf, requirements } from '#test/core/spec/samples.ts';
import { until } from '#test/local/states/host.ts';
import { type Act, checked, conflicting, merges, openRoad, type Script, sha } from './road.ts';

let road: Awaited<ReturnType<typeof openRoad>>;
let world: Awaited<ReturnType<(typeof road)['world']>>;
beforeAll(async () => {
  road = await openRoad();
});
afterAll(() => road.close());
afterEach(() => world.close());

const auto = { explore: 'off', requirements: 'auto', design: 'auto', tasks: 'auto' } as const;

/** A ticket of so many tasks that depend on nothing; `other` may play some runs differently. */
async function open(
  count: number,
  other: (run: Run, key: string | null) => Act | undefined | Promise<Act | undefined> = () => undefined,
) {
  const documents = { explorer: exploration, analyst: requirements, architect: design };
  const script: Script = async (run, key) => {
    const played = await other(run, key);
    if (played) return played;
    if (run.kind === 'check') return checked(run);
    if (run.role === 'builder' || run.role === 'integrator')
      return { work: `${key} ${run.role} ${run.round}` };
    if (run.role === 'diagnostician')
      return { end: { type: 'failed', reason: 'stuck', message: 'It saw nothing.' } };
    if (run.role === 'verifier') return 'silent';
    return { document: run.role === 'planner' ? planOf(count) : documents[run.role] };
  };
  world = await road.world(script, { project: { gates: auto, parallelTasks: count } });
  await world.submit();
}

const entries = () => world.store.view.merges.list(world.ticket.id);
const tasks = () => world.store.view.tasks.list(world.ticket.id);
const runs = async () => (await world.store.view.runs.list({ ticketId: world.ticket.id })).reverse();
const batches = async () =>
  (await runs()).flatMap(({ check }) =>
    check?.purpose === 'batch' ? [check.works.map(({ key }) => key)] : [],
  );
const allQueued = (count: number) => until(async () => (await entries()).length === count);

/** The first check takes until all have come, so that the rest waits together. */
const first = (count: number) => async (run: Run) => {
  if (run.check?.purpose === 'batch' && run.round === 1) await allQueued(count);
};

/** What each commit holds, by the works merged into it. */
function histories() {
  const held = new Map<string, Set<string>>();
  return (run: Run): Set<string> => {
    let commit: string = run.check?.head ?? '';
    const all = new Set(held.get(commit));
    for (const { merge } of run.check?.works ?? []) {
      all.add(merge.tip);
      commit = sha(`${commit} ${merge.tip}`);
      held.set(commit, new Set(all));
    }
    return all;
  };
}

describe('the merge queue', () => {
  it('verifies what waits together, and every task is done with its own commit', async () => {
    const wait = first(4);
    await open(4, async (run) => void (await wait(run)));
    const ticket = await world.reach('completed', 'failed');
    expect(ticket.status).toBe('completed');
    const checks = await batches();
    expect(checks).toHaveLength(2);
    expect(checks.flat().sort()).toEqual(['T1', 'T2', 'T3', 'T4']);
    const commits = (await tasks()).map(({ state }) => state.status === 'done' && state.commit);
    expect(new Set(commits).size).toBe(4);
    expect(commits).toContain(ticket.headCommit);
    const evidence = await world.store.view.evidence.list(ticket.id);
    const spokenFor = evidence.filter(({ purpose, name }) => purpose === 'batch' && name === 'test');
    expect(new Set(spokenFor.map(({ taskId }) => taskId)).size).toBe(4);
    const pull = await world.store.view.pulls.byTicket(ticket.id);
    expect(pull?.body).toContain('**3 of 3 criteria proven, 4 of 4 tasks done.**');
    expect(world.log).toEqual([]);
  });

  it('finds the one culprit of a red batch; the others are merged without it', async () => {
    const wait = first(4);
    await open(4, async (run) => {
      await wait(run);
      return merges(run, 'T3 builder 1') ? checked(run, 1, ['NOPE is refused']) : undefined;
    });
    const ticket = await world.reach('completed', 'failed');
    expect((await tasks()).map(({ state, round }) => [state.status, round])).toEqual([
      ['done', 1],
      ['done', 1],
      ['done', 2],
      ['done', 1],
    ]);
    const second = (await runs()).find(({ role, round }) => role === 'builder' && round === 2);
    expect(second?.feedback).toContain('NOPE is refused');
    // Two at most before it is in the batch alone, its own check on its base, and the ones of the second round.
    expect((await batches()).length).toBeLessThanOrEqual(7);
    expect(ticket.status).toBe('completed');
  });

  it('names the partner of work that passes alone and fails together, and one of the two is mended', async () => {
    const history = histories();
    await open(2, async (run) => {
      if (run.check?.purpose !== 'batch') return undefined;
      if (run.round === 1) await allQueued(2);
      const all = history(run);
      const both = all.has(sha('T1 builder 1')) && all.has(sha('T2 builder 1'));
      return both ? checked(run, 1, ['the sum is right']) : undefined;
    });
    expect((await world.reach('completed', 'failed')).status).toBe('completed');
    const given = (await entries()).flatMap(({ key, state }) =>
      state.status === 'given-back' ? [[key, state.with, state.next]] : [],
    );
    expect([[['T2', 'T1', 'again']], [['T1', 'T2', 'again']]]).toContainEqual(given);
    const mended = (await runs()).filter(({ role, round }) => role === 'builder' && round === 2);
    expect(mended).toHaveLength(1);
    expect(mended[0]?.feedback).toMatch(/^T[12] passes alone and fails together with T[12]: /);
    expect(mended[0]?.feedback).toContain('the sum is right');
  });

  it('asks a person, with both sides shown, when an integrator did not come through twice', async () => {
    await open(1, (run) =>
      ['T1 builder 1', 'T1 integrator 1', 'T1 integrator 2'].some((work) => merges(run, work))
        ? conflicting(run, 'src/a.ts')
        : undefined,
    );
    expect(await world.reach('waiting')).toMatchObject({ waitingFor: 'question' });
    const [question] = await world.store.view.notes.questions({ ticketId: world.ticket.id });
    expect(question?.text).toContain('2 tries of an agent');
    expect(question?.text).toContain('The branch:\nthis\nThis task:\nthat');
    await answer('Take this task’s side.');
    expect((await world.reach('completed', 'failed')).status).toBe('completed');
    const integrators = (await runs()).filter(({ role }) => role === 'integrator');
    expect(integrators.map(({ round, attempt }) => [round, attempt])).toEqual([
      [1, 1],
      [2, 1],
      [3, 2],
    ]);
  });

  it('fails the task when even that leaves a conflict', async () => {
    await open(1, (run) => (run.check?.purpose === 'batch' ? conflicting(run, 'src/a.ts') : undefined));
    await world.reach('waiting');
    await answer('Both.');
    expect((await world.reach('failed')).reason).toContain('No task was finished.');
    expect((await tasks())[0]?.state).toMatchObject({ status: 'failed', reason: /still conflicts/ });
  });

  it('sends work back that brings conflict markers', async () => {
    await open(1, (run) => {
      const [work] = run.check?.works ?? [];
      if (!work || !merges(run, 'T1 builder 1')) return undefined;
      const refused = [
        { reason: 'markers' as const, taskId: work.taskId, files: ['src/a.ts'], onHead: true },
      ];
      return { check: { type: 'unmerged', refused } };
    });
    expect((await world.reach('completed', 'failed')).status).toBe('completed');
    const second = (await runs()).find(({ role, round }) => role === 'builder' && round === 2);
    expect(second?.feedback).toContain('Conflict markers are left in src/a.ts');
  });

  it('changes nothing when its doorbell rings too often, and starts one check at a time', async () => {
    await open(2, async (run) => {
      if (run.check?.purpose !== 'batch' || run.round > 1) return undefined;
      await allQueued(2);
      const ring = (key: string) => world.steps({ step: 'queue.ring', key, ticketId: world.ticket.id });
      await Promise.all(['a', 'b', 'c'].map(ring));
      return undefined;
    });
    expect((await world.reach('completed', 'failed')).status).toBe('completed');
    const before = await world.events();
    // The second may have come in time for the first check; either way each is verified once.
    expect((await batches()).flat().sort()).toEqual(['T1', 'T2']);
    await world.steps({ step: 'queue.ring', key: 'late', ticketId: world.ticket.id });
    expect(await world.events()).toEqual(before);
  });

  it('answers again where the execution entered the state again', async () => {
    await open(1);
    await world.reach('completed', 'failed');
    const [task] = await tasks();
    if (!task) throw new Error('there is no task');
    const again = { ticketId: world.ticket.id, taskId: task.id, execution: `task-${task.id}-1` };
    await world.steps({ step: 'task.enqueue', key: 'again', token: 'another', ...again });
    const told = await world.store.view.outbox.list({ ticketId: world.ticket.id, after: 0, limit: 1000 });
    const answers = told.flatMap((event) => (event.type === 'task.dequeued.v1' ? [event.data] : []));
    expect(answers.map(({ next, token }) => [next, token === 'another'])).toEqual([
      ['done', false],
      ['done', true],
    ]);
    expect(await entries()).toHaveLength(1);
  });
});

async function answer(text: string): Promise<void> {
  const run = await until(async () =>
    (await runs()).find(({ state, token }) => state.status === 'held' && token !== null),
  );
  await world.store.transaction(async (tx) => {
    const [question] = await tx.notes.questions({ runId: run.id });
    if (!question || run.token === null) throw new Error('nobody waits');
    const at = new Date().toISOString();
    await tx.notes.answerQuestion(question.id, { text, by: 'ada', at });
    const { projectId, id: ticketId } = world.ticket;
    const told = { questionId: question.id, runId: run.id, by: 'ada', tokens: [run.token] };
    const telling = { newId, at, projectId, ticketId, actor: 'ada' };
    await tx.outbox.append([eventOf(telling, question.id, 'question.answered.v1', told)]);
  });
}
