import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IllegalTransition, StaleAttempt } from '#core/errors.ts';
import { decideRun, fence, maxLost, Run, type RunCommand, type RunOutcome } from '#core/run/run.ts';
import { minute, runRow } from '../rows.ts';

const at = minute(2);
const outcome: RunOutcome = { type: 'failed', reason: 'stuck', message: 'It went in circles.' };
const claim: RunCommand = { type: 'claim', leaseUntil: minute(3) };

function walk(run: Run, ...commands: RunCommand[]): Run {
  return commands.reduce((state, command) => decideRun(state, command, at), run);
}

test('the first word of the harness starts the run; later ones move its lease, not its start', () => {
  const started = decideRun(runRow(), claim, minute(1));
  expect(started.state).toEqual({ status: 'running', startedAt: minute(1), leaseUntil: minute(3) });
  const later = decideRun(started, { type: 'claim', leaseUntil: minute(9) }, minute(8));
  expect(later.state).toEqual({ status: 'running', startedAt: minute(1), leaseUntil: minute(9) });
});

test('a held run has no sandbox, cannot be claimed or lost, and goes on as another attempt with another token', () => {
  const held = walk(runRow({ sandbox: 'one', token: 'old', lost: 2 }), claim, {
    type: 'hold',
    reason: 'question',
  });
  expect(held).toMatchObject({ state: { status: 'held', reason: 'question' }, sandbox: null });
  expect(() => walk(held, claim)).toThrow(IllegalTransition);
  expect(() => walk(held, { type: 'lose' })).toThrow('no sandbox to lose');
  const resumed = walk(held, { type: 'resume', token: 'new' });
  expect(resumed).toMatchObject({ attempt: 2, lost: 0, token: 'new', state: { status: 'requested' } });
});

test('only a held run is resumed', () => {
  expect(() => walk(runRow(), { type: 'resume', token: 'new' })).toThrow('not held');
});

test('a lost sandbox leads to another attempt, and to the end after so many in a row', () => {
  let run = walk(runRow({ sandbox: 'one' }), claim);
  for (let lost = 1; lost < maxLost; lost += 1) {
    run = walk(run, { type: 'lose' });
    expect(run).toMatchObject({ attempt: 1 + lost, lost, sandbox: null, state: { status: 'requested' } });
  }
  run = walk(run, claim, { type: 'lose' });
  expect(run.state).toMatchObject({ status: 'ended', outcome: { type: 'failed', reason: 'sandbox-lost' } });
  expect(run.attempt).toBe(maxLost);
});

test('an ended run refuses everything', () => {
  const ended = walk(runRow(), { type: 'end', outcome });
  const commands: RunCommand[] = [
    claim,
    { type: 'hold', reason: 'paused' },
    { type: 'resume', token: 'new' },
    { type: 'lose' },
    { type: 'end', outcome },
  ];
  for (const command of commands) expect(() => walk(ended, command)).toThrow(`it cannot ${command.type}`);
});

test('a run that never started ends without a start', () => {
  expect(walk(runRow(), { type: 'end', outcome }).state).toMatchObject({ startedAt: null, at });
});

test('the fence lets the current attempt write, and no other', () => {
  const second = walk(runRow(), claim, { type: 'lose' }, claim);
  expect(() => fence(second, 2)).not.toThrow();
  expect(() => fence(second, 1)).toThrow(StaleAttempt);
  expect(() => fence(second, 3)).toThrow(StaleAttempt);
});

test('the fence lets nobody write to a run that is held or has ended', () => {
  expect(() => fence(walk(runRow(), claim, { type: 'hold', reason: 'budget' }), 1)).toThrow(StaleAttempt);
  expect(() => fence(walk(runRow(), claim, { type: 'end', outcome }), 1)).toThrow(StaleAttempt);
});

test('a refused write says which attempt is current', () => {
  const second = walk(runRow(), claim, { type: 'lose' });
  expect(() => fence(second, 1)).toThrow(
    expect.objectContaining({
      code: 'stale-attempt',
      data: expect.objectContaining({ attempt: 1, current: 2 }),
    }),
  );
});

test('whatever happens, a run stays valid, attempts never fall, and an old attempt never writes again', () => {
  const commands = fc.constantFrom<RunCommand>(
    claim,
    { type: 'hold', reason: 'paused' },
    { type: 'resume', token: 'new' },
    { type: 'lose' },
    { type: 'end', outcome },
  );
  fc.assert(
    fc.property(fc.array(commands, { maxLength: 30 }), (asked) => {
      let run = runRow();
      for (const command of asked) {
        const before = run.attempt;
        try {
          run = walk(run, command);
        } catch (error) {
          if (!(error instanceof IllegalTransition)) throw error;
        }
        expect(Run.parse(run)).toEqual(run);
        expect(run.attempt).toBeGreaterThanOrEqual(before);
        expect(run.lost).toBeLessThanOrEqual(maxLost);
        if (run.attempt > before) expect(() => fence(run, before)).toThrow(StaleAttempt);
      }
    }),
  );
});
