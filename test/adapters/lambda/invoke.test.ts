import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { Uint8ArrayBlobAdapter } from '@smithy/util-stream';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, it } from 'vitest';
import { createInvoke } from '#adapters/lambda/invoke.ts';

const lambda = mockClient(LambdaClient);
const invoke = createInvoke(new LambdaClient({ region: 'eu-west-1' }), 'steps');
beforeEach(() => lambda.reset());
const payload = (value: unknown) => Uint8ArrayBlobAdapter.fromString(JSON.stringify(value));

it('answers what the function answers', async () => {
  lambda.on(InvokeCommand).resolves({ Payload: payload({ current: true }) });
  expect(await invoke({ step: 'run.launched' })).toEqual({ current: true });
});

it.each([
  ['InvalidInput', 'invalid-input'],
  ['NotFound', 'not-found'],
  ['IllegalTransition', 'illegal-transition'],
  ['TypeError', 'function-failed'],
])('throws a %s of the function as %s', async (errorType, code) => {
  const answer = { errorType, errorMessage: 'There is no such branch.', trace: ['secret'] };
  lambda.on(InvokeCommand).resolves({ FunctionError: 'Unhandled', Payload: payload(answer) });
  await expect(invoke({})).rejects.toMatchObject({ code });
});
