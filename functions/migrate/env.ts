import { z } from 'zod';
import { everywhere, secret } from '#adapters/aws/env.ts';

/** What the migrations' custom resource runs with: as the owner of the database, not as the functions' user. */
export const MigrateEnv = z.object({
  ...everywhere,
  /** `postgres://host:5432/name`; with user and password in it where there is no `DATABASE_SECRET_ARN`. */
  DATABASE_URL: z.string().regex(/^postgres(?:ql)?:\/\//, 'must be a postgres:// URL'),
  /** The owner's secret, `{"username", "password"}` as RDS writes it; TLS is verified with the bundle of RDS then. */
  DATABASE_SECRET_ARN: secret.optional(),
  /** The user that functions sign in as by IAM; made when it is not there. Absent: the owner's own is used by all. */
  DATABASE_APP_USER: z
    .string()
    .regex(/^[a-z_][a-z0-9_]{0,62}$/)
    .optional(),
});
export type MigrateEnv = z.input<typeof MigrateEnv>;

export const readEnv = () => MigrateEnv.parse(process.env);
