/** A machine around some states, the first of which is the start. */
export function machine(states: Record<string, unknown>): unknown {
  return { QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states };
}

/** A Task that calls `${work}` with a payload. */
export function task(payload: unknown, rest: Record<string, unknown>): Record<string, unknown> {
  const FunctionName = '${' + 'work}';
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName, Payload: payload },
    ...rest,
  };
}

/** A Task that hands `$states.context.Task.Token` to `${work}` and waits. */
export function waiting(
  payload: Record<string, unknown>,
  rest: Record<string, unknown>,
): Record<string, unknown> {
  const withToken = { ...payload, token: '{% $states.context.Task.Token %}' };
  return { ...task(withToken, rest), Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken' };
}

/** A Task that runs machine `child` to its end. */
export function nested(
  call: Record<string, unknown>,
  rest: Record<string, unknown>,
): Record<string, unknown> {
  const StateMachineArn = '${' + 'child}';
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::states:startExecution.sync:2',
    Arguments: { StateMachineArn, ...call },
    ...rest,
  };
}
