import type { PullRequest } from '#core/forge/ports.ts';
import type { ProjectId } from '#core/id.ts';
import type { Sql } from '../../client.ts';
import { maybe } from '../../rows.ts';
import { columns, pullRow } from './rows.ts';

/** The newest pull request on the project's forge with that number or that branch, or null. */
export async function findPullOfProject(
  sql: Sql,
  projectId: ProjectId,
  which: { readonly number: number } | { readonly branch: string },
): Promise<PullRequest | null> {
  const [column, value] = 'number' in which ? ['number', which.number] : ['branch', which.branch];
  const result = await sql.query(
    `select ${columns.selected} from pulls
     where ${column} = $1 and url is not null
       and ticket_id in (select id from tickets where project_id = $2)
     order by opened_at desc limit 1`,
    [value, projectId],
  );
  return maybe(pullRow, result);
}
