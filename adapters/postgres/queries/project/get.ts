import type { ProjectId } from '#core/id.ts';
import { Project } from '#core/project/project.ts';
import type { Sql } from '../../client.ts';
import { maybe } from '../../rows.ts';
import { columns } from './rows.ts';

/** The project, or null. */
export async function getProject(sql: Sql, id: ProjectId): Promise<Project | null> {
  return maybe(Project, await sql.query(`select ${columns.selected} from projects where id = $1`, [id]));
}
