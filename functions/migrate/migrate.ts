/**
 * Migrations as a custom resource: the stack updates functions only after the database has their schema. A migration that
 * fails fails the deploy, which rolls back; nothing of it stays (one transaction).
 */
import { z } from 'zod';
import type { Database } from '#adapters/postgres/client.ts';
import { type Migration, migrate } from '#adapters/postgres/migrate.ts';

/** What CloudFormation asks, as CDK's provider framework hands it over. */
const Request = z.looseObject({ RequestType: z.enum(['Create', 'Update', 'Delete']) });

/** One resource of the stack, whatever its migrations are: another id would have the old one deleted. */
const id = 'migrations';

export interface MigrateDeps {
  readonly open: () => Promise<Database>;
  readonly migrations: () => Promise<readonly Migration[]>;
  /** Makes the functions' user; null where they sign in as the owner. */
  readonly appUser: string | null;
}

/** What the provider framework is answered. `applied` is shown in the stack's events. */
export interface Migrated {
  readonly PhysicalResourceId: string;
  readonly Data: { readonly applied: string };
}

export function createMigrator({ open, migrations, appUser }: MigrateDeps) {
  return async (event: unknown): Promise<Migrated> => {
    const { RequestType } = Request.parse(event);
    // What is in the database outlives the stack that made it.
    if (RequestType === 'Delete') return { PhysicalResourceId: id, Data: { applied: '' } };
    const database = await open();
    try {
      const applied = await migrate(database, await migrations());
      if (appUser !== null) await admit(database, appUser);
      return { PhysicalResourceId: id, Data: { applied: applied.join(' ') } };
    } finally {
      await database.close();
    }
  };
}

/** A minute: a function that is frozen for longer must not keep the database awake. */
const idleSession = '60s';

/** The user that functions sign in as by IAM: reads and writes every table, changes none. Run again, it changes nothing. */
async function admit(database: Database, user: string): Promise<void> {
  const { rows } = await database.query('select 1 from pg_roles where rolname = $1', [user]);
  // The name was checked by the schema of the environment: letters, digits and underscores.
  if (rows.length === 0) await database.query(`create role ${user} login`);
  const { rows: iam } = await database.query("select 1 from pg_roles where rolname = 'rds_iam'");
  if (iam.length > 0) await database.query(`grant rds_iam to ${user}`);
  await database.query(
    `grant usage on schema public to ${user};
     grant select, insert, update, delete on all tables in schema public to ${user};
     grant usage, select on all sequences in schema public to ${user};
     alter role ${user} set idle_session_timeout = '${idleSession}';`,
  );
}
