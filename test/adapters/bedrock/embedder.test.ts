import { BedrockRuntimeClient, InvokeModelCommand } from '@aws-sdk/client-bedrock-runtime';
import { Uint8ArrayBlobAdapter } from '@smithy/util-stream';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, it } from 'vitest';
import { createBedrockEmbedder } from '#adapters/bedrock/embedder.ts';

const sdk = new BedrockRuntimeClient({ region: 'eu-west-1' });
const client = mockClient(sdk);
const embedder = createBedrockEmbedder(sdk, 'amazon.titan-embed-text-v2:0');
beforeEach(() => client.reset());

const answer = (embedding: number[]) =>
  client.on(InvokeModelCommand).resolves({
    contentType: 'application/json',
    body: Uint8ArrayBlobAdapter.fromString(JSON.stringify({ embedding, inputTextTokenCount: 1 })),
  });
const asked = () => JSON.parse(String(client.commandCalls(InvokeModelCommand)[0]?.args[0].input.body));

it('fills the vector of the store, which leaves its length and every angle as they are', async () => {
  const found = Array.from({ length: 256 }, (_, index) => (index === 3 ? 1 : 0));
  answer(found);
  const vector = await embedder.embed('text');
  expect(vector).toHaveLength(384);
  expect(vector.slice(0, 256)).toEqual(found);
  expect(Math.hypot(...vector)).toBe(1);
  expect(asked()).toEqual({ inputText: 'text', dimensions: 256, normalize: true });
});

it('asks with what Titan takes: never nothing, never too much', async () => {
  answer(new Array<number>(256).fill(0.0625));
  await embedder.embed('');
  expect(asked().inputText).toBe(' ');
  client.resetHistory();
  await embedder.embed('x'.repeat(100_000));
  expect(asked().inputText).toHaveLength(24_000);
});

it('throws at an answer of another shape', async () => {
  answer([1, 2, 3]);
  await expect(embedder.embed('text')).rejects.toThrow();
});
