import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { newId } from '#adapters/ids/ids.ts';
import type { NetworkPolicy } from '#core/project/project.ts';
import type { Run } from '#core/run/run.ts';
import { resume, resumeWithheld } from '#functions/api/hold.ts';
import { design, exploration, planOf, requirements } from '#test/core/spec/samples.ts';
import { until } from '#test/local/states/host.ts';
import { checked, openRoad, type Script } from './road.ts';

let road: Awaited<ReturnType<typeof openRoad>>;
let world: Awaited<ReturnType<(typeof road)['world']>>;
let networks: NetworkPolicy[];
beforeAll(async () => {
  road = await openRoad();
});
afterAll(() => road.close());
afterEach(() => world.close());

const gates = { explore: 'off', requirements: 'auto', design: 'auto', tasks: 'auto' } as const;
const documents = { explorer: exploration, analyst: requirements, architect: design };
const kindOf = (run: Run): string => run.check?.purpose ?? run.role;

/** A redeploy takes the network away while a run of this kind is at work, or before any is. */
async function open(during: string | null) {
  const script: Script = (run, key) => {
    if (kindOf(run) === during && run.round === 1 && run.attempt === 1) networks = ['open'];
    if (run.kind === 'check') return checked(run);
    if (run.role === 'builder') return { work: `${key} ${run.round}` };
    if (run.role === 'integrator' || run.role === 'diagnostician' || run.role === 'verifier') return 'silent';
    return { document: run.role === 'planner' ? planOf(1) : documents[run.role] };
  };
  networks = during === null ? ['open'] : ['registries', 'open'];
  world = await road.world(script, {
    project: { gates, defaultBranch: 'main', parallelTasks: 1 },
    networks: () => networks,
  });
  await world.submit();
  return world.reach('paused', 'completed', 'failed');
}

const who = () => ({ actor: 'Ada', at: new Date().toISOString() });
const byHand = () =>
  world.store.transaction(async (tx) => {
    const ticket = await tx.tickets.get(world.ticket.id);
    if (ticket) await resume(tx, { newId }, who(), ticket);
  });
const otherPolicy = () =>
  world.store.transaction(async (tx) => {
    const project = await tx.projects.get(world.ticket.projectId);
    if (!project) throw new Error('the project is gone');
    await tx.projects.update({ ...project, network: 'open' });
    await resumeWithheld(tx, { newId }, who(), project.id);
  });
const runs = () => world.store.view.runs.list({ ticketId: world.ticket.id });
const why = expect.stringMatching(
  /no network .* policy registries, .* Choose open in its settings, or deploy/,
);

it.each([
  [null, 'explorer'],
  ['explorer', 'baseline'],
  ['planner', 'builder'],
  ['builder', 'batch'],
  ['batch', 'final'],
])(
  'a network that is taken away (during %s) holds the next run, %s, and nothing is lost',
  async (during, next) => {
    expect(await open(during)).toMatchObject({
      status: 'paused',
      waitingFor: null,
      hold: { why, token: null },
    });
    const held = (await runs()).filter(({ state }) => state.status === 'held');
    expect(held.map(kindOf)).toEqual([next]);
    const launched = world.launched.length;
    // Tried again before it was mended: the same sentence, as often as somebody likes.
    for (const times of [2, 3, 4, 5]) {
      await until(async () =>
        (await runs()).every(
          ({ state, token, kind }) => kind === 'check' || state.status !== 'held' || token !== null,
        ),
      );
      await byHand();
      await until(
        async () => (await world.events()).filter((type) => type === 'run.held.v1').length === times,
      );
    }
    expect(await world.read()).toMatchObject({ status: 'paused', hold: { why } });
    expect(world.launched).toHaveLength(launched);
    if (during === 'builder' || during === null) networks = ['registries'];
    await (networks.includes('registries') ? byHand() : otherPolicy());
    expect(await world.reach('completed', 'failed')).toMatchObject({ status: 'completed', hold: null });
    const ended = (await runs()).flatMap((run) =>
      run.state.status === 'ended' ? [[kindOf(run), run.state.outcome]] : [],
    );
    expect(
      ended.filter(
        ([, outcome]) =>
          typeof outcome === 'object' && outcome.type === 'failed' && outcome.reason !== 'cancelled',
      ),
    ).toEqual([]);
    expect(world.launched.filter(({ role }) => role === 'builder')).toHaveLength(1);
    expect(world.log).toEqual([]);
  },
);

it('whoever paused the ticket resumes it: another policy wakes only what the platform paused', async () => {
  const ticket = await open(null);
  await world.store.transaction(async (tx) => {
    const now = await tx.tickets.get(ticket.id);
    if (now) await tx.tickets.update({ ...now, hold: null });
  });
  await otherPolicy();
  expect(await world.read()).toMatchObject({ status: 'paused' });
});
