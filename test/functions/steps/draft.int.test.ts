/** Whether the pull request of a ticket is a draft, along the whole road, and again when a review came back. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Run } from '#core/run/run.ts';
import { design, exploration, planOf, requirements } from '#test/core/spec/samples.ts';
import { checked, openRoad, type Script } from './road.ts';

let road: Awaited<ReturnType<typeof openRoad>>;
let world: Awaited<ReturnType<(typeof road)['world']>>;
beforeAll(async () => {
  road = await openRoad();
});
afterAll(() => road.close());
afterEach(() => world.close());

const documents = { explorer: exploration, analyst: requirements, architect: design, planner: planOf(1) };
const gates = { explore: 'off', requirements: 'auto', design: 'auto', tasks: 'auto' } as const;

/** A check in which no named test ran: what passed speaks for no criterion. */
function nameless(run: Run) {
  const act = checked(run);
  if (typeof act === 'object' && 'check' in act && act.check.type === 'checked' && act.check.proof)
    act.check.proof.named = act.check.proof.named.map((one) => ({ ...one, tests: [] }));
  return act;
}

/** The first `unproven` final checks find no named test; builders take every criterion to mean `interpretation`, if given. */
function script(unproven: number, interpretation?: string): Script {
  let finals = 0;
  return (run, key) => {
    if (run.check?.purpose === 'final') {
      finals += 1;
      return finals <= unproven ? nameless(run) : checked(run);
    }
    if (run.kind === 'check') return checked(run);
    if (run.role === 'builder') {
      const work = `${key} builder ${run.id}`;
      return interpretation === undefined ? { work } : { work, interpretation };
    }
    const document = new Map<string, unknown>(Object.entries(documents)).get(run.role);
    return document === undefined ? 'silent' : { document };
  };
}

async function delivered() {
  const { id } = await world.reach('completed', 'failed');
  const pull = await world.store.view.pulls.byTicket(id);
  if (!pull) throw new Error('nothing was delivered');
  return pull;
}

/** A review asks for more; the pull request as it is after that. */
async function reviewed() {
  const { ticketId, number } = await delivered();
  const ticket = await world.store.view.tickets.get(ticketId);
  const project = ticket && (await world.store.view.projects.get(ticket.projectId));
  const event = {
    ...{ type: 'reviewed', repo: project?.repo, number, by: 'bob', id: 'r1', member: true, notes: [] },
    ...{ url: 'https://forge.test/r1', verdict: 'changes', text: 'Prove it.' },
  };
  await world.steps({ step: 'forge.hear', key: `delivery-${ticketId}`, event });
  return delivered();
}

const forge = { number: 7, url: 'https://forge.test/pull/7', draft: true, draftsRefused: false };

it('the final check is told by what command a claim shows its criterion', async () => {
  const told = new Set<string | undefined>();
  const plain = script(0);
  const asking: Script = (run, key) => {
    if (run.check?.purpose === 'final')
      for (const { command } of run.check.proof?.claims ?? []) told.add(command);
    return run.role === 'builder'
      ? { work: `${key} 1`, command: 'grep -q Coupons README.md' }
      : plain(run, key);
  };
  world = await road.world(asking, { project: { gates } });
  await world.submit();
  await delivered();
  expect([...told]).toEqual(['grep -q Coupons README.md']);
});

it('what is not proven is delivered as a draft that says why', async () => {
  world = await road.world(script(1), { project: { gates } });
  await world.submit();
  const first = await delivered();
  expect(first).toMatchObject({ draft: true, draftBy: null });
  expect(first.draftNote).toMatch(/criteria (is|are) not proven on the delivered commit: REQ-/);
  expect(first.body).toContain('**Not ready to be merged:**');
  expect(await world.events()).not.toContain('pull.readied.v1');
});

it('proven by later work, the same pull request is made ready', async () => {
  const pull = { ...forge };
  world = await road.world(script(1), { project: { gates }, pull });
  await world.submit();
  const first = await delivered();
  expect(first.draft).toBe(true);
  pull.draft = false;
  const second = await reviewed();
  expect(second).toMatchObject({ id: first.id, draft: false, draftNote: null, draftBy: null });
  expect(second.body).not.toContain('Not ready');
  expect((await world.events()).filter((type) => type === 'pull.readied.v1')).toHaveLength(1);
});

it('a project that never wants drafts gets none, and the body still says what is unverified', async () => {
  world = await road.world(script(1), { project: { gates, draft: 'never' } });
  await world.submit();
  const pull = await delivered();
  expect(pull).toMatchObject({ draft: false, draftNote: null });
  expect(pull.body).toContain('## Unverified');
});

it('what is proven is ready from the first', async () => {
  world = await road.world(script(0), { project: { gates } });
  await world.submit();
  expect(await delivered()).toMatchObject({ draft: false, draftNote: null, draftBy: null });
});

it('what is proven only as its builder understood it is a draft that quotes it', async () => {
  world = await road.world(script(0, 'a cart of one'), { project: { gates } });
  await world.submit();
  const pull = await delivered();
  expect(pull.draft).toBe(true);
  expect(pull.draftNote).toContain('(proven as its builder understood it, not as it is written)');
  expect(pull.body).toContain('Its builder took it to mean: a cart of one.');
});

it('where the forge takes no drafts it is a normal one, which says so', async () => {
  const pull = { ...forge, draft: false, draftsRefused: true };
  world = await road.world(script(1), { project: { gates }, pull });
  await world.submit();
  const { draft, draftNote } = await delivered();
  expect(draft).toBe(false);
  expect(draftNote).toContain('takes no draft pull requests');
});
