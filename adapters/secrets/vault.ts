/** The GitHub credential in Secrets Manager, for the functions that may hold it. */
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { ForgeRefused } from '#core/errors.ts';
import { Credential, type Vault } from '../github/credentials.ts';

/** What a person is told who put in by hand what cannot be read. */
const unreadable =
  'The GitHub secret is not what it should be: put JSON in, {"kind":"token","token":"…","webhookSecret":null} or that of an App (docs/runbook.md#github-refuses).';

/**
 * A vault in this secret; reading throws `ForgeRefused` when something else is in it, and does not tell what. It is asked for at each use: what was connected a second ago counts in every instance, and the
 * forge asks for it a few times a ticket.
 */
export function secretVault(client: SecretsManagerClient, arn: string): Vault {
  return {
    fixed: false,
    async read() {
      try {
        const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
        return SecretString ? credentialIn(SecretString) : null;
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

function credentialIn(text: string): Credential {
  const parsed = Credential.safeParse(jsonIn(text));
  if (!parsed.success) throw new ForgeRefused(unreadable);
  return parsed.data;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
