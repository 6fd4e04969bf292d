import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ticketView } from '#functions/api/views.ts';
import { design, directExploration, exploration, plan, requirements } from '#test/core/spec/samples.ts';
import { type Act, base, checked, conflicting, merges, openRoad, type Script } from './road.ts';

let road: Awaited<ReturnType<typeof openRoad>>;
let world: Awaited<ReturnType<(typeof road)['world']>>;
beforeAll(async () => {
  road = await openRoad();
});
afterAll(() => road.close());
afterEach(() => world.close());

const documents = {
  explorer: exploration,
  analyst: requirements,
  architect: design,
  planner: plan,
} as const;

/** Everything goes well; `other` may play some runs differently. */
function usual(
  other: (run: Parameters<Script>[0], key: string | null) => Act | undefined = () => undefined,
): Script {
  return (run, key) => {
    const played = other(run, key);
    if (played) return played;
    if (run.kind === 'check') return checked(run);
    if (run.role === 'builder' || run.role === 'integrator')
      return { work: `${key} ${run.role} ${run.round}` };
    return run.role === 'verifier' || run.role === 'diagnostician'
      ? 'silent'
      : { document: documents[run.role] };
  };
}

const auto = { explore: 'off', requirements: 'auto', design: 'auto', tasks: 'auto' } as const;
const failing = (reason: 'stuck' | 'model-rejected', message: string): Act => ({
  end: { type: 'failed', reason, message },
});

describe('the road of a ticket', () => {
  it('leads through all phases and two gates to one pull request that carries its proof', async () => {
    world = await road.world(usual());
    await world.submit();
    await world.decide('requirements');
    await world.decide('design');
    const ticket = await world.reach('completed', 'failed');
    expect(ticket.reason).toBeNull();
    expect(ticket).toMatchObject({ status: 'completed', ceremony: 'full', verification: 'verified' });
    const tasks = await world.store.view.tasks.list(ticket.id);
    expect(tasks.map(({ state }) => state.status)).toEqual(['done', 'done']);
    const pull = await world.store.view.pulls.byTicket(ticket.id);
    expect(pull).toMatchObject({
      branch: ticket.branch,
      into: 'main',
      baseCommit: base,
      headCommit: ticket.headCommit,
    });
    expect(pull?.body).toContain('**3 of 3 criteria proven, 2 of 2 tasks done.**');
    expect(world.launched.map(({ role }) => role)).toEqual([
      ...['explorer', 'verifier', 'analyst', 'architect', 'planner'],
      ...['builder', 'verifier', 'builder', 'verifier', 'verifier'],
    ]);
    expect(world.log).toEqual([]);
  });

  it('asks no analyst and no planner for a direct ticket', async () => {
    world = await road.world(
      usual((run) => (run.role === 'explorer' ? { document: directExploration } : undefined)),
      { project: { gates: auto } },
    );
    await world.submit();
    const ticket = await world.reach('completed', 'failed');
    expect(ticket).toMatchObject({ status: 'completed', ceremony: 'direct' });
    expect(world.launched.map(({ role }) => role)).toEqual([
      'explorer',
      'verifier',
      'builder',
      'verifier',
      'verifier',
    ]);
  });

  it('runs a phase again with the comment of the person who rejected it', async () => {
    world = await road.world(usual());
    await world.submit();
    await world.decide('requirements', 'Say what an expired coupon does.');
    await world.decide('requirements');
    await world.decide('design');
    const ticket = await world.reach('completed', 'failed');
    const analysts = (await world.store.view.runs.list({ ticketId: ticket.id })).filter(
      ({ role }) => role === 'analyst',
    );
    expect(analysts.map(({ round, feedback }) => [round, feedback]).sort()).toEqual([
      [1, null],
      [2, 'Say what an expired coupon does.'],
    ]);
  });

  it('fails with the evaluator’s words after three documents that it refuses', async () => {
    const [first] = requirements.requirements;
    const bad = { ...requirements, requirements: [{ ...first, text: 'Coupons are nice.' }] };
    world = await road.world(usual((run) => (run.role === 'analyst' ? { document: bad } : undefined)));
    await world.submit();
    const ticket = await world.reach('failed');
    expect(ticket.reason).toContain('Three tries at requirements were not enough');
    expect(ticket.reason).toContain('REQ-1');
    expect(world.launched.filter(({ role }) => role === 'analyst')).toHaveLength(3);
  });

  it('gives an agent that got stuck another round, and one whose model is refused none', async () => {
    world = await road.world(
      usual((run) => {
        if (run.role === 'explorer' && run.round === 1) return failing('stuck', 'It repeated itself.');
        return run.role === 'analyst' ? failing('model-rejected', 'The key is not valid.') : undefined;
      }),
    );
    await world.submit();
    const ticket = await world.reach('failed');
    expect(ticket.reason).toContain('The key is not valid.');
    expect(world.launched.map(({ role }) => role)).toEqual(['explorer', 'explorer', 'verifier', 'analyst']);
  });

  it('sends the explorer back when its setup fails on the base commit', async () => {
    world = await road.world(
      usual((run) => {
        if (run.check?.purpose !== 'baseline' || run.round > 1) return undefined;
        const act = checked(run);
        if (act === 'silent' || !('check' in act) || act.check.type !== 'checked') return undefined;
        const [setup] = act.check.commands;
        return setup
          ? { check: { ...act.check, commands: [{ ...setup, exitCode: 1, excerpt: 'no lockfile' }] } }
          : undefined;
      }),
    );
    await world.submit();
    await world.decide('requirements');
    const runs = await world.store.view.runs.list({ ticketId: world.ticket.id });
    const second = runs.find(({ role, round }) => role === 'explorer' && round === 2);
    expect(second?.feedback).toContain('no lockfile');
  });

  it.each([
    ['sends the explorer back once when its tests are not told by name', {}, 2],
    ['leaves a test command that people fixed as it is', { commands: { test: 'npm test' } }, 1],
  ])('%s', async (_, project, rounds) => {
    world = await road.world(
      usual((run) => {
        const act = checked(run);
        if (run.check?.purpose !== 'baseline' || act === 'silent' || !('check' in act)) return undefined;
        if (act.check.type !== 'checked') return undefined;
        const counts = { run: 9, failed: 0, skipped: 0, failures: [], named: 1 };
        for (const one of act.check.commands)
          if (one.name === 'test') one.tests = { framework: 'vitest', ...counts };
        return act;
      }),
      { project },
    );
    await world.submit();
    await world.decide('requirements');
    const runs = await world.store.view.runs.list({ ticketId: world.ticket.id });
    const explorers = runs.filter(({ role }) => role === 'explorer');
    expect(explorers).toHaveLength(rounds);
    const second = explorers.find(({ round }) => round === 2);
    if (rounds > 1) expect(second?.feedback).toContain('names 1 of the 9 tests');
  });

  it('gives the builder the failing log, and merges what passes then', async () => {
    world = await road.world(
      usual((run) => (merges(run, 'T1 builder 1') ? checked(run, 1, ['NOPE is refused']) : undefined)),
      { project: { gates: auto } },
    );
    await world.submit();
    const ticket = await world.reach('completed', 'failed');
    const runs = await world.store.view.runs.list({ ticketId: ticket.id });
    const second = runs.find(({ role, round }) => role === 'builder' && round === 2);
    expect(second?.feedback).toContain('NOPE is refused');
    const evidence = await world.store.view.evidence.list(ticket.id);
    expect(evidence.filter(({ verdict }) => verdict === 'failed')).toHaveLength(1);
    expect(await world.events()).toContain('task.refused.v1');
    expect(ticket.status).toBe('completed');
  });

  it('asks an integrator when the work conflicts, and verifies what that one hands in', async () => {
    world = await road.world(
      usual((run) => (merges(run, 'T2 builder 1') ? conflicting(run, 'src/a.ts') : undefined)),
      { project: { gates: auto } },
    );
    await world.submit();
    const ticket = await world.reach('completed', 'failed');
    expect(ticket.status).toBe('completed');
    const runs = await world.store.view.runs.list({ ticketId: ticket.id });
    const integrator = runs.find(({ role }) => role === 'integrator');
    expect(integrator?.feedback).toContain('src/a.ts');
    const merged = runs.find((run) => merges(run, 'T2 integrator 1'));
    expect(merged?.state).toMatchObject({ status: 'ended', outcome: { type: 'check' } });
  });

  it('delivers what is done and says plainly what is missing', async () => {
    world = await road.world(
      usual((run, key) =>
        run.kind === 'check' && key === 'T2' ? checked(run, 1, ['always red']) : undefined,
      ),
      { project: { gates: auto } },
    );
    await world.submit();
    const ticket = await world.reach('completed', 'failed');
    expect(ticket.status).toBe('completed');
    const pull = await world.store.view.pulls.byTicket(ticket.id);
    expect(pull?.body).toContain('**1 of 3 criteria proven, 1 of 2 tasks done.**');
    expect(pull?.body).toContain('This is not the whole ticket.');
    expect(pull?.body).toMatch(/\*\*T2\*\* .*: failed\./);
  });

  it('fails when no task was finished, and blocks what stood behind the failed one', async () => {
    const proposals = [{ change: 'commands' as const, what: 'Mend the test command.' }];
    const diagnosis = { cause: 'The tests cannot pass.', findings: [], proposals };
    world = await road.world(
      usual((run) => {
        if (run.role === 'diagnostician') return { end: { type: 'diagnosis', diagnosis } };
        return run.check?.purpose === 'batch' ? checked(run, 1, ['always red']) : undefined;
      }),
      { project: { gates: auto } },
    );
    await world.submit();
    const ticket = await world.reach('failed');
    expect(ticket.reason).toBe('No task was finished.');
    // One run looks for the cause; for the same causes there is no second.
    expect(world.launched.filter(({ role }) => role === 'diagnostician')).toHaveLength(1);
    expect(await ticketView(world.store.view, ticket)).toMatchObject({ diagnosis });
    const tasks = await world.store.view.tasks.list(ticket.id);
    expect(tasks.map(({ state }) => state.status)).toEqual(['failed', 'blocked']);
    expect(world.launched.filter(({ role }) => role === 'builder')).toHaveLength(4);
    expect(await world.store.view.pulls.byTicket(ticket.id)).toBeNull();
  });
});
