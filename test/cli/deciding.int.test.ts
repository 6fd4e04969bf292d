/** What a person who is to decide or answer is told: command lines, pages, and what it may cost. */
import { describe, expect, it } from 'vitest';
import { fixtureHosts } from './fixtures.ts';
import { testWorld, type } from './world.ts';

const { openFixture, worldOf } = fixtureHosts();
const wish = ['run', '--repo', '.', '--title', 'Coupons'] as const;

describe('what a person is given to paste', () => {
  const linesIn = (text: string) => [...text.matchAll(/`(omoi [^`]+)`/g)].map(([, line]) => line ?? '');

  it('reaches the host that was named with --url, from any shell', async () => {
    const host = await openFixture({ listKeys: () => ({ items: [] }) });
    const url = ['--url', host.url];
    const said = async (...args: string[]) => {
      const { out, err } = await type(testWorld(), ...args, ...url);
      return linesIn(out + err).filter((line) => !line.endsWith('--help'));
    };
    const hash = '--hash abababab';
    expect([
      ...(await said('submit', '--repo', '.', '--title', 'Coupons')),
      ...(await said('pause', 'TKT-1')),
      ...(await said('keys', 'revoke', 'ci')),
    ]).toEqual(
      ['omoi watch TKT-1', 'omoi resume TKT-1', 'omoi keys list'].map((line) => `${line} ${url.join(' ')}`),
    );

    const question = host.askQuestion('Which currency?');
    host.openTamperGate();
    const world = testWorld();
    const watching = type(world, 'watch', 'TKT-1', ...url);
    await expect.poll(() => linesIn(world.written.out)).toHaveLength(3);
    host.complete();
    expect(linesIn((await watching).out)).toEqual(
      [
        `omoi approve TKT-1 ${hash}`,
        `omoi reject TKT-1 ${hash} --comment "…"`,
        `omoi answer ${question.id} "…"`,
      ].map((line) => `${line} ${url.join(' ')}`),
    );
  });

  it('leads to the page where the decision is made', async () => {
    const host = await openFixture();
    const submitted = await type(worldOf(host), 'submit', '--repo', '.', '--title', 'Coupons');
    expect(submitted.out).toContain(`or at ${host.url}/tickets/TKT-1\n`);
    host.openGate();
    const world = worldOf(host);
    const watching = type(world, 'watch', 'TKT-1');
    await expect.poll(() => world.written.out).toContain(`Read it at ${host.url}/tickets/TKT-1/gates,`);
    host.complete();
    await watching;
  });

  it('of omoi run names that page for the console that is started later', async () => {
    const host = await openFixture();
    host.onSubmit = () => void host.openGate();
    const { out } = await type(worldOf(host), ...wish);
    expect(out).toContain(`Submitted TKT-1. Console: ${host.url}/tickets/TKT-1/gates\n`);
    expect(out).toMatch(
      /Or start a host, `omoi start --data \S+`, and go on there: the console at \/tickets\/TKT-1\/gates\./,
    );
  });

  it('of omoi run names the command that answers, and what there is to choose from', async () => {
    const host = await openFixture();
    host.onSubmit = () => {
      host.askQuestion('Which currency?');
      Object.assign(host.ticket.openQuestions[0] ?? {}, { options: ['Euro', 'Dollar'] });
    };
    const { out } = await type(worldOf(host), ...wish, '--model', 'claude-opus-5');
    expect(out).toContain('Which currency? (Euro / Dollar)\n');
    expect(out).toContain('Waits for your answer: Which currency?\n  - Euro\n  - Dollar\nAnswer at ');
    expect(out).toMatch(
      /`omoi start --data \S+ --model claude-opus-5`, and go on there: `omoi answer question_\w+ "…"` or the console at/,
    );
  });
});

describe('a forecast above what is left of the budget', () => {
  const sentence = 'The forecast goes up to 11.50 USD; 4.71 USD of the budget are left.\n';
  const forecast = { p50Micros: 4_600_000, p90Micros: 11_500_000, basis: 'prior' } as const;
  const openShort = async () => {
    const host = await openFixture();
    const cost = { limitMicros: 5_000_000, spentMicros: 200_000, reservedMicros: 90_000 };
    host.ticket = { ...host.ticket, cost };
    return host;
  };

  it('is said with both sums by watch, by run and before an approval', async () => {
    const own = await openShort();
    own.onSubmit = () => void own.openGate({ forecast });
    expect((await type(worldOf(own), ...wish)).out).toContain(sentence);
    const host = await openShort();
    host.openGate({ forecast });
    const watched = worldOf(host);
    const watching = type(watched, 'watch', 'TKT-1');
    await expect.poll(() => watched.written.out).toContain(sentence);
    const { out } = await type(worldOf(host), 'approve', 'TKT-1');
    expect(out.startsWith(`${sentence}Approved the requirements`)).toBe(true);
    host.complete();
    await watching;
  });

  it('is said before the question where each gate is asked about', async () => {
    const host = await openShort();
    host.onSubmit = () => void host.openTamperGate('skipped-test', { forecast });
    const world = worldOf(host);
    const heard: string[] = [];
    const ask = async (question: string) => {
      heard.push(world.written.out, question);
      return 'later';
    };
    const terminal = {
      ...world,
      out: { ...world.out, isTerminal: true },
      input: { ...world.input, isTerminal: true, ask },
    };
    expect(await type(terminal, ...wish, '--approve', 'ask')).toMatchObject({ code: 4 });
    expect(heard[1]).toMatch(/^Approve\?/);
    for (const said of [
      'tamper report on the work of task T1',
      'The builder of T1 says: It fails on CI.',
      'test/cart.test.ts:15',
      sentence.trim(),
    ])
      expect(heard[0]).toContain(said);
  });

  it('is not said where the budget covers it', async () => {
    const host = await openShort();
    host.openGate({ forecast: { ...forecast, p90Micros: 4_710_000 } });
    expect((await type(worldOf(host), 'approve', 'TKT-1')).out).not.toContain('goes up to');
  });
});

describe('a ticket that is paused while omoi run hosts it', () => {
  const at = '2026-11-01T10:00:00.000Z';

  async function runPaused(terminal: boolean, hold: { why: string; at: string } | null) {
    const host = await openFixture();
    host.onSubmit = () => {
      host.ticket = { ...host.ticket, status: 'paused', hold };
      host.emit('ticket.paused.v1', { by: hold ? 'platform' : 'ada' });
    };
    const world = worldOf(host);
    const { out, input } = world;
    const there = {
      ...world,
      out: { ...out, isTerminal: terminal },
      input: { ...input, isTerminal: terminal },
    };
    return { host, world, ended: type(there, ...wish) };
  }

  it('keeps its console, where the person who paused it is at a terminal', async () => {
    const { host, world, ended } = await runPaused(true, null);
    await expect.poll(() => world.written.out).toContain('‖ Paused.');
    expect(host.closed).toBe(false);
    host.complete();
    expect(await ended).toMatchObject({ code: 0 });
  });

  it.each([
    ['nobody is at a terminal', false, null],
    ['the platform paused it and says why', true, { why: 'The key is refused.', at }],
  ])('is left where %s', async (_, terminal, hold) => {
    const { host, ended } = await runPaused(terminal, hold);
    expect(await ended).toMatchObject({ code: 4 });
    expect(host.closed).toBe(true);
  });
});
