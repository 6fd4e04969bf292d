import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { newId } from '#adapters/ids/ids.ts';
import type { FixtureHost } from './fixture.ts';
import { fixtureHosts } from './fixtures.ts';
import { testWorld, type } from './world.ts';

const { openFixture, worldOf } = fixtureHosts();
const asked = (host: FixtureHost, route: string) =>
  host.requests.filter((request) => request.route === route);
const tamperSaid = 'Waits for you: the tamper report on the work of task T1 of TKT-1, 1 finding (abababab)';
const wish = ['run', '--repo', '.', '--title', 'Coupons'] as const;

describe('omoi run', () => {
  it('connects, submits, approves and ends with 0 when the pull request is ready', async () => {
    const host = await openFixture();
    host.onSubmit = () => void host.openGate();
    host.onApprove = () => host.complete();
    const { code, out, err } = await type(worldOf(host), ...wish, '--approve', 'all', '--budget', '2.5');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(
      'Approved the requirements of TKT-1, version 2 (abababab), forecast 0.30 USD to 0.80 USD.',
    );
    expect(out).toContain('Pull request #1 is ready: branch omoi/TKT-1-coupons at bbbbbbbb.');
    expect(out).toContain('6 of 6 criteria proven · 4 of 4 tasks done · 0.42 USD');
    expect(asked(host, 'connectProject')).toMatchObject([{ body: { name: 'place', repo: '/work/place' } }]);
    expect(asked(host, 'submitTicket')).toMatchObject([
      { body: { title: 'Coupons', budgetMicros: 2_500_000 } },
    ]);
    expect(host.closed).toBe(true);
  });

  it('has every criterion tested by another run where that is asked for, on a repository that is connected, too', async () => {
    const host = await openFixture();
    host.onSubmit = () => host.complete();
    const independent = ['--independent', 'criteria'] as const;
    expect((await type(worldOf(host), ...wish, ...independent)).code).toBe(0);
    expect(asked(host, 'connectProject')).toMatchObject([{ body: { independent: 'criteria' } }]);
    const again = await openFixture();
    again.connected = '/work/place';
    again.onSubmit = () => again.complete();
    expect((await type(worldOf(again), ...wish, ...independent)).code).toBe(0);
    expect(asked(again, 'updateProject').map(({ body }) => body)).toEqual([{ independent: 'criteria' }]);
    expect((await type(worldOf(host), ...wish, '--independent', 'some')).code).toBe(2);
  });

  it('says of a draft what is not proven', async () => {
    const host = await openFixture();
    const lacks = '1 of 6 criteria is not proven on the delivered commit: REQ-2.1 (not built).';
    host.onSubmit = () => host.complete(lacks);
    const { out } = await type(worldOf(host), ...wish);
    expect(out).toContain(
      `Pull request #1 is a draft, because not everything is proven: branch omoi/TKT-1-coupons at bbbbbbbb.\n${lacks}\n`,
    );
  });

  it('writes one event a line and the result last, and nothing else, with --json', async () => {
    const host = await openFixture();
    host.onSubmit = () => host.complete();
    const { code, out } = await type(worldOf(host), ...wish, '--json');
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(code).toBe(0);
    expect(lines.slice(0, -1)).toEqual(host.events);
    expect(lines.at(-1)).toEqual({
      type: 'result',
      status: 'ready',
      reason: null,
      ticket: 'TKT-1',
      branch: 'omoi/TKT-1-coupons',
      commit: 'b'.repeat(40),
      pullRequest: 1,
      criteria: { total: 6, proven: 6 },
      tasks: { done: 4, failed: 0 },
      costUsd: 0.42,
      seconds: expect.any(Number),
    });
  });

  it('ends with 4 at a gate that nobody decides', async () => {
    const host = await openFixture();
    host.onSubmit = () => void host.openGate();
    const { code, out } = await type(worldOf(host), ...wish);
    expect(code).toBe(4);
    expect(out).toContain('TKT-1 waits for a decision at its requirements gate.');
    expect(asked(host, 'approveGate')).toEqual([]);
  });

  it('says at a tamper gate whose work waits, and what each decision does', async () => {
    const host = await openFixture();
    host.onSubmit = () => void host.openTamperGate();
    const { code, out } = await type(worldOf(host), ...wish);
    expect(code).toBe(4);
    expect(out).toContain(`${tamperSaid}.\n`);
    expect(out).toContain(
      'Approved, the work is merged as it is; rejected, it goes back to its builder with the comment.',
    );
    expect(out).toContain(
      "TKT-1 waits for a decision about the tamper report on a task's work, 1 finding.\n" +
        'Run the same command with --approve all (which gives that work back) or --approve ask.',
    );
  });

  it('ends with 4 at a question, even where gates are approved', async () => {
    const host = await openFixture();
    host.onSubmit = () => void host.askQuestion('Which currency?');
    const { code, out } = await type(worldOf(host), ...wish, '--approve', 'all', '--json');
    expect(code).toBe(4);
    expect(out.trimEnd().split('\n').at(-1)).toContain('"status":"waiting"');
  });

  it('stays while another sandbox is still at work', async () => {
    const host = await openFixture();
    const working = {
      taskId: null,
      taskKey: null,
      phase: 'execution',
      kind: 'agent',
      role: 'builder',
    } as const;
    const rest = {
      round: 1,
      attempt: 1,
      status: 'running',
      reason: null,
      message: null,
      measured: null,
      feedback: null,
    } as const;
    const dates = {
      turns: 0,
      costMicros: 0,
      createdAt: host.ticket.createdAt,
      startedAt: null,
      endedAt: null,
    };
    host.onSubmit = () => {
      const question = host.askQuestion('Which currency?');
      host.runs = [{ id: question.runId, ticketId: host.ids.ticket, ...working, ...rest, ...dates }];
      setTimeout(() => host.fail('no'), 50);
    };
    expect(await type(worldOf(host), ...wish)).toMatchObject({ code: 3 });
  });

  it('ends with 3 and the reason when the ticket fails', async () => {
    const host = await openFixture();
    host.onSubmit = () => {
      const proposals = [{ change: 'environment' as const, what: 'Start a\ndatabase.' }];
      const found = { cause: 'There is none.', findings: [], proposals };
      host.ticket = {
        ...host.ticket,
        diagnosis: { ...found, runId: newId('run'), at: host.ticket.createdAt },
      };
      host.fail('setup failed: npm ci');
    };
    const { code, out } = await type(worldOf(host), ...wish);
    expect(code).toBe(3);
    expect(out).toContain(
      'TKT-1 failed: setup failed: npm ci\nDiagnosis: There is none.\n- change the environment: Start a database.\n',
    );
  });

  it('tells programs in the last line why it failed, and what it waits for', async () => {
    const failing = await openFixture();
    failing.onSubmit = () => failing.fail('setup failed: npm ci');
    const waiting = await openFixture();
    waiting.onSubmit = () => void waiting.openGate();
    const lastOf = async (host: typeof failing): Promise<unknown> => {
      const { out } = await type(worldOf(host), ...wish, '--json');
      return JSON.parse(out.trimEnd().split('\n').at(-1) ?? '');
    };
    expect(await lastOf(failing)).toMatchObject({ status: 'failed', reason: 'setup failed: npm ci' });
    const reason = 'TKT-1 waits for a decision at its requirements gate.';
    expect(await lastOf(waiting)).toMatchObject({ status: 'waiting', reason });
  });

  it('takes up an unfinished ticket of the same title instead of making a second one', async () => {
    const host = await openFixture();
    host.connected = '/work/place';
    host.submitted = true;
    host.ticket = { ...host.ticket, status: 'paused' };
    const world = worldOf(host);
    const going = type(world, ...wish, '--budget', '20');
    // Not before it was taken up, however long that takes.
    await expect.poll(() => [...asked(host, 'resumeTicket'), ...asked(host, 'setBudget')]).toHaveLength(2);
    host.complete();
    const { code, out } = await going;
    expect(code).toBe(0);
    expect(out).toContain('Going on with TKT-1.');
    expect(asked(host, 'submitTicket')).toEqual([]);
    expect(asked(host, 'connectProject')).toEqual([]);
    expect(asked(host, 'resumeTicket')).toHaveLength(1);
    expect(asked(host, 'setBudget')).toMatchObject([{ body: { limitMicros: 20_000_000 } }]);
  });

  it('says how to go on after Ctrl-C, and closes the host', async () => {
    const host = await openFixture();
    const world = worldOf(host);
    host.onSubmit = () => void setTimeout(() => world.interrupt(), 50);
    const { code, out } = await type(world, ...wish);
    expect(code).toBe(130);
    expect(out).toContain('Run the same command again to go on with TKT-1.');
    expect(host.closed).toBe(true);
  });

  it('tells what the host says about a bad repository, with 2 and a result without a ticket', async () => {
    const detail = '/work/place is not a git repository.';
    const problem = { type: 'x', title: 'x', status: 422, detail, code: 'invalid-input' };
    const host = await openFixture({ connectProject: () => Response.json(problem, { status: 422 }) });
    const { code, out, err } = await type(worldOf(host), ...wish, '--json');
    expect(code).toBe(2);
    expect(err).toContain(detail);
    expect(JSON.parse(out)).toMatchObject({
      type: 'result',
      status: 'failed',
      reason: detail,
      ticket: null,
      pullRequest: null,
    });
    expect(host.closed).toBe(true);
  });

  it('approves a gate once, though its opening is told twice', async () => {
    const host = await openFixture();
    host.onSubmit = () => void host.openGate();
    host.onApprove = () => void setTimeout(() => host.complete(), 50);
    await type(worldOf(host), ...wish, '--approve', 'all');
    expect(asked(host, 'approveGate')).toHaveLength(1);
  });
});

describe('following events', () => {
  it('goes on at the last cursor when the connection is cut', async () => {
    const host = await openFixture();
    host.onSubmit = () => {
      setTimeout(() => host.cut(), 50);
      setTimeout(() => host.complete(), 100);
    };
    const { code, out } = await type(worldOf(host), ...wish, '--json');
    expect(code).toBe(0);
    const cursors = out
      .trimEnd()
      .split('\n')
      .slice(0, -1)
      .map((line) => z.object({ cursor: z.number() }).parse(JSON.parse(line)).cursor);
    expect(cursors).toEqual([1, 2, 3]);
  });

  it('reads the list where no WebSocket can be had', async () => {
    const host = await openFixture();
    host.hasSocket = false;
    host.onSubmit = () => void setTimeout(() => host.complete(), 50);
    expect(await type(worldOf(host), ...wish)).toMatchObject({ code: 0 });
  });
});

describe('omoi start', () => {
  it('tells address, model, sandbox and warnings, and closes on Ctrl-C', async () => {
    const host = await openFixture();
    host.warnings = ['ANTHROPIC_API_KEY is not set: tickets wait.'];
    const world = worldOf(host);
    setTimeout(() => world.interrupt(), 100);
    const { code, out } = await type(world, 'start');
    expect(code).toBe(0);
    for (const part of [
      host.url,
      'claude-test',
      'bubblewrap',
      '/work/place/.omoi',
      '! ANTHROPIC_API_KEY is not set',
    ])
      expect(out).toContain(part);
    expect(host.closed).toBe(true);
  });

  it('tells that the port is taken', async () => {
    const openHost = async () => Promise.reject(Object.assign(new Error('listen'), { code: 'EADDRINUSE' }));
    const { code, err } = await type(testWorld({ openHost }), 'start', '--port', '18000');
    expect({ code, err }).toEqual({
      code: 1,
      err: 'Port 18000 is taken by another program. Choose another one with --port, or 0 for any that is free.\n',
    });
  });
});

describe('commands for a ticket', () => {
  it('approve with the hash of the document at the gate', async () => {
    const host = await openFixture();
    const gate = host.openGate();
    const { code, out } = await type(
      worldOf(host),
      'approve',
      'TKT-1',
      '--comment',
      'Good',
      '--ceremony',
      'short',
    );
    expect(code).toBe(0);
    expect(out).toContain('Approved the requirements of TKT-1, version 2');
    const body = { hash: gate.documentHash, comment: 'Good', ceremony: 'short' };
    expect(asked(host, 'approveGate')).toMatchObject([{ body, key: expect.any(String) }]);
  });

  it('refuse to approve another version than the one that was read', async () => {
    const host = await openFixture();
    host.openGate();
    const { code, err } = await type(worldOf(host), 'approve', 'TKT-1', '--hash', 'cccccccc');
    expect(code).toBe(1);
    expect(err).toContain('The document at the gate is version abababab, not cccccccc.');
    expect(asked(host, 'approveGate')).toEqual([]);
  });

  it('reject by the id of the gate, with the comment', async () => {
    const host = await openFixture();
    const gate = host.openGate();
    expect(await type(worldOf(host), 'reject', gate.id, '--comment', 'Refunds')).toMatchObject({ code: 0 });
    expect(asked(host, 'rejectGate')).toMatchObject([
      { body: { hash: gate.documentHash, comment: 'Refunds' } },
    ]);
  });

  it.each([
    ['skipped-test', 'tamper report on the work of task T1 of TKT-1, 1 finding (abababab)'],
    ['protected-path', 'change of protected paths by the work of task T1 of TKT-1, 1 finding (abababab)'],
  ] as const)('name the work that is decided about after %s, and what follows', async (kind, name) => {
    const host = await openFixture();
    host.openTamperGate(kind);
    const approved = await type(worldOf(host), 'approve', 'TKT-1');
    expect(approved).toMatchObject({ code: 0, out: `Approved the ${name}: the work is merged as it is.\n` });
    host.openTamperGate(kind);
    const rejected = await type(worldOf(host), 'reject', 'TKT-1', '--comment', 'Put it back');
    expect(rejected.out).toBe(`Rejected the ${name}: it goes back to its builder with the comment.\n`);
  });

  it('name what each gate is on where several wait', async () => {
    const host = await openFixture();
    const gate = host.openGate();
    const tamper = host.openTamperGate();
    const { code, err } = await type(worldOf(host), 'approve', 'TKT-1');
    expect(code).toBe(2);
    expect(err).toContain(
      `${gate.id} (requirements), ${tamper.id} (tamper report on a task's work, 1 finding)`,
    );
  });

  it('watch tells a tamper report from the plan that it stands on', async () => {
    const host = await openFixture();
    const world = worldOf(host);
    const watching = type(world, 'watch', 'TKT-1');
    setTimeout(() => host.openTamperGate(), 50);
    await expect.poll(() => world.written.out).toContain(tamperSaid);
    await expect.poll(() => world.written.out).toContain('omoi approve TKT-1 --hash abababab');
    host.complete();
    expect((await watching).out).not.toContain('tasks gate');
  });

  it('say how a ticket whose budget is used up goes on: resume when it is asked, watch at once', async () => {
    const host = await openFixture();
    const cost = { limitMicros: 1_000_000, spentMicros: 900_000, reservedMicros: 0 };
    host.ticket = { ...host.ticket, status: 'waiting', waitingFor: 'budget', cost };
    const { code, err } = await type(worldOf(host), 'resume', 'TKT-1');
    expect(code).toBe(2);
    expect(err).toContain('TKT-1 waits for more budget: 0.90 USD of 1.00 USD are spent');
    expect(err).toContain('Say with --budget how much it may cost.');
    expect(asked(host, 'resumeTicket')).toEqual([]);
    const world = worldOf(host);
    const watching = type(world, 'watch', 'TKT-1');
    await expect.poll(() => world.written.out).toContain('omoi resume TKT-1 --budget …');
    host.complete();
    expect((await watching).code).toBe(0);
  });

  it('say so when no gate waits', async () => {
    const { code, err } = await type(worldOf(await openFixture()), 'approve', 'TKT-1');
    expect({ code, err }).toEqual({
      code: 1,
      err: 'TKT-1 does not wait at a gate.\n',
    });
  });

  it.each([
    ['pause', 'TKT-1 is paused.'],
    ['resume', 'TKT-1 is running.'],
    ['cancel', 'TKT-1 is cancelled.'],
    ['retry', 'TKT-1 is at work again.'],
  ])('%s', async (command, sentence) => {
    const { code, out } = await type(worldOf(await openFixture()), command, 'TKT-1');
    expect(code).toBe(0);
    expect(out).toContain(sentence);
  });

  it('answer a question in several words', async () => {
    const host = await openFixture();
    const question = host.askQuestion('Which currency?');
    expect(await type(worldOf(host), 'answer', question.id, 'Euro', 'only')).toMatchObject({ code: 0 });
    expect(asked(host, 'answerQuestion')).toMatchObject([{ body: { text: 'Euro only' } }]);
  });

  it('submit, and name the ticket', async () => {
    const host = await openFixture();
    const { code, out } = await type(
      worldOf(host),
      'submit',
      '--repo',
      '.',
      '--title',
      'Coupons',
      '--file',
      '-',
    );
    expect(code).toBe(0);
    expect(out).toContain('TKT-1 submitted.');
    expect(asked(host, 'submitTicket')).toMatchObject([{ body: { description: 'piped in' } }]);
  });

  it('watch until the end', async () => {
    const host = await openFixture();
    const world = worldOf(host);
    const watching = type(world, 'watch', 'TKT-1');
    setTimeout(() => host.openGate(), 50);
    await expect.poll(() => world.written.out).toContain('omoi approve TKT-1');
    host.complete();
    const { code, out } = await watching;
    expect(code).toBe(0);
    expect(out).toContain('omoi approve TKT-1 --hash abababab');
    expect(out).toContain('Pull request #1 is ready');
  });

  it('trace says with 2 that there is nothing of that name', async () => {
    const host = await openFixture({ getTrace: () => Response.json({ items: [], others: [] }) });
    const asked = await type(worldOf(host), 'trace', 'TKT-1', 'REQ-99');
    expect(asked).toMatchObject({ code: 2, out: '' });
    expect(asked.err).toContain('Nothing concerns REQ-99: TKT-1 has no such requirement, criterion,');
    const programs = await type(worldOf(host), 'trace', 'TKT-1', 'REQ-99', '--json');
    expect(programs).toMatchObject({ code: 2, out: '[]\n' });
    expect(await type(worldOf(host), 'trace', 'TKT-1')).toMatchObject({ code: 0, out: 'Nothing.\n' });
  });

  it('trace tells what a commit is for that no criterion asked for', async () => {
    const lines = [{ path: 'src/a.ts', ranges: [[3, 9]] }];
    const works = [{ commit: 'd'.repeat(40), lines }];
    const others = [{ task: { key: 'T5', title: 'Rounding' }, why: 'A review asks for it.', works }];
    const host = await openFixture({ getTrace: () => Response.json({ items: [], others }) });
    expect(await type(worldOf(host), 'trace', 'TKT-1', 'ddddddd')).toMatchObject({
      code: 0,
      out: 'T5  Rounding. No criterion is met by it. A review asks for it.\n  dddddddd\n    src/a.ts:3-9\n',
    });
  });

  it('tell a refusal of the host in its own words', async () => {
    const detail = 'There is no ticket TKT-9.';
    const problem = { type: 'x', title: 'x', status: 404, detail, code: 'not-found' };
    const host = await openFixture({ getTicket: () => Response.json(problem, { status: 404 }) });
    expect(await type(worldOf(host), 'watch', 'TKT-9')).toEqual({ code: 1, out: '', err: `${detail}\n` });
  });

  it('wait for a host that is waking up, with the same idempotency key', async () => {
    let calls = 0;
    const host: FixtureHost = await openFixture({
      pauseTicket: () => {
        calls += 1;
        const waking = { status: 503, headers: { 'retry-after': '0' } };
        return calls < 3 ? new Response('', waking) : { ...host.ticket, status: 'paused' };
      },
    });
    expect(await type(worldOf(host), 'pause', 'TKT-1')).toMatchObject({ code: 0 });
    const keys = asked(host, 'pauseTicket').map(({ key }) => key);
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
  });

  it('tell that no host is running', async () => {
    const host = await openFixture();
    await host.close();
    expect(await type(worldOf(host), 'pause', 'TKT-1')).toEqual({
      code: 1,
      out: '',
      err: `No host is running at ${host.url}; start one with \`omoi start --port ${new URL(host.url).port}\`.\n`,
    });
  });

  it('do not take any web server for a host', async () => {
    const host = await openFixture({ getTicket: () => new Response('<html>', { status: 500 }) });
    const { code, err } = await type(worldOf(host), 'watch', 'TKT-1');
    expect(code).toBe(1);
    expect(err).toContain('answered with 500, but not like an OmoiOS host');
  });
});
