/** Whether the account may use a model on Bedrock, asked without calling it. */
import { BedrockClient, GetFoundationModelAvailabilityCommand } from '@aws-sdk/client-bedrock';

/** `us.`, `eu.`, `global.`: profiles that spread calls over regions; their models carry the rest of the name. */
const profile = /^[a-z]{2,6}\.(?=[a-z0-9-]+\.)/;

/** Null when the model can be used; else a sentence that says what to do. Throws when Bedrock does not answer. */
export async function whyUnavailable(
  client: Pick<BedrockClient, 'send'>,
  model: string,
): Promise<string | null> {
  const modelId = model.replace(profile, '');
  try {
    const found = await client.send(new GetFoundationModelAvailabilityCommand({ modelId }));
    if (found.regionAvailability === 'NOT_AVAILABLE')
      return `Bedrock does not offer ${model} in this region. Deploy elsewhere, or choose another model with \`-c model=…\`.`;
    const usable =
      found.authorizationStatus === 'AUTHORIZED' &&
      found.entitlementAvailability === 'AVAILABLE' &&
      (found.agreementAvailability?.status ?? 'AVAILABLE') === 'AVAILABLE';
    return usable
      ? null
      : `Bedrock has not enabled ${model} for this account. Request access under "Model access" in the Bedrock console; agents cannot work until then.`;
  } catch (error) {
    const unknown = error instanceof Error && /ResourceNotFound|ValidationException/.test(error.name);
    if (!unknown) throw error;
    return `Bedrock knows no model ${model}. Choose another with \`-c model=…\`.`;
  }
}

/** The same, asked of the region's Bedrock; its control plane has no dual-stack endpoint. */
export const askBedrock = (model: string): Promise<string | null> =>
  whyUnavailable(new BedrockClient({ useDualstackEndpoint: false }), model);
