import { Project } from '#core/project/project.ts';
import type { Sql } from '../../client.ts';
import { maybe } from '../../rows.ts';
import { columns } from './rows.ts';

/** The project connected to exactly this repository, or null. */
export async function findProjectByRepo(sql: Sql, repo: string): Promise<Project | null> {
  return maybe(Project, await sql.query(`select ${columns.selected} from projects where repo = $1`, [repo]));
}
