import { z } from 'zod';
import type { Digest, ProjectId } from '#core/id.ts';
import type { Sql } from '../../client.ts';
import { maybe } from '../../rows.ts';

const row = z.object({ blob: z.string() });

/** The cached setup of what has this digest, or null. */
export async function getSetup(
  sql: Sql,
  projectId: ProjectId,
  digest: Digest,
): Promise<z.infer<typeof row> | null> {
  const result = await sql.query('select blob from setups where project_id = $1 and digest = $2', [
    projectId,
    digest,
  ]);
  return maybe(row, result);
}
