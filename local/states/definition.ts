import { z } from 'zod';
import { json } from './json.ts';

/**
 * The part of Amazon States Language that is spoken here, as strict schemas: an unknown field is an error, not a surprise
 * at three in the morning. Bodies of Map and Parallel stay unparsed; the loader walks into them.
 */

const comment = { Comment: z.string().optional(), QueryLanguage: z.literal('JSONata').optional() };
const flow = { Next: z.string().optional(), End: z.literal(true).optional() };
const assign = z.record(z.string(), json);
const whole = z.number().int().positive();
const expressionText = z.string().regex(/^\{%[\s\S]*%\}$/, 'must be a number or an expression {% … %}');

const retrier = z.strictObject({
  Comment: z.string().optional(),
  ErrorEquals: z.array(z.string().min(1)).min(1),
  // Defaults of the language: 1 s, twice as long each time, three times.
  IntervalSeconds: whole.default(1),
  BackoffRate: z.number().min(1).default(2),
  MaxAttempts: z.number().int().min(0).default(3),
  MaxDelaySeconds: whole.optional(),
  JitterStrategy: z.enum(['FULL', 'NONE']).default('NONE'),
});
export type Retrier = z.infer<typeof retrier>;

const catcher = z.strictObject({
  Comment: z.string().optional(),
  ErrorEquals: z.array(z.string().min(1)).min(1),
  Next: z.string(),
  Output: json.optional(),
  Assign: assign.optional(),
});

const guarded = { Retry: z.array(retrier).optional(), Catch: z.array(catcher).optional() };

const task = z.strictObject({
  Type: z.literal('Task'),
  ...comment,
  ...flow,
  ...guarded,
  Resource: z.enum([
    'arn:aws:states:::lambda:invoke',
    'arn:aws:states:::lambda:invoke.waitForTaskToken',
    'arn:aws:states:::states:startExecution.sync:2',
  ]),
  Arguments: z.record(z.string(), json),
  TimeoutSeconds: z.union([whole, expressionText]).optional(),
  HeartbeatSeconds: z.union([whole, expressionText]).optional(),
  Assign: assign.optional(),
  Output: json.optional(),
});

const choice = z.strictObject({
  Type: z.literal('Choice'),
  ...comment,
  Choices: z
    .array(
      z.strictObject({
        Comment: z.string().optional(),
        Condition: z.union([z.boolean(), z.string()]),
        Next: z.string(),
        Output: json.optional(),
        Assign: assign.optional(),
      }),
    )
    .min(1),
  Default: z.string().optional(),
  Output: json.optional(),
  Assign: assign.optional(),
});

const pass = z.strictObject({
  Type: z.literal('Pass'),
  ...comment,
  ...flow,
  Output: json.optional(),
  Assign: assign.optional(),
});

const wait = z.strictObject({
  Type: z.literal('Wait'),
  ...comment,
  ...flow,
  Seconds: z.union([z.number().int().min(0), expressionText]).optional(),
  Timestamp: z.string().optional(),
  Output: json.optional(),
  Assign: assign.optional(),
});

const succeed = z.strictObject({ Type: z.literal('Succeed'), ...comment, Output: json.optional() });

const fail = z.strictObject({
  Type: z.literal('Fail'),
  ...comment,
  Error: z.string().optional(),
  Cause: z.string().optional(),
});

const map = z.strictObject({
  Type: z.literal('Map'),
  ...comment,
  ...flow,
  ...guarded,
  Items: z.union([z.array(json), z.string()]).optional(),
  ItemSelector: json.optional(),
  ItemProcessor: z.looseObject({
    ProcessorConfig: z.strictObject({ Mode: z.literal('INLINE') }).optional(),
  }),
  MaxConcurrency: z.union([z.number().int().min(0), expressionText]).optional(),
  Assign: assign.optional(),
  Output: json.optional(),
});

const parallel = z.strictObject({
  Type: z.literal('Parallel'),
  ...comment,
  ...flow,
  ...guarded,
  Branches: z.array(z.looseObject({})).min(1),
  Arguments: json.optional(),
  Assign: assign.optional(),
  Output: json.optional(),
});

export const stateSchema = z.discriminatedUnion('Type', [
  task,
  choice,
  pass,
  wait,
  succeed,
  fail,
  map,
  parallel,
]);
export type RawState = z.infer<typeof stateSchema>;

/** A set of states: the top of a machine, a branch of Parallel, the processor of Map. */
export const blockSchema = z.strictObject({
  Comment: z.string().optional(),
  StartAt: z.string(),
  States: z.record(z.string().min(1).max(80), z.unknown()),
});

export const machineSchema = z.strictObject({
  ...blockSchema.shape,
  QueryLanguage: z.literal('JSONata', { error: 'must be JSONata' }),
  TimeoutSeconds: whole.optional(),
  Version: z.literal('1.0').optional(),
});

/** `${name}`: what CDK substitutes by an ARN; on one machine the name of a function or machine. */
const placeholder = z
  .string()
  .regex(/^\$\{[A-Za-z][A-Za-z0-9]*\}$/, 'must be a placeholder like ${' + 'steps}')
  .transform((text) => text.slice(2, -1));

export const invokeArguments = z.strictObject({ FunctionName: placeholder, Payload: json });
export const executeArguments = z.strictObject({
  StateMachineArn: placeholder,
  Name: z.string().optional(),
  Input: json.optional(),
});
