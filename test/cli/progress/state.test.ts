import { describe, expect, it } from 'vitest';
import { acted } from '#cli/progress/state.ts';
import { commit, planned, run, runIds, start, stateAfter, task, told } from './events.ts';

describe('the progress of a ticket', () => {
  it('follows phase, money and pull request', () => {
    const state = stateAfter(
      told('ticket.phase_entered.v1', { phase: 'design' }),
      told('cost.settled.v1', {
        runId: runIds[0],
        costMicros: 5,
        spentMicros: 420_000,
        limitMicros: 9_000_000,
      }),
      told('pull.opened.v1', {
        pullRequestId: 'pull_01jd3k2n4yfw5rkzq7vabcdefg',
        number: 7,
        branch: 'omoi/x',
        commit,
      }),
    );
    expect(state).toMatchObject({
      phase: 'design',
      spentMicros: 420_000,
      limitMicros: 9_000_000,
      pullRequest: 7,
    });
  });

  it('takes a task through its rounds', () => {
    const round = (number: number) => told('task.building.v1', { ...task(1), round: number });
    const refused = stateAfter(
      planned(1),
      round(1),
      told('task.refused.v1', { ...task(1), round: 1, reason: '2 tests fail' }),
    );
    expect(refused.tasks).toEqual([
      { key: 'T1', title: 'Title 1', status: 'running', round: 1, note: '2 tests fail' },
    ]);
    const done = stateAfter(planned(1), round(1), round(2), told('task.done.v1', { ...task(1), commit }));
    expect(done.tasks[0]).toMatchObject({ status: 'done', round: 2, note: null });
  });

  it('plans a task once, however often it is told', () => {
    expect(stateAfter(planned(1), planned(2), planned(2, 'New')).tasks.map(({ title }) => title)).toEqual([
      'Title 1',
      'New',
    ]);
  });

  it('knows which runs are at work, and what they did last', () => {
    const requested = told('run.requested.v1', { ...run(1, 1), kind: 'agent', round: 1 });
    const started = stateAfter(planned(1), requested, told('run.started.v1', run(1, 1)));
    const id = runIds[0] ?? '';
    expect(acted(started, id, 'bash npm test').runs).toEqual([
      {
        id,
        role: 'builder',
        kind: 'agent',
        taskKey: 'T1',
        status: 'running',
        held: null,
        action: 'bash npm test',
      },
    ]);
    const ended = told('run.ended.v1', { ...run(1, 1), outcome: 'work', reason: 'submitted', message: '' });
    expect(stateAfter(planned(1), requested, ended).runs).toEqual([]);
  });

  it('waits until the person has spoken', () => {
    const waits = told('ticket.waiting.v1', { reason: 'budget' });
    const more = { limitMicros: 20_000_000, by: 'ada' };
    expect(stateAfter(waits)).toMatchObject({ status: 'waiting', waitingFor: 'budget' });
    expect(stateAfter(waits, told('ticket.budget_extended.v1', more))).toMatchObject({
      status: 'running',
      waitingFor: null,
    });
  });

  it('stays paused while it waits, too', () => {
    const paused = stateAfter(
      told('ticket.paused.v1', { by: 'ada' }),
      told('ticket.waiting.v1', { reason: 'gate' }),
    );
    expect(paused).toMatchObject({ status: 'paused', waitingFor: 'gate' });
  });

  it('is left alone by events that it does not show', () => {
    expect(
      stateAfter(
        told('memory.stored.v1', { memoryId: 'memory_01jd3k2n4yfw5rkzq7vabcdefg', kind: 'learning' }),
      ),
    ).toBe(start);
  });
});
