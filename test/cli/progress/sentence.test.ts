import { describe, expect, it } from 'vitest';
import { newId } from '#adapters/ids/ids.ts';
import { knownEvent } from '#cli/progress/event.ts';
import { isMoment, sentence } from '#cli/progress/sentence.ts';
import { reduce } from '#cli/progress/state.ts';
import { catalogue } from '#core/events/catalogue.ts';
import { commit, planned, run, runIds, start, stateAfter, task, told } from './events.ts';

describe('an event as a sentence', () => {
  it.each([
    [told('ticket.submitted.v1', { number: 1, title: 'Coupons' }), 'TKT-1 submitted: Coupons'],
    [told('ticket.phase_entered.v1', { phase: 'design' }), 'Phase design.'],
    [told('task.verified.v1', { ...task(1), commit, tests: 12 }), 'T1 verified, 12 tests.'],
    [told('task.building.v1', { ...task(1), round: 2 }), 'T1 is being built, round 2.'],
    [
      told('task.refused.v1', { ...task(1), round: 4, reason: 'a test fails' }),
      'T1 was refused in round 4: a test fails',
    ],
    [
      told('task.failed.v1', { ...task(1), reason: '4 rounds were not enough.\n\n=== FAILURES ===\nlog' }),
      'T1 failed: 4 rounds were not enough.',
    ],
    [told('run.lost.v1', run(1, null, 'explorer')), 'The explorer lost its sandbox; a new one continues.'],
    [
      told('task.unproved.v1', { ...task(1), criteria: ['REQ-1.1'], reason: 'it was stuck' }),
      'No independent test for T1: it was stuck',
    ],
    [
      told('property.refuted.v1', {
        ...{ key: 'T1', runId: run(1, 1).runId, criterion: 'REQ-1.1', name: 'totals' },
        ...{ counterexample: 'cart = [1]', seed: '7', cases: 3 },
      }),
      'An input refutes REQ-1.1 of T1: cart = [1] (case 3, seed 7).',
    ],
    [
      told('gate.opened.v1', { gateId: newId('gate'), phase: 'tasks', documentId: newId('document') }),
      'The tasks gate is open.',
    ],
    [
      told('gate.opened.v1', {
        ...{ gateId: newId('gate'), phase: 'tasks', documentId: newId('document') },
        about: 'tamper',
      }),
      'The tamper gate is open.',
    ],
    [told('ticket.budget_extended.v1', { limitMicros: 2_500_000, by: 'ada' }), 'The budget is now 2.50 USD.'],
    [told('ticket.failed.v1', { reason: 'a\u001b[2Jb' }), 'Failed: a [2Jb'],
  ])('%# says what happened', (event, said) => {
    expect(sentence(event, start)).toBe(said);
  });

  it('names the task of a run', () => {
    const state = stateAfter(planned(3), told('run.requested.v1', { ...run(1, 3), kind: 'check', round: 1 }));
    expect(sentence(told('run.started.v1', { ...run(1, 3), kind: 'check' }), state)).toBe(
      'The check of T3 started.',
    );
    expect(sentence(told('run.started.v1', { ...run(2, null, 'explorer'), attempt: 2 }), state)).toBe(
      'The explorer started, attempt 2.',
    );
  });

  it('says why a work is verified once more by itself', () => {
    const verifying = { ...task(2), runId: runIds[0] };
    expect(sentence(told('task.verifying.v1', { ...verifying, alone: true }), stateAfter(planned(2)))).toBe(
      'T2 is verified once more on what it was built on: what was merged since may be to blame.',
    );
    expect(sentence(told('task.verifying.v1', verifying), stateAfter(planned(2)))).toBe(
      'T2 is being verified on the merge result.',
    );
  });

  it('names all whose work is checked together, and says what a red check leads to', () => {
    const check = { ...run(1, null, 'verifier'), kind: 'check', round: 1 };
    const runId = runIds[0];
    const state = stateAfter(
      ...[planned(2), planned(3), told('run.requested.v1', check)],
      ...[2, 3].map((number) => told('task.verifying.v1', { ...task(number), runId })),
    );
    expect(sentence(told('run.started.v1', run(1, null, 'verifier', 'check')), state)).toBe(
      'The check of T2, T3 started.',
    );
    const stored = (verdict: string) =>
      told('evidence.stored.v1', { evidenceId: newId('evidence'), runId, name: 'test', verdict });
    const [red, green] = [stored('failed'), stored('passed')];
    const after = reduce(
      state,
      told('run.ended.v1', {
        ...run(1, null, 'verifier'),
        outcome: 'check',
        reason: 'submitted',
        message: '',
        token: null,
      }),
    );
    expect(sentence(red, after)).toBe(
      'T2, T3: test failed. Half of them is checked next, until it is known whose work it is.',
    );
    expect(sentence(green, after)).toBe('T2, T3: test passed.');
    expect([red, green].map((event) => isMoment(event, after))).toEqual([true, false]);
  });

  it('says nothing of what only a live view shows', () => {
    expect(
      sentence(
        told('cost.settled.v1', { runId: run(1, null).runId, costMicros: 1, spentMicros: 1, limitMicros: 1 }),
        start,
      ),
    ).toBeNull();
  });
});

describe('an event of the API', () => {
  it('is understood without its tokens', () => {
    expect(Object.keys(catalogue)).toContain('ticket.resumed.v1');
    expect(told('ticket.resumed.v1', { by: 'ada' }).data).toEqual({ by: 'ada', tokens: [] });
  });

  it('is passed over when it is of a newer version', () => {
    const { id, projectId, ticketId, subject, occurredAt, actor } = told('ticket.paused.v1', { by: 'ada' });
    const view = {
      cursor: 1,
      id,
      type: 'ticket.paused.v9',
      projectId,
      ticketId,
      subject,
      occurredAt,
      actor,
      data: {},
    };
    expect(knownEvent(view)).toBeUndefined();
  });
});
