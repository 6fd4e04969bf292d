import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';
import { rdsServer } from '#adapters/aurora/pool.ts';
import { readMigrations } from '#adapters/postgres/migrate.ts';
import { openPool, type PoolOptions } from '#adapters/postgres/pool.ts';
import { createSecrets } from '#adapters/secrets/secrets.ts';
import { readEnv } from './env.ts';
import { createMigrator } from './migrate.ts';

/** As RDS writes its owner's secret. */
const Owner = z.object({ username: z.string(), password: z.string() });

/** Ten minutes: a new cluster accepts connections long before, and CloudFormation waits for an hour. */
const options: PoolOptions = { connections: 1, patienceMillis: 600_000 };

export function wire(): ReturnType<typeof createMigrator> {
  const { DATABASE_URL, DATABASE_SECRET_ARN, DATABASE_APP_USER } = readEnv();
  const secrets = createSecrets(new SecretsManagerClient());
  return createMigrator({
    open: async () => {
      if (DATABASE_SECRET_ARN === undefined) return openPool(DATABASE_URL, options);
      const { username, password } = Owner.parse(JSON.parse(await secrets.read(DATABASE_SECRET_ARN)));
      return openPool(
        rdsServer(DATABASE_URL, username, async () => password),
        options,
      );
    },
    migrations: () => readMigrations(),
    appUser: DATABASE_APP_USER ?? null,
  });
}
