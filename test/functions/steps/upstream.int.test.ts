import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { InvalidInput } from '#core/errors.ts';
import type { Run } from '#core/run/run.ts';
import { design, exploration, planOf, requirements } from '#test/core/spec/samples.ts';
import { type Act, base, checked, conflicting, openRoad, type Script, sha } from './road.ts';

let road: Awaited<ReturnType<typeof openRoad>>;
let world: Awaited<ReturnType<(typeof road)['world']>>;
beforeAll(async () => {
  road = await openRoad();
});
afterAll(() => road.close());
afterEach(() => world.close());

const auto = { explore: 'off', requirements: 'auto', design: 'auto', tasks: 'auto' } as const;

/** Whether a check joins the default branch. */
const joins = (run: Run) => run.check?.works.some(({ merge }) => merge.joins !== undefined) === true;

/** A ticket of two tasks; `heads` is where the default branch is, each time that somebody asks. */
async function open(heads: readonly string[], other: (run: Run) => Act | undefined = () => undefined) {
  const documents = { explorer: exploration, analyst: requirements, architect: design };
  const script: Script = async (run, key) => {
    const played = other(run);
    if (played) return played;
    if (run.kind === 'check') return checked(run);
    if (run.role === 'builder' || run.role === 'integrator')
      return { work: `${key} ${run.role} ${run.round}` };
    if (run.role === 'diagnostician' || run.role === 'verifier') return 'silent';
    return { document: run.role === 'planner' ? planOf(2) : documents[run.role] };
  };
  let asked = 0;
  const upstream = () => {
    const head = heads[Math.min(asked, heads.length - 1)] ?? base;
    asked += 1;
    if (head === 'gone') throw new InvalidInput('The repository has no branch “main”.');
    return head;
  };
  world = await road.world(script, { project: { gates: auto }, upstream });
  await world.submit();
  return world.reach('completed', 'failed', 'waiting');
}

const tasks = () => world.store.view.tasks.list(world.ticket.id);
const entries = () => world.store.view.merges.list(world.ticket.id);
const runs = async () => (await world.store.view.runs.list({ ticketId: world.ticket.id })).reverse();
const pull = () => world.store.view.pulls.byTicket(world.ticket.id);

describe('the default branch, when it moves while a ticket is at work', () => {
  it('is looked at before the delivery, and nothing more when it stands', async () => {
    expect((await open([base])).status).toBe('completed');
    expect(await tasks()).toHaveLength(2);
    expect((await pull())?.body).not.toContain('Brought up to date');
  });

  it('is merged as a task of the platform, verified, and what it may have overtaken is named', async () => {
    const moved = sha('main moved');
    const ticket = await open([base, moved]);
    expect(ticket.status).toBe('completed');
    const [, , task] = await tasks();
    expect(task).toMatchObject({
      ...{ key: 'T3', origin: 'upstream:0', title: 'Bring the branch up to date with main' },
      state: { status: 'done', commit: ticket.headCommit },
    });
    const entry = (await entries()).at(-1);
    expect(entry?.merge).toMatchObject({ tip: moved, joins: { commit: moved } });
    // Its work is the branch itself: no sandbox but those of the checks.
    const own = (await runs()).filter(({ taskId }) => taskId === task?.id);
    expect(own.map(({ kind, turns, sandbox }) => [kind, turns, sandbox !== null])).toEqual([
      ['agent', 0, false],
      ['check', 0, true],
    ]);
    const finals = (await runs()).filter(({ check }) => check?.purpose === 'final');
    expect(finals.map(({ check }) => check?.head)).toEqual([ticket.headCommit]);
    // What the default branch brought is not the ticket's doing.
    expect(finals.map(({ check }) => check?.proof?.former)).toEqual([moved]);
    const found = await pull();
    expect(found?.baseCommit).toBe(moved);
    expect(found?.body).toContain(
      `\`main\` moved while this was at work and was brought in: \`${moved.slice(0, 12)}\``,
    );
    // The scripted works all change this file.
    expect(found?.body).toContain('- REQ-1.1: `src/a.ts`');
    expect(found?.body).toMatch(/\*\*3 of 3 criteria proven, 3 of 3 tasks done\.\*\*/);
    expect(world.log).toEqual([]);
  });

  it('is joined by an integrator where the text conflicts', async () => {
    await open([base, sha('m')], (run) =>
      joins(run) && run.check?.works[0]?.merge.tip === sha('m') ? conflicting(run, 'src/a.ts') : undefined,
    );
    const [, , task] = await tasks();
    expect(task?.state.status).toBe('done');
    const integrators = (await runs()).filter(({ role }) => role === 'integrator');
    expect(integrators).toHaveLength(1);
    expect(integrators[0]?.feedback).toContain('src/a.ts');
    const last = (await entries()).at(-1);
    expect(last?.merge).toMatchObject({ tip: sha('T3 integrator 1'), joins: { commit: sha('m') } });
  });

  it('goes to a person when no integrator comes through', async () => {
    const ticket = await open([base, sha('m')], (run) =>
      joins(run) ? conflicting(run, 'src/a.ts') : undefined,
    );
    expect(ticket).toMatchObject({ status: 'waiting', waitingFor: 'question' });
    const [question] = await world.store.view.notes.questions({ ticketId: world.ticket.id });
    expect(question?.text).toContain('The branch:\nthis');
  });

  it('is mended by one integrator with the log where both merge cleanly and fail together', async () => {
    const ticket = await open([base, sha('m')], (run) =>
      joins(run) && run.check?.works[0]?.merge.tip === sha('m')
        ? checked(run, 1, ['the sum is right'])
        : undefined,
    );
    expect(ticket.status).toBe('completed');
    const [, , task] = await tasks();
    expect(task).toMatchObject({ round: 2, state: { status: 'done' } });
    const integrators = (await runs()).filter(({ role }) => role === 'integrator');
    expect(integrators).toHaveLength(1);
    expect(integrators[0]?.feedback).toContain('fail together');
    expect(integrators[0]?.feedback).toContain('the sum is right');
    expect((await runs()).filter(({ role, sandbox }) => role === 'builder' && sandbox !== null)).toHaveLength(
      2,
    );
  });

  it('holds the ticket with a sentence when it was deleted meanwhile', async () => {
    const ticket = await open([base, 'gone']);
    expect(ticket).toMatchObject({
      ...{ status: 'waiting', waitingFor: 'forge' },
      hold: { why: 'The repository has no branch “main”.' },
    });
    // The work is not lost: it is on the ticket's own branch.
    expect((await tasks()).map(({ state }) => state.status)).toEqual(['done', 'done']);
  });

  it('is followed three times, and then the pull request says what it does not have', async () => {
    const ticket = await open([base, sha('1'), sha('2'), sha('3'), sha('4'), sha('5')]);
    expect(ticket.status).toBe('completed');
    const own = (await tasks()).filter(({ origin }) => origin.startsWith('upstream:'));
    expect(own.map(({ state }) => state.status)).toEqual(['done', 'done', 'done', 'failed']);
    const found = await pull();
    expect(found?.body).toContain(
      `main moved on to ${sha('4').slice(0, 12)} after it was brought in 3 times`,
    );
    expect(found?.baseCommit).toBe(sha('3'));
  });

  it('is left out, and told, when nothing brings it in', async () => {
    const ticket = await open([base, sha('m')], (run) => (joins(run) ? checked(run, 1, ['x']) : undefined));
    expect(ticket.status).toBe('completed');
    const [, , task] = await tasks();
    expect(task?.state).toMatchObject({ status: 'failed' });
    const found = await pull();
    expect(found?.body).toContain('## Missing');
    expect(found?.body).toContain('**T3** Bring the branch up to date with main: failed.');
    expect(found?.baseCommit).toBe(base);
  });
});
