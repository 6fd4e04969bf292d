import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Standing } from '#adapters/stepfunctions/history.ts';
import type { Agent } from '#core/agent/agent.ts';
import { atWork } from '#core/agent/ports.ts';
import type { TicketId } from '#core/id.ts';
import type { SandboxStatus } from '#core/run/ports.ts';
import { type LookDeps, look, quietSeconds } from '#functions/reconcile/look.ts';
import { openTestStore, type TestStore } from '#test/support/store.ts';
import { aRun, aTicket, beaten } from './scene.ts';

let opened: TestStore;
beforeAll(async () => {
  opened = await openTestStore();
});
afterAll(() => opened.close());

const start = Date.parse('2026-01-01T00:00:00.000Z');
const plus = (seconds: number) => new Date(start + seconds * 1000).toISOString();

/** One look, so many seconds after the scene. */
async function looked(
  seconds: number,
  ticketId: TicketId,
  given: { standing?: Standing; sandbox?: SandboxStatus; runId?: string; agents?: readonly Agent[] } = {},
) {
  const rung: string[] = [];
  const steps: Record<string, unknown>[] = [];
  const stopped: string[] = [];
  const deps: LookDeps = {
    store: opened.store,
    sandboxes: { status: async () => given.sandbox ?? 'running', stop: async () => {} },
    agents: { list: async (at) => atWork(given.agents ?? [], at) },
    steps: async (input) => {
      const call = { ...Object(input) };
      if (JSON.stringify(call).includes(given.runId ?? ticketId)) steps.push(call);
      return {};
    },
    clock: () => plus(seconds),
    log: () => {},
    executions: { standing: async () => given.standing ?? 'running' },
    workflow: { stop: async (name) => void (name.includes(ticketId) && stopped.push(name)) },
    bells: {
      ringAgain: async ({ type, ticketId: of }) => void (of === ticketId && rung.push(type)),
    },
    publish: async () => 0,
  };
  const seen = await look(deps);
  return { rung, steps: steps.map(({ step, runId, error }) => ({ step, runId, error })), stopped, seen };
}

describe('a ticket that is quiet with nothing at work', () => {
  it('is left alone while it may still move', async () => {
    const ticket = await aTicket(opened.store, plus(0));
    const { rung, steps, seen } = await looked(quietSeconds, ticket.id);
    expect({ rung, steps, seen }).toEqual({ rung: [], steps: [], seen: { active: true } });
  });

  it('has its doorbells rung once more within two minutes', async () => {
    const ticket = await aTicket(opened.store, plus(0));
    // With a look every 30 s.
    expect(quietSeconds + 30).toBeLessThan(120);
    expect((await looked(quietSeconds + 30, ticket.id)).rung).toEqual(['ticket.submitted.v1']);
  });

  it('is failed with a sentence when its execution ended without a word', async () => {
    const ticket = await aTicket(opened.store, plus(0));
    const { steps } = await looked(quietSeconds + 30, ticket.id, { standing: 'over' });
    expect(steps).toEqual([
      {
        step: 'ticket.fail',
        runId: undefined,
        error: { Error: 'Lost', Cause: 'Its execution ended without saying why.' },
      },
    ]);
  });

  it('is failed and stopped after half an hour', async () => {
    const ticket = await aTicket(opened.store, plus(0));
    const { steps, stopped } = await looked(1801, ticket.id);
    expect(steps.map(({ step }) => step)).toEqual(['ticket.fail']);
    expect(stopped).toEqual([`ticket-${ticket.id}`]);
  });
});

describe('a run', () => {
  it('that never got a sandbox is asked for again', async () => {
    const run = await aRun(opened.store, plus(0), null);
    expect((await looked(quietSeconds - 5, run.ticketId, { runId: run.id })).steps).toEqual([]);
    const { steps, rung } = await looked(quietSeconds + 30, run.ticketId, { runId: run.id });
    expect(steps).toContainEqual({ step: 'run.lose', runId: run.id, error: undefined });
    expect(rung).toEqual([]);
  });

  it('whose task stopped without a word is lost', async () => {
    const run = await aRun(opened.store, plus(0), 'arn:task');
    expect((await looked(10, run.ticketId, { sandbox: 'gone', runId: run.id })).steps).toContainEqual({
      step: 'run.lose',
      runId: run.id,
      error: undefined,
    });
  });

  it('lives while its beats go on, and is lost within two minutes of the last one', async () => {
    const run = await aRun(opened.store, plus(0), 'arn:task', plus(60));
    const lost = async (seconds: number, agents: readonly Agent[]) =>
      (await looked(seconds, run.ticketId, { runId: run.id, agents })).steps.map(({ step }) => step);
    // The last beat came after ten minutes; its row is still there.
    const row = beaten(run, plus(600));
    expect(await lost(59, [])).toEqual([]);
    expect(await lost(659, [row])).toEqual([]);
    expect(await lost(661, [row])).toContain('run.lose');
    expect(await lost(659, [{ ...row, attempt: run.attempt - 1 }])).toContain('run.lose');
    expect(661 + 30 - 600).toBeLessThan(120);
  });

  it('keeps its ticket from being taken for quiet', async () => {
    const run = await aRun(opened.store, plus(0), 'arn:task');
    expect((await looked(1900, run.ticketId, { standing: 'over' })).steps).not.toContainEqual(
      expect.objectContaining({ step: 'ticket.fail' }),
    );
  });
});
