import type { Digest, Instant, ProjectId } from '#core/id.ts';
import type { Sql } from '../../client.ts';

/** Stores; a later setup of the same digest replaces the earlier one. */
export async function putSetup(
  sql: Sql,
  projectId: ProjectId,
  digest: Digest,
  blob: string,
  at: Instant,
): Promise<void> {
  await sql.query(
    `insert into setups (project_id, digest, blob, at) values ($1, $2, $3, $4)
     on conflict (project_id, digest) do update set blob = excluded.blob, at = excluded.at`,
    [projectId, digest, blob, at],
  );
}
