/** People steer: pause, cancel, money, questions; and words that come too late. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRunTokens } from '#adapters/tokens/run-tokens.ts';
import type { ProjectView, RunView } from '#core/api/views.ts';
import { processesOf } from '#test/bench/road/processes.ts';
import { calls, use } from '#test/containers/agent/model.ts';
import { openTestHost, type TestHost, temporaryFolder } from '#test/support/host.ts';
import { branchesOf, makeRepository } from '#test/support/repository.ts';
import { handingIn, running, type Script, shouting, writing } from '#test/support/script.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let host: TestHost;
let project: ProjectView;
let repo: string;
let dataDir: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  dataDir = join(folder.path, 'data');
  host = await openTestHost(dataDir);
  repo = await makeRepository(join(folder.path, 'greeter'));
  project = await host.connect(repo);
});
afterAll(async () => {
  await host.close();
  await folder.remove();
});

/** The builder says these things in turn; the others go the plain road. */
const builder =
  (...said: ReturnType<typeof running>[]): Script =>
  ({ role, call }) =>
    role === 'builder' ? (said[call - 1] ?? null) : null;

const builderOf = async (id: string): Promise<RunView | undefined> =>
  (await host.runs(id)).find(({ role }) => role === 'builder');
const callsOf = (title: string) =>
  host.model.asked.filter((one) => one.title === title && one.role === 'builder').map(({ call }) => call);
/** Commands of sandboxes that are at work for this host. */
const sandboxes = () => processesOf(join(dataDir, 'sandboxes'));
const noSandbox = () => expect.poll(sandboxes).toEqual([]);
const untilBuilderSleeps = (id: string, seconds: number) =>
  host.until(id, async () => (await sandboxes()).some(({ command }) => command.includes(`sleep ${seconds}`)));

it('a pause stops the agents and starts none; resuming goes on where they were', async () => {
  const title = 'Shout after a pause';
  const script = builder(writing(shouting), running('sleep 301'), handingIn('REQ-1.1'));
  const { id } = await host.submit(project, title, script);
  await untilBuilderSleeps(id, 301);
  await host.client.call('pauseTicket', { params: { ticket: id } });
  await host.until(id, async () => (await builderOf(id))?.status === 'held');
  await noSandbox();
  expect(await host.ticket(id)).toMatchObject({ status: 'paused', column: 'needs you' });
  expect(callsOf(title)).toEqual([1, 2]);
  await host.client.call('resumeTicket', { params: { ticket: id } });
  expect(await host.over(id)).toMatchObject({ status: 'completed', criteria: { proven: 1 } });
  expect(await builderOf(id)).toMatchObject({ attempt: 2, turns: 3 });
  expect(callsOf(title)).toEqual([1, 2, 3]);
});

it('a cancellation ends every process of the ticket and leaves no branch', async () => {
  const { id } = await host.submit(
    project,
    'Shout until cancelled',
    builder(running('sleep 302 & sleep 302')),
  );
  await untilBuilderSleeps(id, 302);
  await host.client.call('cancelTicket', { params: { ticket: id }, body: {} });
  expect(await host.over(id)).toMatchObject({ status: 'cancelled', reason: 'Cancelled by ada.' });
  await noSandbox();
  expect(await builderOf(id)).toMatchObject({ status: 'ended', reason: 'cancelled' });
  const { branch, cost } = await host.ticket(id);
  expect(cost.reservedMicros).toBe(0);
  expect(Object.keys(await branchesOf(repo))).not.toContain(`refs/heads/${branch}`);
  const twice = await host.client.call('cancelTicket', { params: { ticket: id }, body: {} });
  expect(twice.status).toBe('cancelled');
  const resumed = host.client.call('resumeTicket', { params: { ticket: id } });
  await expect(resumed).rejects.toMatchObject({ status: 409 });
});

it('a budget that runs out in mid-task holds the run with what is done, and more of it goes on', async () => {
  const title = 'Shout for a little money';
  const dear = { ...writing(shouting), usage: { output_tokens: 30_000 } };
  const { id } = await host.submit(project, title, builder(dear), { budgetMicros: 450_000 });
  const held = await host.until(id, ({ waitingFor }) => waitingFor === 'budget');
  expect(held).toMatchObject({ status: 'waiting', column: 'needs you', cost: { limitMicros: 450_000 } });
  expect(held.cost.spentMicros + held.cost.reservedMicros).toBeLessThanOrEqual(450_000);
  expect(await builderOf(id)).toMatchObject({ status: 'held', reason: 'budget', turns: 1 });
  await noSandbox();
  const events = await host.events(id);
  expect(events.find(({ type }) => type === 'budget.exhausted.v1')?.data).toMatchObject({
    neededMicros: expect.any(Number),
    remainingMicros: 450_000 - held.cost.spentMicros,
  });
  const less = host.client.call('setBudget', { params: { ticket: id }, body: { limitMicros: 1000 } });
  await expect(less).rejects.toMatchObject({ status: 422 });
  await host.client.call('setBudget', { params: { ticket: id }, body: { limitMicros: 2_000_000 } });
  expect(await host.over(id)).toMatchObject({ status: 'completed', cost: { reservedMicros: 0 } });
  // The dear answer was paid once, and nothing of it was asked for again.
  expect(callsOf(title)).toEqual([1, 2]);
});

it('a budget of 0 buys nothing, and waits for more', async () => {
  const title = 'Shout for nothing';
  const { id } = await host.submit(project, title, undefined, { budgetMicros: 0 });
  const held = await host.until(id, ({ waitingFor }) => waitingFor === 'budget');
  expect(held.cost).toEqual({ limitMicros: 0, spentMicros: 0, reservedMicros: 0 });
  expect(host.model.asked.filter((one) => one.title === title)).toEqual([]);
  await host.client.call('setBudget', { params: { ticket: id }, body: { limitMicros: 2_000_000 } });
  expect(await host.over(id)).toMatchObject({ status: 'completed' });
});

it('a question waits without a sandbox, its answer goes on from the journal, and the attempt before says nothing more', async () => {
  const title = 'Shout as somebody likes it';
  const asking = calls(use('ask', { question: 'In capitals?', options: ['Yes', 'No'] }));
  const { id } = await host.submit(project, title, builder(asking, writing(shouting), handingIn('REQ-1.1')));
  const { openQuestions } = await host.until(id, ({ waitingFor }) => waitingFor === 'question');
  expect(openQuestions).toMatchObject([{ text: 'In capitals?', options: ['Yes', 'No'], answer: null }]);
  await noSandbox();
  const question = openQuestions[0]?.id ?? '';
  await host.client.call('answerQuestion', { params: { id: question }, body: { text: 'In capitals.' } });
  expect(await host.over(id)).toMatchObject({ status: 'completed', openQuestions: [] });
  expect(callsOf(title)).toEqual([1, 2, 3]);
  const [, second] = host.model.asked.filter((one) => one.title === title && one.role === 'builder');
  expect(second?.heard).toContain('Answer: In capitals.');
  const again = host.client.call('answerQuestion', { params: { id: question }, body: { text: 'No.' } });
  await expect(again).rejects.toMatchObject({ status: 409 });

  const run = await builderOf(id);
  expect(run).toMatchObject({ attempt: 2 });
  const before = await stepsOf(run);
  const late = await speak(run, 1);
  expect(late.status).toBe(409);
  expect(await late.json()).toMatchObject({ code: 'stale-attempt', status: 409 });
  expect(await stepsOf(run)).toEqual(before);
});

const stepsOf = async (run: RunView | undefined) =>
  (await host.client.call('listSteps', { params: { id: run?.id ?? '' }, query: {} })).items;

/** What a sandbox of this attempt would say, had it survived. */
async function speak(run: RunView | undefined, attempt: number): Promise<Response> {
  if (!run) throw new Error('there is no builder');
  const tokens = createRunTokens(await readFile(join(dataDir, 'secret'), 'utf8'));
  const expiresAt = new Date(Date.now() + 60_000).toISOString();
  const token = await tokens.sign({ runId: run.id, attempt, expiresAt });
  return fetch(`${host.url}/gateway/v1/run/steps`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ seq: 99, body: { kind: 'note', text: 'I am still here.' } }),
  });
}
