import { BedrockClient, GetFoundationModelAvailabilityCommand } from '@aws-sdk/client-bedrock';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, it } from 'vitest';
import { whyUnavailable } from '#adapters/bedrock/availability.ts';

const sdk = new BedrockClient({ region: 'eu-west-1' });
const client = mockClient(sdk);
beforeEach(() => client.reset());

const usable = {
  modelId: 'anthropic.claude',
  authorizationStatus: 'AUTHORIZED',
  entitlementAvailability: 'AVAILABLE',
  regionAvailability: 'AVAILABLE',
  agreementAvailability: { status: 'AVAILABLE' },
} as const;
const answer = (found: object) =>
  client.on(GetFoundationModelAvailabilityCommand).resolves({ ...usable, ...found });

it('asks for the model behind an inference profile', async () => {
  answer({});
  expect(await whyUnavailable(sdk, 'eu.anthropic.claude-sonnet')).toBeNull();
  expect(await whyUnavailable(sdk, 'anthropic.claude-sonnet')).toBeNull();
  const asked = client
    .commandCalls(GetFoundationModelAvailabilityCommand)
    .map(({ args }) => args[0].input.modelId);
  expect(asked).toEqual(['anthropic.claude-sonnet', 'anthropic.claude-sonnet']);
});

it.each([
  [{ regionAvailability: 'NOT_AVAILABLE' }, /in this region/],
  [{ authorizationStatus: 'NOT_AUTHORIZED' }, /Model access/],
  [{ entitlementAvailability: 'NOT_AVAILABLE' }, /Model access/],
  [{ agreementAvailability: { status: 'PENDING' } }, /Model access/],
])('says what to do about %j', async (found, sentence) => {
  answer(found);
  expect(await whyUnavailable(sdk, 'anthropic.claude')).toMatch(sentence);
});

it('tells a model that does not exist from a Bedrock that does not answer', async () => {
  const unknown = Object.assign(new Error('?'), { name: 'ResourceNotFoundException' });
  client.on(GetFoundationModelAvailabilityCommand).rejectsOnce(unknown);
  expect(await whyUnavailable(sdk, 'anthropic.clod')).toMatch(/knows no model anthropic\.clod/);
  const throttled = Object.assign(new Error('slow'), { name: 'ThrottlingException' });
  client.on(GetFoundationModelAvailabilityCommand).rejects(throttled);
  await expect(whyUnavailable(sdk, 'anthropic.claude')).rejects.toBe(throttled);
});
