import { expect, test } from 'vitest';
import {
  ExecutionAlreadyExists,
  TaskTokenAnswered,
  TaskTokenClosed,
  UnknownExecution,
  UnknownTaskToken,
} from '#local/states/errors.ts';
import type { States } from '#local/states/ports.ts';
import { localWorkflow } from '#local/workflow.ts';

/** States of which every verb ends in one error. */
function failing(error: Error): States {
  const fail = async () => {
    throw error;
  };
  return {
    ...{ start: fail, stop: fail, succeed: fail, fail, heartbeat: fail },
    ...{ describe: fail, history: fail, list: fail, recover: fail, close: fail },
  };
}

const late = [
  new TaskTokenAnswered('It was answered.'),
  new TaskTokenClosed('It timed out.'),
  new UnknownTaskToken('Nobody waits.'),
  new UnknownExecution('It was never started.'),
];

test.each(late)('an answer that comes too late is harmless: %s', async (error) => {
  const workflow = localWorkflow(failing(error));
  await expect(workflow.succeed('token', {})).resolves.toBeUndefined();
  await expect(workflow.fail('token', 'Name', 'cause')).resolves.toBeUndefined();
  await expect(workflow.heartbeat('token')).resolves.toBeUndefined();
  await expect(workflow.stop('name', 'cause')).resolves.toBeUndefined();
});

test('any other error is told', async () => {
  const workflow = localWorkflow(failing(new Error('The database is gone.')));
  await expect(workflow.succeed('token', {})).rejects.toThrow('gone');
  await expect(workflow.stop('name', 'cause')).rejects.toThrow('gone');
});

test('a start under a taken name is told', async () => {
  const workflow = localWorkflow(failing(new ExecutionAlreadyExists('It exists.')));
  await expect(workflow.start('ticket', 'name', {})).rejects.toThrow('It exists.');
});
