/** What a model that errs, refuses or is out of reach leads to: a try again where that helps, else one clear reason. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProjectView, TicketView } from '#core/api/views.ts';
import type { Role } from '#core/run/run.ts';
import { text, use } from '#test/containers/agent/model.ts';
import { openTestHost, type TestHost, temporaryFolder } from '#test/support/host.ts';
import { branchesOf, makeRepository } from '#test/support/repository.ts';
import { exploration, plainRoad, type Reply, running, type Script } from '#test/support/script.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let host: TestHost;
let project: ProjectView;
let repo: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  host = await openTestHost(join(folder.path, 'data'));
  repo = await makeRepository(join(folder.path, 'greeter'));
  project = await host.connect(repo);
});
afterAll(async () => {
  await host.close();
  await folder.remove();
});

/** The role says these things first, one a call of the model, then goes the plain road. */
function first(role: Role, ...replies: Reply[]): Script {
  let said = 0;
  return (asked) => {
    if (asked.role !== role) return null;
    said += 1;
    return replies[said - 1] ?? plainRoad({ role, call: asked.call - replies.length });
  };
}

async function over(title: string, script: Script): Promise<TicketView> {
  const { id } = await host.submit(project, title, script);
  return host.over(id);
}

const heard = (title: string, role: Role) =>
  host.model.asked.filter((one) => one.title === title && one.role === role).map((one) => one.heard);

/** It failed for this reason, nothing of it is in the repository, and no money is bound. */
async function failed(ticket: TicketView, reason: RegExp): Promise<void> {
  expect(ticket).toMatchObject({ status: 'failed', pullRequest: null, cost: { reservedMicros: 0 } });
  expect(ticket.reason).toMatch(reason);
  expect(Object.keys(await branchesOf(repo))).not.toContain(`refs/heads/${ticket.branch}`);
}

describe('a model that calls tools wrongly', () => {
  it('is told how, and comes to a pull request when it mends itself', async () => {
    const title = 'Shout with a stutter';
    const ticket = await over(
      title,
      first(
        'explorer',
        { content: [use('submit_exploration', '{"summary": "half')] },
        { content: [use('submit_exploration', { ...exploration, size: 'enormous' })] },
        { content: [use('push_to_main', {})] },
        { content: [text('I think I am done.')] },
        {
          content: [text('So much to say'), use('bash', { command: 'touch /tmp/half' })],
          stop: 'max_tokens',
        },
      ),
    );
    expect(ticket).toMatchObject({ status: 'completed', criteria: { total: 1, proven: 1 } });
    const [, malformed, wrong, unknown, silent, overlong] = heard(title, 'explorer');
    expect(malformed).toContain('Format error: the input of submit_exploration does not fit.');
    expect(wrong).toContain('- /size: ');
    expect(unknown).toMatch(/there is no tool push_to_main\. There are: .*submit_exploration/);
    expect(silent).toContain('You called no tool. If you are done, call submit_exploration');
    expect(overlong).toContain('reached the output limit and was cut off, so nothing of it was run');
  });

  it('fails the ticket when three runs of it never get one right', async () => {
    const ticket = await over('Shout in tongues', ({ role }) =>
      role === 'explorer' ? { content: [use('submit_exploration', '{"summary"')] } : null,
    );
    await failed(
      ticket,
      /^Three tries at explore were not enough\..*\(format-errors\): It called tools wrongly 4 times/,
    );
    expect((await host.runs(ticket.id)).map(({ reason }) => reason)).toEqual(Array(3).fill('format-errors'));
  });

  it('fails the ticket when it never calls one at all', async () => {
    const ticket = await over('Shout by thinking', ({ role, call }) =>
      role === 'explorer' ? { content: [text(`Let me think about that, part ${call}.`)] } : null,
    );
    await failed(ticket, /\(no-submission\): It went in circles \(no-action\), and a nudge did not help/);
  });

  it('fails the task, and so the ticket, when its work stays empty', async () => {
    const ticket = await over('Shout about nothing', ({ role }) =>
      role === 'builder' ? running('true') : null,
    );
    await failed(ticket, /^No task was finished/);
    expect(ticket.tasks).toEqual({ total: 1, done: 0, failed: 1 });
    const { items } = await host.client.call('listTasks', { params: { ticket: ticket.id } });
    expect(items[0]?.reason).toMatch(/stuck\): It went in circles \(same-action\)/);
  });
});

it('a model that refuses fails the ticket with its own words', async () => {
  const refusal = { content: [text('I would rather not shout.')], stop: 'refusal' };
  const ticket = await over('Shout at somebody', ({ role }) => (role === 'explorer' ? refusal : null));
  await failed(ticket, /\(refusal\): I would rather not shout\./);
});

it('a document that is refused three times fails the ticket with its blockers', async () => {
  const empty = { ...exploration, direct: { criteria: [], writes: [] } };
  const title = 'Shout without a reason';
  const ticket = await over(title, ({ role }) =>
    role === 'explorer' ? { content: [use('submit_exploration', empty)] } : null,
  );
  await failed(
    ticket,
    /^Three tries at explore were not enough\..*a direct change needs at least one criterion.*a direct change needs at least one glob/s,
  );
  const { items } = await host.client.call('listDocuments', { params: { ticket: ticket.id } });
  expect(items.map(({ version, approved }) => [version, approved]).sort()).toEqual(
    [1, 2, 3].map((n) => [n, false]),
  );
  expect(heard(title, 'explorer')[1]).toContain('must be mended');
});

describe('an upstream', () => {
  const problem = (status: number, type: string, message: string, headers = {}): Reply => ({
    status,
    error: { type, message },
    headers,
  });

  it('that is busy, broken, overloaded, out of reach or cut off is asked again, and nothing is charged twice', async () => {
    const title = 'Shout through a storm';
    const look: Reply = running('ls');
    const ticket = await over(
      title,
      first(
        'explorer',
        problem(429, 'rate_limit_error', 'Slow down.', { 'retry-after': '1' }),
        look,
        problem(500, 'api_error', 'Internal server error.'),
        running('ls src'),
        problem(529, 'overloaded_error', 'Overloaded.'),
        running('ls test'),
        'dead',
        running('cat package.json'),
        { ...running('cat src/greet.js'), cutAfter: 3 },
      ),
    );
    expect(ticket).toMatchObject({ status: 'completed', cost: { reservedMicros: 0 } });
    const [explorer] = (await host.runs(ticket.id)).filter(({ role }) => role === 'explorer');
    expect(explorer).toMatchObject({ turns: 5, attempt: 1 });
    // Four looks and the submission, two turns of the builder.
    const costs = await host.client.call('getCosts', { params: { ticket: ticket.id } });
    expect(costs).toMatchObject({ calls: 7, usage: { input: 70, output: 140 } });
    expect(heard(title, 'explorer')).toHaveLength(10);
  });

  it('that keeps the key out lets the ticket stand still, in words, and go on when it takes the key', async () => {
    const title = 'Shout without a key';
    const denied = problem(401, 'authentication_error', 'invalid x-api-key');
    let mended = false;
    const { id } = await host.submit(project, title, () => (mended ? null : denied));
    const params = { ticket: id };
    const read = () => host.client.call('getTicket', { params });
    await expect.poll(async () => (await read()).status).toBe('paused');
    const why = expect.stringContaining('The model cannot be used (401): invalid x-api-key.');
    expect(await read()).toMatchObject({ hold: { why }, cost: { reservedMicros: 0 } });
    // As long as nothing was mended, trying again leads to the same place.
    await host.client.call('resumeTicket', { params });
    await expect.poll(async () => heard(title, 'explorer').length).toBe(2);
    await expect.poll(async () => (await read()).status).toBe('paused');
    mended = true;
    await host.client.call('resumeTicket', { params });
    expect(await host.over(id)).toMatchObject({ status: 'completed', hold: null });
  });
});
