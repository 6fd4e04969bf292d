/** The GitHub credential in Secrets Manager, for the functions that may hold it. */
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { z } from 'zod';
import { ForgeRefused } from '#core/errors.ts';
import { jsonIn } from '#core/json.ts';
import { Kept, type Vault, vaultOver } from '../github/credentials.ts';

/** What a person is told who put in by hand what cannot be read. */
const unreadable =
  'The GitHub secret is not what it should be: put JSON in, {"kind":"token","token":"…","webhookSecret":null} or that of an App (docs/runbook.md#github-refuses).';

/**
 * A vault in this secret; reading throws `ForgeRefused` when something else is in it, and does not tell what. It is asked for at each use: what was connected a second ago counts in every instance, and the
 * forge asks for it a few times a ticket.
 */
export function secretVault(client: SecretsManagerClient, arn: string): Vault {
  const put = (text: string) => client.send(new PutSecretValueCommand({ SecretId: arn, SecretString: text }));
  return vaultOver(
    async () => {
      try {
        const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
        return SecretString ? keptIn(SecretString) : null;
      } catch (error) {
        // Also what Secrets Manager says of a secret without a value.
        if (error instanceof ResourceNotFoundException) return null;
        throw error;
      }
    },
    async (kept) => {
      await put(JSON.stringify(kept));
      // The version before is kept as AWSPREVIOUS; a credential that was taken back shall be under no label any more.
      if (kept.kind === 'none') await put(JSON.stringify(kept));
    },
  );
}

function keptIn(text: string): z.infer<typeof Kept> {
  const parsed = Kept.safeParse(jsonIn(text));
  if (!parsed.success) throw new ForgeRefused(unreadable);
  return parsed.data;
}
