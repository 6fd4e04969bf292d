/** Secrets of Secrets Manager by ARN. */
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { DomainError } from '#core/errors.ts';

/** There is no such secret, or it has no value yet. */
export class SecretMissing extends DomainError {
  readonly code = 'secret-missing';
}

/** Reads secrets, and says whether they are there. */
export interface Secrets {
  /** The text of a secret. Asked for again after five minutes, so that a rotated one is taken up. Throws `SecretMissing`. */
  read(arn: string): Promise<string>;
  /** Whether it has a value; needs no permission to read that. */
  isSet(arn: string): Promise<boolean>;
}

/** Five minutes: a rotation is done well after, and a warm function asks 12 times an hour at most. */
const keptMs = 300_000;

/** `now` in milliseconds. A failed look-up is not kept. */
export function createSecrets(client: SecretsManagerClient, now: () => number = Date.now): Secrets {
  const kept = new Map<string, { readonly value: Promise<string>; readonly until: number }>();
  return {
    read(arn) {
      const known = kept.get(arn);
      if (known && known.until > now()) return known.value;
      const value = fetched(client, arn);
      kept.set(arn, { value, until: now() + keptMs });
      value.catch(() => kept.delete(arn));
      return value;
    },
    isSet: (arn) =>
      client.send(new DescribeSecretCommand({ SecretId: arn })).then(
        ({ VersionIdsToStages }) =>
          Object.values(VersionIdsToStages ?? {}).some((stages) => stages.includes('AWSCURRENT')),
        (error: unknown) => {
          if (error instanceof ResourceNotFoundException) return false;
          throw error;
        },
      ),
  };
}

async function fetched(client: SecretsManagerClient, arn: string): Promise<string> {
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
    if (SecretString) return SecretString;
  } catch (cause) {
    // Also what Secrets Manager says of a secret without a value.
    if (!(cause instanceof ResourceNotFoundException)) throw cause;
  }
  throw new SecretMissing(
    `The secret ${arn} has no value. Set it with \`aws secretsmanager put-secret-value\`.`,
    {
      arn,
    },
  );
}
