/** The GitHub credential in Secrets Manager, for the functions that may hold it. */
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { Credential, type Vault } from '../github/credentials.ts';

/**
 * A vault in this secret. It is asked for at each use: what was connected a second ago counts in every instance, and the
 * forge asks for it a few times a ticket.
 */
export function secretVault(client: SecretsManagerClient, arn: string): Vault {
  return {
    fixed: false,
    async read() {
      try {
        const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
        return SecretString ? Credential.parse(JSON.parse(SecretString)) : null;
      } catch (error) {
        // Also what Secrets Manager says of a secret without a value.
        if (error instanceof ResourceNotFoundException) return null;
        throw error;
      }
    },
    async write(credential) {
      await client.send(
        new PutSecretValueCommand({ SecretId: arn, SecretString: JSON.stringify(credential) }),
      );
    },
  };
}
