import { describe, expect, it } from 'vitest';
import { costOfTask } from '#core/discovery/decide.ts';
import { FoundWork } from '#core/discovery/discovery.ts';
import { type Grounds, overrule } from '#core/discovery/overrule.ts';
import { MAX_TASKS } from '#core/spec/rules/plan.ts';
import { minute, taskRow } from '../rows.ts';
import { discoveryRow, keyOf, running } from './samples.ts';

const decision = { status: 'refused', guard: 'depth', message: 'Too deep.' } as const;
const refused = (over: Parameters<typeof discoveryRow>[1] = {}) => discoveryRow(1, { decision, ...over });

function grounds(over: Partial<Grounds> = {}): Grounds {
  return {
    ticket: { number: 12, phase: 'execution', status: 'running' },
    tasks: [taskRow(1, { state: running }), taskRow(2), taskRow(3, { dependsOn: [keyOf(2)] })],
    left: costOfTask * 3,
    atWork: true,
    ...over,
  };
}
const words = (...asked: Parameters<typeof overrule>) => overrule(...asked).words;

describe('a person’s word', () => {
  it('makes a task of a refused bug, and says what it costs and who waits for it', () => {
    const neededBy = [keyOf(1), keyOf(2)];
    const verdict = overrule(refused({ work: FoundWork.parse({ neededBy }) }), grounds());
    expect(verdict).toMatchObject({ type: 'task', key: 'T4', costMicros: costOfTask });
    // T1 has begun, and waits for nobody any more.
    expect(verdict).toMatchObject({ finding: { neededBy: ['T2'], blocking: false } });
    expect(verdict.words).toBe(
      'It becomes T4, for about $0.60 of the $1.80 that are left of the budget. T2 will wait for it.',
    );
  });

  it('puts a requirement before its gate, and a question before a person', () => {
    const sentence = 'The cart shall keep coupons.';
    const work = FoundWork.parse({ sentence, criteria: [{ text: 'It does.' }] });
    expect(overrule(refused({ kind: 'missing_requirement', work }), grounds()).type).toBe('change');
    expect(overrule(refused({ kind: 'clarification' }), grounds()).type).toBe('question');
  });

  it('cannot revive what is over, early or already unanswerable', () => {
    const over = { number: 12, phase: 'delivery', status: 'completed' } as const;
    expect(words(refused(), grounds({ ticket: over }))).toBe(
      'TKT-12 is completed: ask for it in a new ticket.',
    );
    const early = { number: 12, phase: 'design', status: 'running' } as const;
    expect(words(refused(), grounds({ ticket: early }))).toContain('has no approved plan yet');
    expect(words(refused({ kind: 'clarification' }), grounds({ atWork: false }))).toContain('has ended');
    expect(words(refused({ kind: 'missing_requirement' }), grounds())).toContain('no sentence');
  });

  it('closes no circle, fills no full plan, spends no money that is not there, builds on nothing dead', () => {
    const circle = FoundWork.parse({ dependsOn: [keyOf(3)], neededBy: [keyOf(2)] });
    expect(words(refused({ work: circle }), grounds())).toMatch(/circle.*T2/);
    const tasks = Array.from({ length: MAX_TASKS }, (_, index) => taskRow(index + 1));
    expect(words(refused(), grounds({ tasks }))).toContain(`has ${MAX_TASKS} tasks`);
    expect(words(refused(), grounds({ left: costOfTask - 1 }))).toContain('of the ticket’s budget are left');
    const dead = taskRow(2, { state: { status: 'cancelled', at: minute(1) } });
    const onDead = FoundWork.parse({ dependsOn: [keyOf(2)] });
    expect(words(refused({ work: onDead }), grounds({ tasks: [dead] }))).toContain('Nothing can build on T2');
  });
});
