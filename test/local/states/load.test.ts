import { describe, expect, it } from 'vitest';
import { InvalidMachine } from '#local/states/errors.ts';
import { load } from '#local/states/load.ts';
import { machine, nested, task, waiting } from './samples.ts';

function issues(definition: unknown): string[] {
  try {
    load(definition, 'm');
  } catch (error) {
    if (!(error instanceof InvalidMachine)) throw error;
    const [, ...lines] = error.message.split('\n  ');
    return lines;
  }
  return [];
}

const end = { End: true };

describe('load', () => {
  it('names the functions and machines that a machine needs', () => {
    const loaded = load(machine({ A: task({}, { Next: 'B' }), B: nested({ Name: 'n' }, end) }), 'm');
    expect([...loaded.functions]).toEqual(['work']);
    expect([...loaded.machines]).toEqual(['child']);
  });

  it('refuses unknown fields, with their path', () => {
    expect(issues(machine({ A: { Type: 'Pass', End: true, Result: 1 } }))).toEqual([
      'States.A: Unrecognized key: "Result"',
    ]);
    expect(
      issues({ QueryLanguage: 'JSONata', StartAt: 'A', States: { A: { Type: 'Succeed' } }, Foo: 1 })[0],
    ).toContain('Foo');
    expect(
      issues(machine({ A: task({}, { ...end, Retry: [{ ErrorEquals: ['X'], Intervals: 1 }] }) })),
    ).toEqual(['States.A.Retry[0]: Unrecognized key: "Intervals"']);
    const [inBranch] = issues(
      machine({
        P: { Type: 'Parallel', End: true, Branches: [machine({ A: { Type: 'Pass', End: true } })] },
      }),
    );
    expect(inBranch).toBe('States.P.Branches[0]: Unrecognized key: "QueryLanguage"');
  });

  it('refuses other query languages, resources and types', () => {
    expect(issues({ StartAt: 'A', States: { A: { Type: 'Succeed' } } })).toEqual([
      'QueryLanguage: must be JSONata',
    ]);
    expect(
      issues(machine({ A: { ...task({}, end), Resource: 'arn:aws:states:::sqs:sendMessage' } }))[0],
    ).toContain('States.A.Resource');
    expect(issues(machine({ A: { Type: 'Activity', End: true } }))[0]).toContain('States.A.Type');
    expect(
      issues(machine({ A: { ...task({}, end), Arguments: { FunctionName: 'x', Payload: {} } } })),
    ).toEqual(['States.A.Arguments.FunctionName: must be a placeholder like ${' + 'steps}']);
  });

  it('refuses a flow that dangles, cannot end or is not reached', () => {
    expect(issues(machine({ A: { Type: 'Pass', Next: 'B' } }))).toEqual([
      'States.A: Next names B, which does not exist',
      'States: no state ends: there is no End, Succeed or Fail',
    ]);
    expect(issues(machine({ A: { Type: 'Pass' } }))).toEqual([
      'States.A.Next: give either Next or "End": true',
    ]);
    expect(issues(machine({ A: { Type: 'Pass', End: true }, B: { Type: 'Succeed' } }))).toEqual([
      'States.B: no state leads here',
    ]);
    expect(issues({ QueryLanguage: 'JSONata', StartAt: 'Z', States: { A: { Type: 'Succeed' } } })).toEqual([
      'StartAt: no state is called Z',
    ]);
  });

  it('refuses what may not be read where it stands', () => {
    expect(issues(machine({ A: { Type: 'Pass', Output: '{% $nowhere %}', End: true } }))[0]).toContain(
      'States.A.Output: $nowhere is assigned nowhere',
    );
    expect(
      issues(machine({ A: { Type: 'Pass', Output: { a: ['{% $states.result %}'] }, End: true } }))[0],
    ).toContain('States.A.Output.a[0]: $states.result holds nothing here');
    expect(issues(machine({ A: task({ t: '{% $states.context.Task.Token %}' }, end) }))[0]).toContain(
      'States.A.Arguments.Payload.t: $states.context.Task.Token',
    );
    expect(issues(machine({ A: waiting({}, { ...end, Assign: { x: '{% $states.result.a %}' } }) }))).toEqual(
      [],
    );
  });

  it('refuses a branch that assigns a variable of the block around it', () => {
    const branch = { StartAt: 'B', States: { B: { Type: 'Pass', Assign: { x: 2 }, End: true } } };
    const around = machine({
      A: { Type: 'Pass', Assign: { x: 1 }, Next: 'P' },
      P: { Type: 'Parallel', Branches: [branch], End: true },
    });
    expect(issues(around)).toEqual(['States.P.Branches[0]: $x is assigned by a block around this one']);
  });

  it('refuses a heartbeat where nothing waits, and States.ALL before others', () => {
    expect(issues(machine({ A: task({}, { ...end, HeartbeatSeconds: 5 }) }))[0]).toContain(
      'HeartbeatSeconds',
    );
    expect(
      issues(machine({ A: waiting({}, { ...end, HeartbeatSeconds: 5, TimeoutSeconds: 5 }) }))[0],
    ).toContain('must be less than TimeoutSeconds');
    const retry = [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['X'] }];
    expect(issues(machine({ A: task({}, { ...end, Retry: retry }) }))).toEqual([
      'States.A.Retry[0].ErrorEquals: States.ALL must come last',
    ]);
  });

  it('gives every reason at once', () => {
    const broken = machine({ A: { Type: 'Pass', Next: 'B', X: 1 }, B: { Type: 'Wait', End: true } });
    expect(issues(broken)).toHaveLength(2);
  });
});
