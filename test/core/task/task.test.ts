import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IllegalTransition } from '#core/errors.ts';
import { taskExecution } from '#core/task/execution.ts';
import { decideTask, isSettled, Task, type TaskCommand, type TaskState } from '#core/task/task.ts';
import { idOf, minute, sha, taskRow } from '../rows.ts';

const at = minute(3);
const runId = idOf('run');
const key = taskRow(1).key;

const states: TaskState[] = [
  { status: 'pending' },
  { status: 'ready' },
  { status: 'running', since: at },
  { status: 'verifying', since: at, runId },
  { status: 'done', commit: sha('a'), at },
  { status: 'blocked', by: key, reason: 'T1 failed.' },
  { status: 'failed', reason: 'No.', at },
  { status: 'cancelled', at },
];

const commands: TaskCommand[] = [
  { type: 'makeReady' },
  { type: 'start' },
  { type: 'build' },
  { type: 'verify', runId },
  { type: 'rework', feedback: 'A test failed.' },
  { type: 'finish', commit: sha('b') },
  { type: 'block', by: key, reason: 'T1 failed.' },
  { type: 'fail', reason: 'No.' },
  { type: 'cancel' },
  { type: 'reopen', feedback: 'Changed.' },
];

test('each command is taken in exactly these states', () => {
  const taken = Object.fromEntries(
    commands.map((command) => [
      command.type,
      states
        .filter((state) => {
          try {
            decideTask(taskRow(2, { state }), command, at);
            return true;
          } catch (error) {
            if (error instanceof IllegalTransition) return false;
            throw error;
          }
        })
        .map(({ status }) => status),
    ]),
  );
  expect(taken).toEqual({
    makeReady: ['pending', 'blocked'],
    start: ['ready'],
    build: ['running', 'verifying'],
    verify: ['running', 'verifying'],
    rework: ['running', 'verifying'],
    finish: ['verifying'],
    block: ['pending', 'ready', 'blocked'],
    fail: ['pending', 'ready', 'running', 'verifying'],
    cancel: ['pending', 'ready', 'running', 'verifying', 'blocked'],
    reopen: ['pending', 'ready', 'running', 'verifying', 'done', 'blocked', 'failed', 'cancelled'],
  });
});

function walk(task: Task, ...steps: TaskCommand[]): Task {
  return steps.reduce((state, command) => decideTask(state, command, at), task);
}

test('no word but a verified merge finishes a task', () => {
  const running = walk(taskRow(1), { type: 'makeReady' }, { type: 'start' }, { type: 'build' });
  expect(() => decideTask(running, { type: 'finish', commit: sha('a') }, at)).toThrow(
    'T1 cannot finish: it is running',
  );
  const done = walk(running, { type: 'verify', runId }, { type: 'finish', commit: sha('a') });
  expect(done.state).toEqual({ status: 'done', commit: sha('a'), at });
});

test('rounds count the builds since the last start, and feedback stays until the work is done', () => {
  const started = walk(taskRow(1), { type: 'makeReady' }, { type: 'start' }, { type: 'build' });
  const again = walk(
    started,
    { type: 'verify', runId },
    { type: 'rework', feedback: 'Red.' },
    { type: 'build' },
  );
  expect(again).toMatchObject({ round: 2, generation: 1, feedback: 'Red.' });
  const done = walk(again, { type: 'verify', runId }, { type: 'finish', commit: sha('a') });
  expect(done.feedback).toBeNull();
});

test('a re-opened task starts under an execution that was never used', () => {
  const first = walk(taskRow(1), { type: 'makeReady' }, { type: 'start' }, { type: 'build' });
  const second = walk(
    first,
    { type: 'reopen', feedback: 'REQ-1 changed.' },
    { type: 'makeReady' },
    { type: 'start' },
  );
  expect(second).toMatchObject({ generation: 2, round: 0, feedback: 'REQ-1 changed.' });
  expect(taskExecution(second)).not.toBe(taskExecution(first));
});

test('whatever is asked, a task stays valid and its generation never falls', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...commands), { maxLength: 30 }), (asked) => {
      let task = taskRow(1);
      for (const command of asked) {
        const { generation } = task;
        try {
          task = decideTask(task, command, at);
        } catch (error) {
          if (!(error instanceof IllegalTransition)) throw error;
        }
        expect(Task.parse(task)).toEqual(task);
        expect(task.generation).toBeGreaterThanOrEqual(generation);
      }
    }),
  );
});

test('done, failed, blocked and cancelled tasks are settled, no other', () => {
  expect(states.filter((state) => isSettled({ state })).map(({ status }) => status)).toEqual([
    'done',
    'blocked',
    'failed',
    'cancelled',
  ]);
});
