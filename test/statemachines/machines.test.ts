import { readFileSync } from 'node:fs';
import asl from 'asl-validator';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { forgeVerbs } from '#functions/forge/steps.ts';
import { acts, verbs } from '#functions/steps/steps.ts';
import { load } from '#local/states/load.ts';

const State = z.looseObject({
  Type: z.string(),
  Resource: z.string().optional(),
  Arguments: z
    .looseObject({
      FunctionName: z.string().optional(),
      Payload: z.looseObject({ step: z.string() }).optional(),
    })
    .optional(),
  TimeoutSeconds: z.number().optional(),
  HeartbeatSeconds: z.number().optional(),
  Retry: z
    .array(
      z.looseObject({
        ErrorEquals: z.array(z.string()),
        JitterStrategy: z.string(),
        BackoffRate: z.number(),
      }),
    )
    .optional(),
  Catch: z.array(z.looseObject({ ErrorEquals: z.array(z.string()), Next: z.string() })).optional(),
  Next: z.string().optional(),
});
const Machine = z.looseObject({ StartAt: z.string(), States: z.record(z.string(), State) });

const names = ['ticket', 'phase', 'task', 'monitor'] as const;
const raw = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../statemachines/${name}.asl.json`, import.meta.url), 'utf8'));
const machines = names.map((name) => ({ name, definition: raw(name), machine: Machine.parse(raw(name)) }));
const tasks = machines.flatMap(({ name, machine }) =>
  Object.entries(machine.States)
    .filter(([, { Type }]) => Type === 'Task')
    .map(([state, task]) => ({ at: `${name}.${state}`, state, task })),
);

describe.each(machines)('the $name machine', ({ name, definition, machine }) => {
  it('is valid for asl-validator', () => {
    const result = asl(definition);
    expect(result.errorsText('\n')).toBe('');
    expect(result.isValid).toBe(true);
  });

  it('loads in the interpreter of one machine', () => {
    expect(load(definition, name).root.startAt).toBe('Begin');
  });

  it('fixes its variables before anything can fail', () => {
    expect(machine.States[machine.StartAt]?.Type).toBe('Pass');
  });
});

describe('every Task state', () => {
  it.each(tasks)('$at has a timeout, and a heartbeat where it waits', ({ task }) => {
    expect(task.TimeoutSeconds).toBeGreaterThan(0);
    if (task.Resource?.endsWith('.waitForTaskToken')) expect(task.HeartbeatSeconds).toBeGreaterThan(0);
  });

  it.each(tasks.filter(({ task }) => task.Resource?.includes('lambda')))(
    '$at retries by error name, with backoff and jitter',
    ({ task }) => {
      expect(task.Retry?.length).toBeGreaterThan(0);
      for (const { ErrorEquals, JitterStrategy, BackoffRate } of task.Retry ?? []) {
        expect(ErrorEquals).not.toContain('States.ALL');
        expect(JitterStrategy).toBe('FULL');
        expect(BackoffRate).toBeGreaterThan(1);
      }
    },
  );

  it.each(tasks.filter(({ state }) => state !== 'Fail'))(
    '$at leads every error to a recorded failure',
    ({ task }) => {
      expect(task.Catch?.at(-1)).toMatchObject({ ErrorEquals: ['States.ALL'], Next: 'Fail' });
    },
  );

  it.each(tasks.filter(({ state }) => state === 'Fail'))(
    '$at records and then fails the execution',
    ({ task }) => {
      expect(task.Arguments?.Payload?.step).toMatch(/\.fail$/);
      expect(task.Next).toBe('Failed');
    },
  );
});

/** What the host puts the name of a function for. */
const placeholder = (name: string) => `$\{${name}}`;

describe('the verbs', () => {
  const called = (name: string) =>
    new Set(
      tasks
        .filter(({ task }) => task.Arguments?.FunctionName === name)
        .map(({ task }) => task.Arguments?.Payload?.step ?? ''),
    );

  it('of steps are those that the machines call', () => {
    expect([...called(placeholder('steps'))].sort()).toEqual(Object.keys(verbs).sort());
  });

  it('of the forge are those that the machines call', () => {
    expect([...called(placeholder('forge'))].sort()).toEqual(Object.keys(forgeVerbs).sort());
  });

  it('of effects are none of the machines', () => {
    expect(Object.keys(acts).filter((verb) => verb in verbs)).toEqual([]);
  });
});
