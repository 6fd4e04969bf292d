/** People decide: gates on the sample's replayed words, and a requirement that changes while its tasks are built. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GateView } from '#core/api/views.ts';
import { materialiseSample, sampleCassette, sampleTicket } from '#local/sample/materialise.ts';
import { processesOf } from '#test/bench/road/processes.ts';
import { calls, use } from '#test/containers/agent/model.ts';
import { distDir, openTestHost, type TestHost, temporaryFolder } from '#test/support/host.ts';
import { branchesOf, gitIn, makeRepository } from '#test/support/repository.ts';
import { exploration, handingIn, running, type Script, shouting, writing } from '#test/support/script.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const at = (...names: string[]) => join(folder.path, ...names);
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

const openGate = (host: TestHost, id: string, phase: string): Promise<GateView> =>
  host
    .until(id, ({ openGates }) => openGates.some((gate) => gate.phase === phase))
    .then(({ openGates }) => openGates.find((gate) => gate.phase === phase) ?? never());

function never(): never {
  throw new Error('the gate is not there');
}

describe('a gate', () => {
  let host: TestHost;
  beforeAll(async () => {
    host = await openTestHost(at('data'), { replay: sampleCassette });
  });
  afterAll(() => host.close());

  const decide = (gate: GateView, hash: string, comment?: string) =>
    (comment === undefined
      ? host.client.call('approveGate', { params: { id: gate.id }, body: { hash } })
      : host.client.call('rejectGate', { params: { id: gate.id }, body: { hash, comment } })
    ).catch((error: unknown) => error);

  it('sends a document back with a comment, takes one decision for one version, and goes with its ticket', async () => {
    await materialiseSample(at('shelf'), distDir);
    const gates = { requirements: 'human', design: 'human' } as const;
    const project = await host.connect(at('shelf'), { gates, ceremony: 'auto', commands: {} });
    const { title, description } = await sampleTicket();
    const { id } = await host.submit(project, title, undefined, { description });

    const first = await openGate(host, id, 'requirements');
    expect(first.forecast.p90Micros).toBeGreaterThan(0);
    expect(await decide(first, first.documentHash, '  ')).toMatchObject({ status: 422 });
    const comment = 'Say from which day the three days are counted.';
    expect(await decide(first, first.documentHash, comment)).toMatchObject({ status: 'rejected', by: 'ada' });
    expect(await decide(first, first.documentHash)).toMatchObject({
      status: 409,
      message: 'This gate was already rejected by ada.',
    });

    const second = await openGate(host, id, 'requirements');
    const { from, to, diff } = await host.client.call('diffDocument', { params: { id: second.documentId } });
    expect([from, to]).toEqual([1, 2]);
    expect(diff.items.map(({ change, id }) => [change, id])).toEqual([
      ['changed', 'REQ-3.1'],
      ['added', expect.stringMatching(/^The three open days are counted/)],
    ]);
    expect(JSON.stringify(diff)).toContain('counted from the day after the return');
    const analysts = (await host.runs(id)).filter(({ role }) => role === 'analyst');
    expect(analysts.map(({ round, feedback }) => [round, feedback])).toEqual([
      [2, expect.stringContaining(comment)],
      [1, null],
    ]);

    expect(await decide(second, first.documentHash)).toMatchObject({
      status: 409,
      message: 'The decision is for another version of the document than the gate shows.',
    });
    const both = await Promise.all([
      decide(second, second.documentHash),
      decide(second, second.documentHash),
    ]);
    expect(both.map((one) => (one instanceof Error ? one.message : 'approved')).sort()).toEqual([
      'This gate was already approved by ada.',
      'approved',
    ]);

    // The architect is at work now, and its sandbox goes with the ticket.
    await host.until(id, async () =>
      (await host.runs(id)).some(({ role, status }) => role === 'architect' && status === 'running'),
    );
    await host.client.call('cancelTicket', { params: { ticket: id }, body: { reason: 'No time.' } });
    expect(await host.over(id)).toMatchObject({ status: 'cancelled', reason: 'No time.', openGates: [] });
    await expect.poll(() => processesOf(at('data'))).toEqual([]);
    expect((await host.runs(id)).map(({ status }) => status)).not.toContain('running');
    expect(Object.keys(await branchesOf(at('shelf')))).toEqual(['refs/heads/main']);
    expect(await decide(second, second.documentHash)).toMatchObject({ status: 409 });
  });
});

describe('a requirement that changes in execution', () => {
  const title = 'Shout and whisper';
  const requirement = (id: string, text: string, criterion: string) => ({
    id,
    title: text.slice(0, 40),
    ears: 'event',
    text,
    priority: 'must',
    criteria: [{ id: `${id}.1`, text: criterion, kind: 'example' }],
  });
  const requirements = {
    requirements: [
      requirement(
        'REQ-1',
        'When a name is to be shouted, the greeter shall answer in capitals.',
        'shout("Ada") is "HELLO, ADA."',
      ),
      requirement(
        'REQ-2',
        'When a name is to be whispered, the greeter shall answer in small letters.',
        'whisper("Ada") is "hello, ada."',
      ),
    ],
    outOfScope: ['Other languages than English'],
    assumptions: ['A name is never empty'],
  };
  const task = (key: string, criterion: string, name: string) => ({
    key,
    title: `Teach the greeter to ${name}`,
    goal: `Add src/${name}.js beside src/greet.js, with a test of it in test/${name}.test.js.`,
    dependsOn: [],
    criteria: [criterion],
    writes: [`src/${name}.js`, `test/${name}.test.js`],
    estimateMinutes: 20,
    doneWhen: 'Its test passes.',
  });
  const plan = { tasks: [task('T1', 'REQ-1.1', 'shout'), task('T2', 'REQ-2.1', 'whisper')] };
  const whispering = Object.fromEntries(
    Object.entries(shouting).map(([path, content]) => [
      path.replace('shout', 'whisper'),
      content
        .replaceAll('shout', 'whisper')
        .replace('toUpperCase', 'toLowerCase')
        .replace('HELLO, ADA', 'hello, ada'),
    ]),
  );
  // Writing over a file asks for reading it first; adding to it does not.
  const louder = running(`echo "export const mark = '!';" >> src/shout.js`);

  it('re-opens what depends on it, and nothing else', async () => {
    const host = await openTestHost(at('revised'));
    try {
      const repo = await makeRepository(at('greeter'));
      const project = await host.connect(repo, { ceremony: 'short', parallelTasks: 2 });
      let release = () => {};
      const changed = new Promise<void>((resolve) => {
        release = resolve;
      });
      let shouts = 0;
      const script: Script = async ({ role, task, call }) => {
        if (role === 'explorer')
          return calls(use('submit_exploration', { ...exploration, size: 'short', direct: undefined }));
        if (role === 'analyst') return calls(use('submit_requirements', requirements));
        if (role === 'planner') return calls(use('submit_plan', plan));
        if (task === 'T2') {
          if (call === 1) await changed;
          return call === 1 ? writing(whispering) : handingIn('REQ-2.1');
        }
        if (call === 1) shouts += 1;
        if (call > 1) return handingIn('REQ-1.1');
        return shouts === 1 ? writing(shouting) : louder;
      };
      const { id } = await host.submit(project, title, script);
      await host.until(id, ({ tasks }) => tasks.done === 1);
      const document = await host.client.call('changeRequirement', {
        params: { ticket: id, requirement: 'REQ-1' },
        body: {
          text: 'When a name is to be shouted, the greeter shall answer in capitals and offer its mark.',
          criteria: [
            { id: 'REQ-1.1', text: 'shout("Ada") is "HELLO, ADA." and mark is "!"', kind: 'example' },
          ],
        },
      });
      expect(document).toMatchObject({ kind: 'requirements', version: 2, approved: true });
      release();
      const over = await host.over(id);
      expect(over).toMatchObject({
        status: 'completed',
        tasks: { done: 2 },
        criteria: { total: 2, proven: 2 },
      });

      const events = await host.events(id);
      const change = events.find(({ type }) => type === 'ticket.requirement_changed.v1');
      expect(change?.data).toMatchObject({ requirement: 'REQ-1', reopened: ['T1'] });
      const builders = (await host.runs(id)).filter(({ role }) => role === 'builder');
      expect(builders.map(({ taskKey, attempt }) => [taskKey, attempt]).sort()).toEqual([
        ['T1', 1],
        ['T1', 1],
        ['T2', 1],
      ]);
      expect(await gitIn(repo, 'show', `${over.branch}:src/shout.js`)).toContain('export const mark');
      expect(
        await gitIn(
          repo,
          'log',
          '--format=%(trailers:key=Task,valueonly,separator=%x2C)',
          `main..${over.branch}`,
        ),
      ).toMatch(/^(T1\nT2\nT1|T1\nT1\nT2|T2\nT1\nT1)$/);
    } finally {
      await host.close();
    }
  });
});
