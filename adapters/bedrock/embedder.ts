/** Embeddings by Titan on Bedrock. */
import { type BedrockRuntimeClient, InvokeModelCommand } from '@aws-sdk/client-bedrock-runtime';
import { z } from 'zod';
import type { Embedder } from '#core/memory/ports.ts';

/** The store's vectors have 384 numbers; Titan makes 256, 512 or 1,024. The rest is zeros, which leaves every angle as it is. */
const dimensions = { asked: 256, stored: 384 };

/** Titan takes 50,000 characters and 8,192 tokens; code has three characters a token at the least. */
const longestText = 24_000;

const Answer = z.object({ embedding: z.array(z.number()).length(dimensions.asked) });

/** An embedder of `amazon.titan-embed-text-v2:0` or a model that speaks as it does. Throws what the SDK throws. */
export function createBedrockEmbedder(client: Pick<BedrockRuntimeClient, 'send'>, model: string): Embedder {
  return {
    model: `${model}/${dimensions.asked}`,
    async embed(text) {
      const request = {
        // An empty text is refused; a vector is wanted all the same.
        inputText: text.slice(0, longestText) || ' ',
        dimensions: dimensions.asked,
        normalize: true,
      };
      const { body } = await client.send(
        new InvokeModelCommand({
          modelId: model,
          contentType: 'application/json',
          body: JSON.stringify(request),
        }),
      );
      const { embedding } = Answer.parse(JSON.parse(body.transformToString()));
      return [...embedding, ...new Array<number>(dimensions.stored - dimensions.asked).fill(0)];
    },
  };
}
