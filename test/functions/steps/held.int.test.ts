import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { newId } from '#adapters/ids/ids.ts';
import { BranchGone, ForgeRefused, ForgeUnavailable } from '#core/errors.ts';
import type { Mirrored } from '#core/forge/ports.ts';
import { releaseHeld } from '#functions/api/hold.ts';
import { explain } from '#functions/steps/failure.ts';
import { design, exploration, planOf, requirements } from '#test/core/spec/samples.ts';
import { base, checked, openRoad, type Script, sha } from './road.ts';

let road: Awaited<ReturnType<typeof openRoad>>;
let world: Awaited<ReturnType<(typeof road)['world']>>;
beforeAll(async () => {
  road = await openRoad();
});
afterAll(() => road.close());
afterEach(() => world.close());

const gates = { explore: 'off', requirements: 'auto', design: 'auto', tasks: 'auto' } as const;
const documents = { explorer: exploration, analyst: requirements, architect: design };
const script: Script = async (run, key) => {
  if (run.kind === 'check') return checked(run);
  if (run.role === 'builder') return { work: `${key} ${run.round}` };
  if (run.role === 'integrator' || run.role === 'diagnostician' || run.role === 'verifier') return 'silent';
  return { document: run.role === 'planner' ? planOf(2) : documents[run.role] };
};

type Refuse = (step: string, branch: string | null) => Error | null;

async function open(refuse: Refuse, mirrored?: () => Partial<Mirrored>) {
  const project = { gates, defaultBranch: 'main' };
  world = await road.world(script, { project, refuse, ...(mirrored && { mirrored }) });
  await world.submit();
  return world.reach('completed', 'failed', 'waiting');
}

const release = () =>
  world.store.transaction(async (tx) => {
    await releaseHeld(tx, { newId }, { actor: 'Ada', at: new Date().toISOString() });
  });
const pull = () => world.store.view.pulls.byTicket(world.ticket.id);
const builds = () => world.launched.filter(({ role }) => role === 'builder').length;

const refused = new ForgeRefused('GitHub is not connected. Connect it in the settings.');

it.each(['forge.mirror', 'forge.push', 'forge.publish'])(
  'a refusal at %s holds the ticket with its sentence, and nothing is done twice when it goes on',
  async (step) => {
    let connected = false;
    const held = await open((asked) => (asked === step && !connected ? refused : null));
    expect(held).toMatchObject({ status: 'waiting', waitingFor: 'forge', hold: { why: refused.message } });
    // Tried again before it was mended: the same sentence, and the same ticket.
    await release();
    expect(await world.reach('waiting')).toMatchObject({ hold: { why: refused.message } });
    connected = true;
    await release();
    expect(await world.reach('completed', 'failed')).toMatchObject({ status: 'completed', hold: null });
    expect(builds()).toBe(2);
    expect(await pull()).toMatchObject({ number: expect.any(Number), into: 'main' });
    expect(world.log).toEqual([]);
  },
);

it('a forge that stays down holds the ticket as well', async () => {
  let up = false;
  const held = await open((step) =>
    step === 'forge.push' && !up ? new ForgeUnavailable('GitHub answers with 503.') : null,
  );
  expect(held).toMatchObject({ waitingFor: 'forge', hold: { why: 'GitHub answers with 503.' } });
  up = true;
  await release();
  expect((await world.reach('completed', 'failed')).status).toBe('completed');
});

it('without its branch a ticket stands still, and is delivered onto the one that a person names', async () => {
  let deleted = false;
  const held = await open((step, branch) => {
    if (step === 'forge.push') return null;
    if (step === 'forge.mirror' && branch === 'main' && builds() > 0) deleted = true;
    return deleted && branch === 'main' ? new BranchGone('No branch “main” any more.') : null;
  });
  expect(held).toMatchObject({ waitingFor: 'forge', hold: { why: 'No branch “main” any more.' } });
  await world.store.transaction(async (tx) => {
    const project = await tx.projects.get(held.projectId);
    if (project) await tx.projects.update({ ...project, defaultBranch: 'trunk' });
  });
  await release();
  expect((await world.reach('completed', 'failed')).status).toBe('completed');
  expect(await pull()).toMatchObject({ into: 'trunk', branch: held.branch });
  expect(builds()).toBe(2);
});

it('a branch and a repository that were renamed on the forge are followed', async () => {
  const repo = `https://github.com/acme/${newId('event')}`;
  const renamed = () => ({ repo, ...(builds() > 0 ? { defaultBranch: 'trunk', renamedFrom: 'main' } : {}) });
  const ticket = await open(() => null, renamed);
  expect(ticket.status).toBe('completed');
  expect(await world.store.view.projects.get(ticket.projectId)).toMatchObject({
    ...{ repo, defaultBranch: 'trunk' },
  });
  expect(await pull()).toMatchObject({ into: 'trunk', baseCommit: base });
});

it('a person’s own choice of a branch is not undone by what was copied meanwhile', async () => {
  const ticket = await open(
    () => null,
    () => ({ defaultBranch: 'trunk', renamedFrom: 'older' }),
  );
  expect(await world.store.view.projects.get(ticket.projectId)).toMatchObject({ defaultBranch: 'main' });
});

it('a cancelled ticket that was held ends, and no later release wakes it', async () => {
  const held = await open((step) => (step === 'forge.push' ? refused : null));
  await world.steps({ step: 'ticket.fail', key: `f-${sha(held.id)}`, ticketId: held.id, error: {} });
  await release();
  expect(await world.read()).toMatchObject({ status: 'failed', hold: null });
});

it('the sentence is the function’s own, also as Lambda tells it', () => {
  const Cause = JSON.stringify({ errorType: 'ForgeRefused', errorMessage: 'Mend it.', trace: ['at x'] });
  expect(explain({ Error: 'ForgeRefused', Cause })).toEqual({ error: 'ForgeRefused', cause: 'Mend it.' });
  const child = JSON.stringify({ Error: 'ForgeRefused', Cause });
  expect(explain({ Error: 'States.TaskFailed', Cause: child }).cause).toBe('Mend it.');
});
