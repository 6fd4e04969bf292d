/**
 * The roads on which a finished branch is mended and on which a ticket is tried again, with the host dying before and after
 * every commit of theirs: whoever comes after it ends where an undisturbed host does, with nothing done twice.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { newId } from '#adapters/ids/ids.ts';
import { IllegalTransition } from '#core/errors.ts';
import { aboutRun, type Run } from '#core/run/run.ts';
import { isOver } from '#core/ticket/ticket.ts';
import { retryHandlers } from '#functions/api/retry.ts';
import { design, exploration, planOf, requirements } from '#test/core/spec/samples.ts';
import { until } from '#test/local/states/host.ts';
import { openTestStore, type TestStore } from '#test/support/store.ts';
import { type Death, type Life, live } from './lives.ts';
import { type Act, checked } from './road.ts';

let opened: TestStore;
beforeAll(async () => {
  opened = await openTestStore();
});
afterAll(() => opened.close());

const gates = { explore: 'off', requirements: 'auto', design: 'auto', tasks: 'auto' } as const;

/** A road, and from where on hosts die on it: as a run begins, or with the request that it is tried again. */
interface Road {
  readonly tasks: number;
  readonly act: (run: Run, key: string | null) => Act | undefined;
  readonly from: 'last check' | 'retry';
}

/** As many as may be at one run, which is given up after three sandboxes. */
const deathsOnAWalk = 3;

const Keyed = z.looseObject({ key: z.string() });

class StoreUnavailable extends Error {}

const isFinal = (run: Run) => run.check?.purpose === 'final';

/** The last check fails so often, for a reason that the work has nothing to do with. */
const red = (times: number): Road => ({
  tasks: 1,
  act: (run) => (isFinal(run) && run.round <= times ? checked(run, 1, ['whole is sound']) : undefined),
  from: 'last check',
});

/** T1 comes to nothing until somebody has said something. */
const stubborn = (tasks: number): Road => ({
  tasks,
  act: (run, key) =>
    run.role === 'builder' && key === 'T1' && !run.feedback?.includes('ada says')
      ? { end: { type: 'failed', reason: 'model-rejected', message: 'It will not.' } }
      : undefined,
  from: 'retry',
});

function usual(run: Run, key: string | null, tasks: number): Act {
  if (run.kind === 'check') return checked(run);
  if (run.role === 'builder') return { work: `${key} builder ${run.round}` };
  if (run.role === 'diagnostician') return { end: { type: 'failed', reason: 'stuck', message: 'None.' } };
  const documents = {
    ...{ explorer: exploration, analyst: requirements, architect: design },
    planner: planOf(tasks),
  };
  const document = new Map<string, unknown>(Object.entries(documents)).get(run.role);
  return document === undefined ? 'silent' : { document };
}

/** As the API is asked; whoever got no answer asks again, and is told where it is at work already. */
async function retry({ world: { store, ticket } }: Life): Promise<void> {
  const call = {
    ...{ params: { ticket: ticket.id }, query: {}, body: { comment: 'Say hello.' }, actor: 'ada' },
    at: new Date().toISOString(),
    transact: <T>(act: Parameters<typeof store.transaction<T>>[0]) => store.transaction(act),
  };
  await retryHandlers.retryTicket(call as never, { newId } as never).catch((error: unknown) => {
    if (!(error instanceof IllegalTransition)) throw error;
  });
}

/** Resolves when the ticket of this host is over, after so many retries, and nothing of it is left to do. */
async function over({ world }: Life, reopened: number): Promise<null> {
  const { tickets } = opened.store.view;
  await until(async () => {
    const ticket = await tickets.get(world.ticket.id);
    return ticket && isOver(ticket.status) && ticket.reopened === reopened;
  });
  await until(async () =>
    (await world.states.list({ status: 'running', limit: 1000 })).every(({ status }) => status !== 'running'),
  );
  await world.dispatcher.idle();
  return null;
}

/** Walks the road with a host that dies, one after it that may die, too, and so on; how it came out, and where they died. */
async function walk(road: Road, deaths: readonly Death[], deaf = false) {
  const reopened = road.from === 'retry' ? 1 : 0;
  const places: string[] = [];
  const [first = null, ...later] = deaths;
  let begun = false;
  let life: Life;
  const script = (run: Run, key: string | null) => {
    if (road.from === 'last check' && isFinal(run) && !begun) {
      begun = true;
      life.arm(first);
    }
    return road.act(run, key) ?? usual(run, key, road.tasks);
  };
  const lost = new Set<string>();
  const called =
    (steps: (input: unknown) => Promise<unknown>) =>
    async (input: unknown): Promise<unknown> => {
      const answer = await steps(input);
      const { key } = Keyed.parse(input);
      if (!deaf || lost.has(key)) return answer;
      lost.add(key);
      // Whatever follows from it has happened by the time when it is called again.
      await life.world.dispatcher.idle();
      throw new StoreUnavailable('The answer was lost.');
    };
  life = await live(opened.database, script, { project: { gates }, called });
  await life.world.submit();
  if (road.from === 'retry') {
    await over(life, 0);
    begun = true;
    life.arm(first);
    void retry(life);
  }
  const next = [...later, null];
  for (let place = await Promise.race([life.death, over(life, reopened)]); place !== null; ) {
    places.push(place);
    life.bury();
    life = await live(opened.database, script, { of: life.world });
    life.arm(next.shift() ?? null);
    void life.world.start().then(() => (road.from === 'retry' ? retry(life) : undefined));
    place = await Promise.race([life.death, over(life, reopened)]);
  }
  const commits = life.count();
  const outcome = await outcomeOf(life);
  await life.world.close();
  return { outcome, places, commits };
}

/** All that must be the same, whoever died on the way; attempts of runs, and with them whole sandboxes, may be more. */
async function outcomeOf({ world: { ticket: submitted } }: Life) {
  const { view } = opened.store;
  const { id: ticketId } = submitted;
  const ticket = await view.tickets.get(ticketId);
  const runs = await view.runs.list({ ticketId });
  const tasks = await view.tasks.list(ticketId);
  const keyOf = (id: string | null) => tasks.find((task) => task.id === id)?.key ?? 'ticket';
  const pull = await view.pulls.byTicket(ticketId);
  const events = await view.outbox.list({ ticketId, after: 0, limit: 1000 });
  const { rows: left } = await opened.database.query(
    `select (select count(*)::integer from states_executions where status = 'running') as executions,
            (select count(*)::integer from states_tokens where closed_at is null) as tokens,
            (select count(*)::integer from offers) as offers,
            (select count(*)::integer from events where published_at is null) as unpublished`,
  );
  return {
    ticket: ticket && [ticket.status, ticket.reason, ticket.reopened, ticket.waitingFor, ticket.headCommit],
    tasks: tasks.map((task) => [
      task.key,
      task.title,
      task.origin,
      task.state.status,
      task.generation,
      task.round,
    ]),
    runs: runs
      .map((run) =>
        [
          keyOf(run.taskId),
          run.role,
          aboutRun(run).kind,
          run.check?.purpose,
          run.round,
          run.state.status,
        ].join(' '),
      )
      .sort(),
    pull: pull && [pull.number > 0, pull.draft, pull.draftNote, pull.headCommit, pull.state],
    merges: (await view.merges.list(ticketId)).map(({ key, place, state }) => [key, place, state.status]),
    evidence: (await view.evidence.list(ticketId))
      .map(({ purpose, name, verdict }) => `${purpose} ${name} ${verdict}`)
      .sort(),
    // A repeated wait has another token, which is told.
    events: events
      .map(({ type }) => type)
      .filter((type) => !/^run\.|execution_started/.test(type))
      .sort(),
    balance: await view.ledger.balance(ticketId),
    left,
  };
}

/** Deaths at all commits of a road, a few on each walk of it, far from each other. */
function dealt(commits: number, when: Death['when']): Death[][] {
  const walks = Math.ceil(commits / deathsOnAWalk);
  return Array.from({ length: walks }, (_, walk) =>
    Array.from({ length: deathsOnAWalk }, (_, index) => walk + 1 + index * walks)
      .filter((at) => at <= commits)
      .map((_, index) => ({ at: index === 0 ? walk + 1 : walks, when })),
  );
}

const roads = [
  ['mended once', red(1)],
  ['mended twice, and handed over as a draft', red(3)],
  ['tried again after it failed', stubborn(1)],
  ['tried again after it was delivered', stubborn(2)],
] as const;

describe.each(roads)('a ticket that is %s', (_, road) => {
  it('comes out the same whenever its host dies', async () => {
    const { outcome: calm, commits } = await walk(road, []);
    const deaths = [...dealt(commits, 'before'), ...dealt(commits, 'after')];
    let reached = 0;
    for (const some of deaths) {
      const { outcome, places } = await walk(road, some);
      reached += places.length;
      expect(outcome, places.join('; ')).toEqual(calm);
    }
    expect(reached).toBeGreaterThan(commits * 2 * 0.9);
  });

  it('comes out the same when the first answer of each step is lost', async () => {
    const { outcome: calm } = await walk(road, []);
    const { outcome } = await walk(road, [], true);
    expect(outcome).toEqual(calm);
  });
});
